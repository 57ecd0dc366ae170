"""The measures equal what one works out by hand."""

from __future__ import annotations

import math

import pytest

from evaluation.measures import BPREF, CONDENSED, NEXT_COURSE, SEARCH, coverage, measure, novelty, taken_share

GRADES = {"q1": {"a": 3, "b": 1, "z": 0}, "q2": {"c": 2}}


def test_ranks_as_trec_eval_does() -> None:
    found = measure("s", GRADES, {"q1": ["x", "a", "b"], "q2": ["c"]}, SEARCH)
    ideal = 3 + 1 / math.log2(3)
    assert found.each["q1"]["nDCG@10"] == pytest.approx((3 / math.log2(3) + 1 / 2) / ideal)
    assert found.each["q1"]["MRR"] == pytest.approx(1 / 2)
    assert found.each["q1"]["MAP"] == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert found.each["q1"]["recall@100"] == 1
    assert found.each["q2"] == dict.fromkeys(SEARCH, 1.0)
    assert found.overall["MRR"] == pytest.approx(0.75)


def test_counts_a_query_without_an_answer_as_zero() -> None:
    found = measure("s", GRADES, {"q1": [], "q2": ["c"]}, SEARCH)
    assert found.overall["nDCG@10"] == pytest.approx(0.5)
    assert measure("s", GRADES, {}, SEARCH).overall["nDCG@10"] == 0


def test_leaves_out_of_the_condensed_measures_what_nobody_judged() -> None:
    found = measure("s", GRADES, {"q1": ["x", "y", "a", "w", "b", "z"], "q2": ["z", "c"]}, SEARCH)
    assert found.each["q1"]["nDCG@10"] < 1
    assert found.each["q1"][CONDENSED] == found.each["q2"][CONDENSED] == 1
    assert found.each["q1"][BPREF] == 1
    behind = measure("s", GRADES, {"q1": ["z", "a", "b"]}, SEARCH)
    assert behind.each["q1"][BPREF] == 0, "every relevant course stands behind the one that was judged not to be"


def test_keeps_the_order_of_a_ranking_whatever_the_keys_are_called() -> None:
    forward = measure("s", {"q": {"a": 1}}, {"q": ["a", "b", "c"]}, SEARCH)
    backward = measure("s", {"q": {"c": 1}}, {"q": ["c", "b", "a"]}, SEARCH)
    assert forward.overall == backward.overall == dict.fromkeys(SEARCH, 1.0)


def test_counts_a_hit_when_any_held_out_course_is_among_ten() -> None:
    ten = [f"x{number}" for number in range(9)]
    found = measure("s", {"1": {"a": 1, "b": 1}, "2": {"a": 1}}, {"1": [*ten, "b"], "2": [*ten, "c", "a"]}, NEXT_COURSE)
    assert found.each["1"]["HR@10"] == 1
    assert found.each["2"]["HR@10"] == 0
    assert found.overall["HR@10"] == 0.5


def test_covers_what_is_recommended_to_anyone() -> None:
    assert coverage([["a", "b"], ["b", "c"]], 6) == 0.5
    assert coverage([[f"x{number}" for number in range(20)]], 20) == 0.5, "only the first ten count"


def test_calls_novel_what_few_took() -> None:
    assert novelty([["a"]], {"a": 3}, 3) == 0
    assert novelty([["a", "b"]], {"a": 3}, 3) == 1, "one untaken course: 2 bits"


def test_finds_taken_courses() -> None:
    assert taken_share({"1": ["a", "b"], "2": ["a"]}, {"1": {"b"}}) == pytest.approx(1 / 3)
    assert taken_share({}, {}) == 0
