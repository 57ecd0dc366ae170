"""YAML read by the parser in C, where the wheel has it: the one in Python took a tenth of collecting all tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

CONTRACT = Path(__file__).resolve().parents[2] / "openapi.yaml"


def read(path: Path) -> Any:
    """Read one document."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both are the safe one


DOCUMENT: dict[str, Any] = read(CONTRACT)
"""Our contract, read once for all tests of a process."""
