"""Give all workers of one zip one folder of code: unpacked once, its bytecode compiled once.

The emulator unpacks a function's zip for every worker that it starts, and each then compiles every module it imports:
three times the CPU of an import from bytecode, in every cold start, of a burst and of a restart. What a function finds
is the same; as on AWS, it has no business writing there. Runs in the emulator's own environment.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any


def shared(folder: Path) -> SimpleNamespace:
    """Make a stand-in for the module `zipfile` whose archives unpack into `folder`, once each."""

    class Unpacked(zipfile.ZipFile):
        """A zip that is there already when it was unpacked before."""

        def extractall(self, path: Any = None, *_: Any, **__: Any) -> None:
            """Put a link to the shared code where an empty folder waits; unpack there where links are not allowed."""
            code = unpacked(self, folder)
            os.rmdir(path)
            try:
                os.symlink(code, path, target_is_directory=True)
            except OSError:  # Windows, without the privilege
                super().extractall(path)

    return SimpleNamespace(**{**vars(zipfile), "ZipFile": Unpacked})


def unpacked(archive: zipfile.ZipFile, folder: Path) -> Path:
    """Give the folder of an archive's content, made whole or not at all, whoever else is making it."""
    content = Path(str(archive.filename)).read_bytes()
    code = folder / hashlib.sha256(content).hexdigest()[:32]
    if not code.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        draft = tempfile.mkdtemp(prefix="new-", dir=folder)
        zipfile.ZipFile.extractall(archive, draft)
        try:
            os.rename(draft, code)
        except OSError:  # another worker was quicker
            shutil.rmtree(draft, ignore_errors=True)
    os.utime(code)  # in use: what is not used for long is thrown away
    return code
