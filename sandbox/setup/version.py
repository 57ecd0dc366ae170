"""What this checkout calls itself."""

from __future__ import annotations

import tomllib

from sandbox.setup.state import ROOT


def version() -> str:
    """Read the version where every tool looks for it; a test holds all places to one."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
