"""The model of scale: what must hold whatever its assumptions are, and the page that shows it."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scale.__main__ import PAGE, page, pictures
from benchmarks.scale.assumptions import Behaviour, Limits, Prices, Usage
from benchmarks.scale.model import SIZES, bill, ceilings, gives_out_at, load
from infra_pulumi.examples import SYSTEM, resources

LEARNERS = st.floats(1, 1e9)
GROWING = ("requests_a_month", "requests_a_second", "database_cores", "database_gb", "courses", "searches_a_month")


@given(LEARNERS, st.floats(1, 100))
def test_more_learners_never_ask_less_nor_cost_less(learners: float, times: float) -> None:
    few, many = load(learners), load(learners * times)
    for name in GROWING:
        assert getattr(many, name) >= getattr(few, name), name
    assert many.cold_share <= few.cold_share + 1e-9
    assert sum(bill(many).values()) >= sum(bill(few).values()) - 0.01


@given(LEARNERS)
def test_calls_at_once_are_calls_a_second_times_how_long_each_takes(learners: float) -> None:
    """Little's law; a cold call takes longer."""
    asked, behaviour = load(learners), Behaviour()
    warm = asked.requests_a_second * behaviour.seconds_a_call
    assert warm <= asked.concurrency <= warm + asked.requests_a_second * behaviour.cold_start_seconds


@given(LEARNERS)
def test_no_part_of_a_bill_is_negative_or_unknown(learners: float) -> None:
    for part, cost in bill(load(learners)).items():
        assert cost >= 0, part
        assert math.isfinite(cost), part


def test_a_tier_of_a_price_is_paid_for_what_lies_in_it_only() -> None:
    usage = Usage(requests_a_month=1)
    costs = [bill(load(calls, usage))["API Gateway"] for calls in (333e6, 334e6, 1e9, 1001e6)]
    assert costs[0] == pytest.approx(333 * 3.5)
    assert costs[1] - costs[0] == pytest.approx(2.8)
    assert costs[3] - costs[2] == pytest.approx(2.38)


@pytest.mark.parametrize("part", [ceiling.part for ceiling in ceilings(load(1000))])
def test_a_part_is_used_up_where_the_model_says(part: str) -> None:
    end = gives_out_at(part)
    used = {around: {one.part: one.used for one in ceilings(load(end * around))}[part] for around in (0.98, 1.02)}
    assert used[0.98] < 1 <= used[1.02]


def test_a_proxy_is_paid_for_where_connections_give_out() -> None:
    end = gives_out_at("database connections")
    assert bill(load(end * 0.9))["RDS Proxy"] == 0
    assert bill(load(end * 1.1))["RDS Proxy"] > 20


def test_a_lonely_caller_finds_nobody_warm() -> None:
    assert load(1).cold_share > 0.99
    assert load(1_000_000).cold_share < 0.001


def test_the_limits_are_the_programs_own() -> None:
    """What the model says of the stack, the stack declares."""
    declared = resources(SYSTEM, "aws")
    (settings,) = [found.inputs for found in declared if found.type == "aws:apigateway/methodSettings:MethodSettings"]
    functions = [found.inputs for found in declared if found.type == "aws:lambda/function:Function"]
    jobs = {found.name: found.inputs for found in declared if found.type == "kubernetes:batch/v1:CronJob"}
    assert settings["settings"]["throttlingRateLimit"] == Limits().requests_a_second
    assert {found["reservedConcurrentExecutions"] for found in functions} == {Limits().reserved_concurrency}
    assert {found["memorySize"] / 1024 for found in functions} == {Behaviour().memory_gb}
    assert (
        jobs["catalog-sync"]["spec"]["jobTemplate"]["spec"]["activeDeadlineSeconds"] == Behaviour().sync_limit_seconds
    )


def test_the_page_shows_what_the_model_says() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "run `python -m benchmarks scale --write`"
    assert f"{SIZES[-1]:,}" in text


def test_the_pictures_are_the_models() -> None:
    for path, text in pictures().items():
        assert path.read_text(encoding="utf-8") == text, "run `python -m benchmarks scale --write`"
        ElementTree.fromstring(text)  # noqa: S314 - our own


def test_the_base_is_what_aws_md_adds_up_without_its_million_calls() -> None:
    whole = 188
    assert f"| **in all** | | | **{whole}** |" in (PAGE.parent / "aws.md").read_text(encoding="utf-8")
    assert Prices().base == pytest.approx(whole - 0.62 - 3.50, abs=1)
