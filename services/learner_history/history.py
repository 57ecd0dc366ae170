"""The port: what a source of enrollments answers, whichever it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class LearnerUnknown(Exception):
    """The source knows no learner of that id."""


class HistoryUnavailable(Exception):
    """The source does not answer, or not in its documented form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrollment:
    """A learner's active enrollment in a run. Times are aware; title and description are None where not told."""

    course_run_id: str
    course_key: str
    title: str | None = None
    description: str | None = None
    mode: str = ""
    enrolled: datetime | None = None
    completed: datetime | None = None


def refuse_impossible(learner_id: str) -> None:
    """Raise `LearnerUnknown` for an id that no source can hold: NUL, or half of a surrogate pair."""
    if "\x00" in learner_id or any("\ud800" <= letter <= "\udfff" for letter in learner_id):
        raise LearnerUnknown("There is no such learner.")


class LearnerHistory(Protocol):
    """A source of enrollments. Its questions raise `HistoryUnavailable` where the source does not answer."""

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown`."""

    def check(self) -> None:
        """Ask the source for a sign of life."""

    def close(self) -> None:
        """Close every idle connection; the next question opens one anew."""
