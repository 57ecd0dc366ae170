"""Histories of a file answer as the database does, without what is held out."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from evaluation.history import FileHistory, last_courses
from services.learner_history import LearnerUnknown
from services.lms.files.enrollments import EnrollmentRow
from services.recommendation_model.counting import Enrollments


def row(learner: str, course: str, day: int | None, *, active: bool = True) -> EnrollmentRow:
    created = datetime(2026, 1, day, tzinfo=UTC) if day else None
    return EnrollmentRow(learner, f"course-v1:{course}+r", "audit", active, created, None)


ROWS = (
    row("1", "X+a", 1), row("1", "X+b", 2), row("1", "X+c", 3),
    row("2", "X+b", 1), row("2", "X+a", 2),
    row("3", "X+a", 1), row("3", "X+d", 2, active=False),
    row("4", "X+e", None, active=False),
)  # fmt: skip


def test_lists_active_enrollments_newest_first() -> None:
    history = FileHistory(ROWS, {})
    assert [found.course_key for found in history.enrollments_of("1")] == ["X+c", "X+b", "X+a"]
    assert [found.course_key for found in history.enrollments_of("3")] == ["X+a"]
    assert history.enrollments_of("4") == ()
    with pytest.raises(LearnerUnknown):
        history.enrollments_of("5")


def test_gives_the_model_all_but_what_is_held_out() -> None:
    enrollments = Enrollments(memory_mb=128, threads=1)
    FileHistory(ROWS, {"1": {"X+b"}}).add_to(enrollments, lambda _: None)
    enrollments.settle()
    assert dict(zip(enrollments.keys, enrollments.learners_of, strict=True)) == {"X+a": 3, "X+b": 1, "X+c": 1}
    after = enrollments.pairs().after
    a, b, c = (enrollments.keys.index(key) for key in ("X+a", "X+b", "X+c"))
    assert (after[a, c], after[c, a], after[b, a], after[b, c]) == (1, 0, 1, 0)


def test_knows_nothing_of_what_is_held_out() -> None:
    history = FileHistory(ROWS, {"1": {"X+b"}})
    assert [found.course_key for found in history.enrollments_of("1")] == ["X+c", "X+a"]
    assert history.histories().taken["1"] == ("X+a", "X+c")


def test_holds_out_the_last_course_of_those_with_two() -> None:
    assert last_courses(ROWS) == {"1": {"X+c"}, "2": {"X+a"}}
