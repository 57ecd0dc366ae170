"""What is wrong with a file, said so that its owner can mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing wrong with one row: where, what, and how to mend it. Line 0 is the file as a whole."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (f"line {self.line}" if self.line else "", f"field {self.field!r}" if self.field else "")
            if part
        )
        return f"{where}: {self.message}" if where else self.message


class InvalidFile(Exception):
    """A file that was refused, whole; `problems` holds every fault found in it, in order of line.

    Its text says a fault that many rows share once, with their number and the first of them.
    """

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = list(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{path}: {count}; nothing was loaded", *_shown(self.problems)]))


def _shown(problems: Sequence[Problem]) -> list[str]:
    times = Counter((problem.field, problem.message) for problem in problems)
    first: dict[tuple[str, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.field, problem.message), problem)
    lines = [
        f"  {problem}" + (f" (the first of {times[said]} such lines)" if times[said] > 1 else "")
        for said, problem in first.items()
    ]
    return lines if len(lines) <= SHOWN else [*lines[:SHOWN], f"  … and {len(lines) - SHOWN} more"]
