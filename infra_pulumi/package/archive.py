"""Zip files whose bytes depend on their contents alone."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

# The earliest time a zip can hold: the build's own time must not show.
EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6
"""9 would make zips half a percent smaller in twice the time, which `up --watch` waits for at every save."""
READABLE = 0o100644 << 16
UNIX = 3


def write(target: Path, files: Mapping[str, Path]) -> None:
    """Write `files` (name in the zip → file) to `target`, sorted, with fixed dates and modes; whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(f".partial-{os.getpid()}")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for name in sorted(files):
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.create_system = UNIX  # Windows would write its own
                entry.external_attr = READABLE
                archive.writestr(entry, files[name].read_bytes())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
