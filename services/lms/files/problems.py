"""What is wrong with a file, said so that its owner can mend it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SHOWN = 20
ALIKE = 3
"""So many rows with the same fault in different values are told each; of more, the first and their number."""
_VALUE = re.compile(r"""^('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*") """)
"""The value that a message begins with, as Python writes it."""


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

    Its text says a fault that many rows share once, with their number and the first of them; be it in different values.
    """

    def __init__(self, path: Path, problems: Sequence[Problem]) -> None:
        self.path = path
        self.problems = list(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''}"
        super().__init__("\n".join([f"{path}: {count}; nothing was loaded", *_shown(self.problems)]))


def _shown(problems: Sequence[Problem]) -> list[str]:
    alike: dict[tuple[str, str], dict[str, list[Problem]]] = {}
    for problem in problems:
        fault = (problem.field, _VALUE.sub("", problem.message))
        alike.setdefault(fault, {}).setdefault(problem.message, []).append(problem)
    lines = []
    for said in alike.values():
        if len(said) > ALIKE:
            rows = [problem for some in said.values() for problem in some]
            first = min(rows, key=lambda problem: problem.line)
            lines.append((first, f" (the first of {len(rows)} such lines, with {len(said)} different values)"))
            continue
        lines += [
            (some[0], f" (the first of {len(some)} such lines)" if len(some) > 1 else "") for some in said.values()
        ]
    shown = [f"  {problem}{times}" for problem, times in sorted(lines, key=lambda one: one[0].line)]
    return shown if len(shown) <= SHOWN else [*shown[:SHOWN], f"  … and {len(shown) - SHOWN} more"]
