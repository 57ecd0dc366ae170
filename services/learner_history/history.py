"""The port: what a source of enrollments answers, whichever it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

LEAST_TOGETHER = 2
"""A count of one would tell a single learner's history."""


class LearnerUnknown(Exception):
    """The source knows no learner of that id."""


class HistoryUnavailable(Exception):
    """The source does not answer, or not in its documented form."""


class CoEnrollmentsUnavailable(Exception):
    """The source cannot say which courses are taken together: it never can, or not now."""


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


@dataclass(frozen=True, slots=True)
class Pair:
    """Two courses: how many learners took both, and how many of them took the other one later."""

    together: int
    after: int


@dataclass(frozen=True, slots=True)
class CoEnrollments:
    """Anonymous counts of learners, by course key: nobody's history can be read from them.

    `pairs[seed][other]` counts learners who took both, where there are at least `LEAST_TOGETHER`; `learners` counts
    the learners of every course that has any.
    """

    pairs: Mapping[str, Mapping[str, Pair]] = field(default_factory=dict)
    learners: Mapping[str, int] = field(default_factory=dict)


def refuse_impossible(learner_id: str) -> None:
    """Raise `LearnerUnknown` for an id that no source can hold: NUL, or half of a surrogate pair."""
    if "\x00" in learner_id or any("\ud800" <= letter <= "\udfff" for letter in learner_id):
        raise LearnerUnknown("There is no such learner.")


class LearnerHistory(Protocol):
    """A source of enrollments. Both methods raise `HistoryUnavailable` where the source does not answer."""

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown`."""

    def co_enrollments(self, course_keys: Sequence[str]) -> CoEnrollments:
        """Count who took each of these courses and what else; raises `CoEnrollmentsUnavailable`."""

    def check(self) -> None:
        """Ask the source for a sign of life."""

    def close(self) -> None:
        """Close every idle connection; the next question opens one anew."""
