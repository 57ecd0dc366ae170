"""Print the sandbox's logs, one or all, once or as they grow."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State

LINES = 20
LOOK_EVERY = 0.2


class NoSuchLog(SandboxProblem):
    """There is no log of that name."""


def print_logs(state: State, name: str | None, follow: bool) -> int:
    """Print a whole log, or the last lines of every log; with `follow` go on until Ctrl-C. Raises `NoSuchLog`."""
    found = {path.stem: path for path in sorted(state.logs.glob("*.log"))}
    if name is not None and name not in found:
        known = f"There are: {', '.join(found)}." if found else "Nothing has run here yet."
        raise NoSuchLog(f"There is no log of «{name}» in {state.logs}.", known)
    chosen = found if name is None else {name: found[name]}
    positions: dict[Path, int] = {}
    for title, path in chosen.items():
        text = path.read_text(encoding="utf-8", errors="replace")
        positions[path] = path.stat().st_size
        lines = text.splitlines()
        for line in lines if name is not None else lines[-LINES:]:
            _print(title, line, name is None)
    try:
        while follow:
            sys.stdout.flush()
            time.sleep(LOOK_EVERY)
            for title, path in chosen.items():
                positions[path] = _print_new(title, path, positions[path], name is None)
    except KeyboardInterrupt:
        pass
    return 0


def _print_new(title: str, path: Path, position: int, titled: bool) -> int:
    size = path.stat().st_size if path.exists() else 0
    position = 0 if size < position else position  # rotated
    if size == position:
        return position
    with path.open("rb") as file:
        file.seek(position)
        whole, _, _ = file.read().rpartition(b"\n")
    for line in whole.decode(errors="replace").splitlines():
        _print(title, line, titled)
    return position + len(whole) + (1 if whole else 0)


def _print(title: str, line: str, titled: bool) -> None:
    print(f"{title:<14} | {line}" if titled else line)
