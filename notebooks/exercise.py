"""Exercises in notebooks: a cell to fill, which begins with `# Exercise NAME`, and a cell that checks it in a sentence.

Solutions lie in `solutions/NAME.py`; `python -m notebooks --check` executes with them, and wants each of them taken.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

SOLUTIONS = Path(__file__).parent / "solutions"
NAMED = re.compile(r"# Exercise (\d\d-[a-z])\b")
RIGHT, NOT_YET = "Right: ", "Not yet: "

Case = tuple[Sequence[Any], Any]


def check(function: Callable[..., Any], *cases: Case) -> None:
    """Call a learner's function with each case's arguments, and print whether it gives what it should."""
    print(verdict(function, cases))


def verdict(function: Callable[..., Any], cases: Sequence[Case]) -> str:
    """Say `Right: …`, or the first case that is not, with what came instead."""
    for arguments, wanted in cases:
        called = f"{function.__name__}({', '.join(map(repr, arguments))})"
        try:
            found = function(*arguments)
        except Exception as error:  # noqa: BLE001 - it is the learner's code, and may raise anything
            return f"{NOT_YET}{called} raises {type(error).__name__}: {error}"
        if found is None or found is ...:
            return f"{NOT_YET}{called} gives nothing back. Where is its `return`?"
        if not alike(found, wanted):
            return f"{NOT_YET}{called} gives {found!r}; it should be {wanted!r}."
    return f"{RIGHT}{function.__name__} holds for {len(cases)} cases."


def alike(found: Any, wanted: Any) -> bool:
    """Compare, numbers but for the last digits."""
    if isinstance(found, int | float) and isinstance(wanted, int | float):
        return math.isclose(found, wanted, rel_tol=1e-6, abs_tol=1e-9)
    return bool(found == wanted)


def exercises(notebook: Any) -> Iterator[tuple[str, Any]]:
    """Give each exercise's name and its cell."""
    for cell in notebook.cells:
        if cell.cell_type == "code" and (named := NAMED.match(cell.source)):
            yield named[1], cell


def solve(notebook: Any) -> None:
    """Put the instructors' solutions in the place of what learners begin with."""
    for name, cell in exercises(notebook):
        cell.source = (SOLUTIONS / f"{name}.py").read_text(encoding="utf-8")


def verdicts(notebook: Any) -> list[str]:
    """Give what the checks printed, one an exercise, in their order."""
    texts = [str(output.get("text", "")) for cell in notebook.cells for output in cell.get("outputs", ())]
    return [line for text in texts for line in text.splitlines() if line.startswith((RIGHT, NOT_YET))]
