"""One suite for every source of enrollments: Postgres, and an Open edX enrollment API (the LMS stand-in's)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from services.learner_history import (
    HistoryUnavailable,
    LearnerHistory,
    LearnerUnknown,
)
from tests.contracts.fixture_enrollments import active_enrollments
from tests.learner_history.sources import openedx_history, postgres_history, running_lms, seed_database
from tests.support.patient import patient
from tests.support.postgres import TestServer


@pytest.fixture(scope="module", params=["postgres", "openedx"])
def history(request: pytest.FixtureRequest, postgres: TestServer) -> Iterator[LearnerHistory]:
    with patient(), postgres.fresh_database() as url:
        seed_database(url)
        if request.param == "postgres":
            with postgres_history(url) as history:
                yield history
        else:
            with running_lms(url) as lms, openedx_history(lms) as history:
                yield history


def test_lists_every_active_enrollment_and_no_other(history: LearnerHistory) -> None:
    expected = active_enrollments()
    assert expected
    for learner, runs in expected.items():
        found = history.enrollments_of(learner)
        assert {(one.course_run_id, one.mode, one.enrolled) for one in found} == runs


def test_lists_the_newest_first(history: LearnerHistory) -> None:
    times = [enrollment.enrolled for enrollment in history.enrollments_of("1")]
    assert times == sorted(times, key=lambda time: time or 0, reverse=True)  # type: ignore[arg-type,return-value]  # the fixtures give every time


def test_reads_the_course_from_the_run(history: LearnerHistory) -> None:
    for enrollment in history.enrollments_of("1"):
        assert enrollment.course_run_id.startswith(f"course-v1:{enrollment.course_key}+")
        assert enrollment.title


@pytest.mark.parametrize(
    "learner", ["nobody", "1 OR 1=1", "'; DROP TABLE learners; --", "né/../1", "1%", "1\x00", "1\ud83d"]
)
def test_knows_no_learner_of_another_id(history: LearnerHistory, learner: str) -> None:
    with pytest.raises(LearnerUnknown):
        history.enrollments_of(learner)


def test_knows_a_learner_who_takes_nothing(history: LearnerHistory) -> None:
    assert "2" not in active_enrollments()
    assert history.enrollments_of("2") == ()


def test_gives_a_sign_of_life(history: LearnerHistory) -> None:
    history.check()


def _down(source: str) -> AbstractContextManager[LearnerHistory]:
    if source == "postgres":
        return postgres_history("postgresql://reader:x@127.0.0.1:1/nothing")
    return openedx_history("http://127.0.0.1:1")


@pytest.mark.parametrize("source", ["postgres", "openedx"])
def test_says_that_a_source_is_down(source: str) -> None:
    with _down(source) as history:
        with pytest.raises(HistoryUnavailable):
            history.enrollments_of("1")
        with pytest.raises(HistoryUnavailable):
            history.check()
