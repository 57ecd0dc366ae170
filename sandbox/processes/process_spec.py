"""How to start one process, and how to tell that it is ready."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ProcessSpec:
    """A process to start: its arguments, its whole environment, its folder, and the URL that answers 200 when ready."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    health_url: str
