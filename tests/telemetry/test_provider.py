"""Spans are recorded as the settings say: which, how many, and never more about a person than is asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry import trace

from services.telemetry.personal import KEYWORDS, PERSONAL
from services.telemetry.provider import PROVIDER
from services.telemetry.span import LONGEST_TEXT
from services.telemetry.steps import call, carrying, step, tell, trace_id
from tests.support.collector import recorded


def test_records_nothing_unless_asked() -> None:
    assert PROVIDER.sink is None
    with step("rank", {"coursematch.candidates": 3}) as span:
        assert not span.is_recording()
        assert trace_id() is None
        assert carrying({"Accept": "*/*"}) == {"Accept": "*/*"}


def test_gives_steps_to_the_one_they_stand_in() -> None:
    with recorded() as spans, step("outer"):
        with call("inner", {"coursematch.candidates": 3}):
            tell({"coursematch.ranked": 2, "nothing": None})
            told = carrying({})["traceparent"]
        assert spans == []  # they are sent together, once the outermost has ended
    inner, outer = spans
    assert inner.parent == outer.context
    assert outer.parent is None
    assert inner.facts == {"coursematch.candidates": 3, "coursematch.ranked": 2}
    assert told == f"00-{outer.context.trace_id:032x}-{inner.context.span_id:016x}-01"
    assert inner.took <= outer.took


@pytest.mark.parametrize("fact", sorted(PERSONAL))
def test_tells_nothing_personal_unless_asked(fact: str) -> None:
    for asked in (False, True):
        with recorded(shows_questions=asked) as spans, step("search", {fact: "ada"}):
            pass
        assert (fact in spans[0].facts) is asked


def test_tells_the_kind_of_an_error_and_never_its_message() -> None:
    with recorded() as spans, pytest.raises(ValueError, match="ada"), step("search"):
        raise ValueError("no learner ada")
    assert spans[0].failed
    assert spans[0].facts == {"error.type": "ValueError"}


def test_cuts_what_is_too_long() -> None:
    with recorded(shows_questions=True) as spans, step("search", {KEYWORDS: "x" * 100_000}):
        pass
    assert len(spans[0].facts[KEYWORDS]) == LONGEST_TEXT


@given(st.floats(0, 1), st.integers(1, 50))
def test_keeps_whole_traces_or_nothing_of_them(share: float, steps: int) -> None:
    with recorded(sampled=share) as spans, step("outer"):
        for _ in range(steps):
            with step("inner"):
                assert carrying({})["traceparent"].endswith("01" if trace.get_current_span().is_recording() else "00")
    assert len(spans) in (0, steps + 1)


def test_sends_a_long_run_on_the_way() -> None:
    with recorded() as spans, step("a long sync"):
        for _ in range(450):
            with step("a page"):
                pass
        assert len(spans) >= 400
    assert len(spans) == 451
