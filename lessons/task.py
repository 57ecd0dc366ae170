"""What a lesson's `check.py` is written with: a task each function, and the sentence that says what is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

Check = Callable[[Any], None]
"""Takes the room; raises `Missing`."""


class Missing(Exception):
    """Says to the learner precisely what is missing, in a sentence."""


@dataclass(frozen=True)
class Finding:
    """What came of one task; `missing` is empty where it is done."""

    task: str
    missing: str = ""

    @property
    def done(self) -> bool:
        """Whether the task is done."""
        return not self.missing


def task(sentence: str) -> Callable[[Check], Check]:
    """Make a function of `check.py` a task: it raises `Missing`, or is done. `sentence` is what the learner reads."""

    def marked(check: Check) -> Check:
        check.task = sentence  # type: ignore[attr-defined]  # a mark on a function, read below
        return check

    return marked


def tasks(module: ModuleType) -> list[tuple[str, Check]]:
    """Give the tasks of a `check.py` in the order in which they are written."""
    return [(value.task, value) for value in vars(module).values() if hasattr(value, "task")]


def need(truth: object, missing: str) -> None:
    """Raise `Missing` unless something holds."""
    if not truth:
        raise Missing(missing)
