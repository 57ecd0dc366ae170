"""The deployed system for whichever test asks for it."""

from __future__ import annotations

from tests.support.deployed_system import deployed, emulator, zips

__all__ = ["deployed", "emulator", "zips"]
