"""Which packages of others our files import: what a spare has ready before any of ours is saved."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path


def packages(files: Iterable[Path]) -> list[str]:
    """Name the modules that these files import, in functions too: what a server imports as it starts takes longest."""
    named = {module for path in files if path.suffix == ".py" for module in _imported(path)}
    ours = {"services", "__future__"}
    return sorted(module for module in named if module.partition(".")[0] not in ours)


def _imported(path: Path) -> Iterator[str]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):  # half saved: then it is found out, and said, when it is tried
        return
    for statement in ast.walk(tree):
        if isinstance(statement, ast.Import):
            yield from (alias.name for alias in statement.names)
        elif isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            yield statement.module
