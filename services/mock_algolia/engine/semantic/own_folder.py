"""Folders in the user's cache whose files are believed: only this user can have written them."""

from __future__ import annotations

import os
from pathlib import Path

PRIVATE = 0o700
"""The mode with which they are made."""
_OTHERS_WRITE = 0o022


def is_ours_alone(folder: Path) -> bool:
    """Tell whether this user owns a folder and nobody else may write there. Windows keeps a profile to its user."""
    if not hasattr(os, "geteuid"):
        return True
    try:
        seen = folder.lstat()
    except OSError:  # it is gone, or lies where this user may not look
        return False
    return seen.st_uid == os.geteuid() and not seen.st_mode & _OTHERS_WRITE
