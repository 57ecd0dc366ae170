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
import zlib
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
        others = sorted(
            (path for path in folder.iterdir() if not path.name.startswith("new-")), key=_used, reverse=True
        )
        draft = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
        for entry in archive.infolist():
            if not any(_linked(entry, other, draft) for other in others):
                archive.extract(entry, draft)
        try:
            os.rename(draft, code)
        except OSError:  # another worker was quicker
            shutil.rmtree(draft, ignore_errors=True)
    os.utime(code)  # in use: what is not used for long is thrown away
    return code


def _used(folder: Path) -> float:
    return folder.stat().st_mtime


def _linked(entry: zipfile.ZipInfo, other: Path, draft: Path) -> bool:
    """Take a file, and its bytecode, from another folder that holds the very same: most of a zip is as before."""
    there, here = other / entry.filename, draft / entry.filename
    try:
        if there.stat().st_size != entry.file_size or zlib.crc32(there.read_bytes()) != entry.CRC:
            return False
        here.parent.mkdir(parents=True, exist_ok=True)
        os.link(there, here)
        # A link has the file's own time, by which Python knows that the bytecode is of this file.
        for compiled in (there.parent / "__pycache__").glob(f"{there.stem}.*.pyc"):
            (here.parent / "__pycache__").mkdir(exist_ok=True)
            shutil.copy2(compiled, here.parent / "__pycache__" / compiled.name)
    except OSError:  # gone meanwhile, or a file system without links
        here.unlink(missing_ok=True)
        return False
    return True
