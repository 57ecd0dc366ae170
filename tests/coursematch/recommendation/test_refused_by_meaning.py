"""A refusal means the courses that are nearest to it, though none of their words name it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.coursematch.recommendation import refused_by_meaning
from services.coursematch.recommendation.weights import REFUSED_LEAST

RELEVANCE = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), max_size=8)


def test_refuses_the_nearest_and_those_about_as_near() -> None:
    wanted = {"opera": 0.5, "bach": 0.45, "guitar": 0.5, "theory": 0.5}
    classical = {"opera": 0.30, "bach": 0.29, "guitar": 0.2, "mechanics": 0.41}

    assert refused_by_meaning(wanted, classical) == {"opera", "bach"}


def test_refuses_nothing_where_all_are_far_from_the_refusal() -> None:
    assert refused_by_meaning({"a": 0.5, "b": 0.4}, {"a": REFUSED_LEAST - 0.01}) == frozenset()


def test_keeps_what_is_much_nearer_to_what_is_wanted() -> None:
    assert refused_by_meaning({"biology": 0.7, "food": 0.4}, {"biology": 0.25, "food": 0.26}) == {"food"}


@given(wanted=RELEVANCE, unwanted=RELEVANCE)
def test_never_refuses_all_or_what_was_not_found(wanted: dict[str, float], unwanted: dict[str, float]) -> None:
    refused = refused_by_meaning(wanted, unwanted)

    assert refused <= wanted.keys() & unwanted.keys()
    assert not refused or refused < wanted.keys()
