"""The documentation, if `nox -s docs` has built it: files of one folder, listed once, so no path can lead out."""

from __future__ import annotations

import base64
import hashlib
import mimetypes
import re
from pathlib import Path

from sandbox.console.files import File
from sandbox.setup.state import ROOT

FOLDER = ROOT / "build" / "docs"
PREFIX = "/docs/"
NOT_BUILT = "There is no such page of the documentation. `nox -s docs` builds it; then start the sandbox again."
INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)


class BuiltDocs:
    """The site's files by their paths; none where it was not built."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._files = {
            PREFIX + path.relative_to(folder).as_posix(): path
            for path in (folder.rglob("*") if folder.is_dir() else ())
            if path.is_file() and not path.is_symlink()
        }

    def owns(self, path: str) -> bool:
        """Say whether a path is the documentation's."""
        return path.startswith(PREFIX)

    def file(self, path: str) -> File | None:
        """Give a page or what belongs to it; `/docs/` is its first page."""
        found = self._files.get(path + "index.html" if path.endswith("/") else path)
        if found is None or not found.is_file():
            return None
        kind = mimetypes.guess_type(found.name)[0] or "text/plain"
        shown_as_text = kind.startswith("text/") or kind in ("application/javascript", "application/json")
        return File(f"{kind}; charset=utf-8".encode() if shown_as_text else kind.encode(), found.read_bytes())


def policy(file: File) -> bytes:
    """Say what a page may do: run the scripts that stand in it as they were built, and those beside it."""
    hashes = b"".join(
        b" 'sha256-" + base64.b64encode(hashlib.sha256(script).digest()) + b"'" for script in INLINE.findall(file.body)
    )
    return (
        b"default-src 'none'; script-src 'self'" + hashes + b"; style-src 'self' 'unsafe-inline'; connect-src 'self'; "
        b"img-src 'self' data:; font-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; "
        b"frame-ancestors 'none'"
    )
