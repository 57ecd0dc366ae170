"""Where tools keep their caches: at home, or beside the environments where home cannot be written."""

from __future__ import annotations

import os
from pathlib import Path

from sandbox.setup.state import ROOT


def cache_environment() -> dict[str, str]:
    """Give what a process needs in its environment to keep a cache; empty where home will do."""
    if "XDG_CACHE_HOME" in os.environ or _can_be_written(Path.home() / ".cache"):
        return {}
    return {"XDG_CACHE_HOME": str(ROOT / ".nox" / "cache")}


def _can_be_written(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
