"""When a CronJob runs, by Kubernetes' rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.embedded.kubernetes.objects import CronJob, Job, Pod, UnsupportedManifest
from sandbox.embedded.kubernetes.schedule import due, next_run

HOURLY = CronJob("sync", "0 * * * *", "UTC", Job("sync", Pod(("true",), {})), concurrency="Forbid")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_runs_at_the_moment_and_looks_again_an_hour_later() -> None:
    decision = due(HOURLY, since=NOON - timedelta(minutes=5), now=NOON, running=False)

    assert decision.run
    assert decision.next_at == NOON + timedelta(hours=1)


def test_does_nothing_between_two_moments() -> None:
    assert not due(HOURLY, since=NOON, now=NOON + timedelta(minutes=59), running=False).run


def test_forbids_a_second_run_while_one_is_under_way() -> None:
    assert not due(HOURLY, since=NOON - timedelta(minutes=1), now=NOON, running=True).run


def test_allows_a_second_run_when_the_policy_does() -> None:
    allowing = replace(HOURLY, concurrency="Allow")

    assert due(allowing, since=NOON - timedelta(minutes=1), now=NOON, running=True).run


def test_runs_once_for_many_moments_missed() -> None:
    decision = due(HOURLY, since=NOON - timedelta(hours=9), now=NOON + timedelta(minutes=3), running=False)

    assert decision.run
    assert decision.next_at == NOON + timedelta(hours=1)


def test_leaves_out_a_moment_missed_by_more_than_the_starting_deadline() -> None:
    punctual = replace(HOURLY, starting_deadline=120)

    assert due(punctual, since=NOON - timedelta(minutes=1), now=NOON + timedelta(minutes=2), running=False).run
    assert not due(punctual, since=NOON - timedelta(minutes=1), now=NOON + timedelta(minutes=3), running=False).run


def test_leaves_out_everything_while_suspended() -> None:
    assert not due(replace(HOURLY, suspended=True), since=NOON - timedelta(minutes=1), now=NOON, running=False).run


def test_reads_the_schedule_in_the_jobs_time_zone() -> None:
    daily = replace(HOURLY, schedule="30 9 * * *", time_zone="Asia/Kolkata")

    assert next_run(daily, NOON) == datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_knows_the_macros() -> None:
    assert next_run(replace(HOURLY, schedule="@daily"), NOON) == datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "zone"), [("every hour", "UTC"), ("61 * * * *", "UTC"), ("0 * * * *", "Mars/Base")]
)
def test_says_which_schedule_it_cannot_read(schedule: str, zone: str) -> None:
    with pytest.raises(UnsupportedManifest, match="CronJob/sync"):
        next_run(replace(HOURLY, schedule=schedule, time_zone=zone), NOON)


@given(
    minute=st.integers(0, 59), hour=st.integers(0, 23), asleep=st.timedeltas(timedelta(0), timedelta(days=3)),
)  # fmt: skip
def test_always_looks_again_in_the_future(minute: int, hour: int, asleep: timedelta) -> None:
    daily = replace(HOURLY, schedule=f"{minute} {hour} * * *")

    assert due(daily, since=NOON, now=NOON + asleep, running=False).next_at > NOON + asleep
