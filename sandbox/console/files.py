"""The console's own files, read once: a path that is not in the table is not there, so no path can lead out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "pages"
PREFIX = "/console/files/"
PAGES = ("/", "/console/system", "/console/traces", "/console/catalogue", "/console/data", "/console/api")
KINDS = {
    ".html": b"text/html; charset=utf-8",
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
}
POLICY = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    b"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)


@dataclass(frozen=True)
class File:
    """What is sent for a path."""

    kind: bytes
    body: bytes


def files() -> dict[str, File]:
    """Make the table: path → file. Every view's address shows the one page, which then shows the view."""
    found = {PREFIX + path.name: File(KINDS[path.suffix], path.read_bytes()) for path in FOLDER.iterdir()}
    page = found.pop(PREFIX + "console.html")
    return found | dict.fromkeys(PAGES, page)
