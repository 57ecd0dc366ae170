"""The baselines do what their names say, and none recommends what was taken."""

from __future__ import annotations

import pytest

from evaluation.bm25 import Bm25, Bm25Content
from evaluation.next_course_baselines import Ease, ItemNeighbours, Popularity, RandomChoice
from evaluation.ranking import Histories, Recommender
from services.course_record import CourseRecord

COURSES = ("a", "b", "c", "d", "e")
HISTORIES = Histories({"1": ("a", "b"), "2": ("a", "b"), "3": ("a", "c"), "4": ("b",), "5": ("d", "e"), "6": ("d",)})
RECORDS = [
    CourseRecord(course_key="a", title="Sowing seeds in spring"),
    CourseRecord(course_key="b", title="Baking bread"),
    CourseRecord(course_key="c", title="Bread and seeds"),
    CourseRecord(course_key="d", title="学习编程"),
    CourseRecord(course_key="e", title="编程入门 C++"),
]
BASELINES: list[Recommender] = [
    Popularity(HISTORIES, COURSES),
    ItemNeighbours(HISTORIES, COURSES),
    RandomChoice(HISTORIES, COURSES, 7),
    Bm25Content(Bm25(RECORDS), HISTORIES),
    Ease(HISTORIES, COURSES, 0.5),
]


@pytest.mark.parametrize("baseline", BASELINES, ids=lambda baseline: baseline.name)
def test_recommends_known_courses_once_and_never_a_taken_one(baseline: Recommender) -> None:
    for learner, taken in HISTORIES.taken.items():
        ranking = baseline.recommend(learner, 4)
        assert len(set(ranking)) == len(ranking) <= 4
        assert set(ranking) <= set(COURSES) - set(taken)
        assert baseline.recommend(learner, 4) == ranking


def test_popularity_ranks_by_learners() -> None:
    assert BASELINES[0].recommend("6", 3) == ["a", "b", "c"]


def test_neighbours_go_with_what_was_taken() -> None:
    assert BASELINES[1].recommend("4", 1) == ["a"]
    assert BASELINES[1].recommend("6", 1) == ["e"]
    assert BASELINES[1].recommend("unknown", 1) == []


def test_ease_weighs_what_goes_together_alone() -> None:
    """By hand: two courses, three learners, lambda 1. The inverse of [[4, 2], [2, 3]] is [[3, -2], [-2, 4]] / 8."""
    ease = Ease(Histories({"1": ("a", "b"), "2": ("a", "b"), "3": ("a",)}), ("a", "b"), 1.0)
    assert ease.pull("a", "b") == pytest.approx(2 / 4)
    assert ease.pull("b", "a") == pytest.approx(2 / 3)
    assert ease.pull("a", "a") == 0
    assert ease.recommend("3", 1) == ["b"]
    assert BASELINES[4].recommend("4", 1) == ["a"]
    assert BASELINES[4].recommend("unknown", 1) == []


def test_content_shares_words_with_what_was_taken() -> None:
    assert BASELINES[3].recommend("4", 1) == ["c"]


def test_bm25_finds_words_of_any_script_and_none_where_nothing_fits() -> None:
    bm25 = Bm25(RECORDS)
    assert set(bm25.search("BREAD", 10)) == {"b", "c"}
    assert set(bm25.search("编程", 10)) == {"d", "e"}
    assert bm25.search("c++", 10) == ["e"]
    assert bm25.search("zebra", 10) == []
    assert bm25.search("the", 10) == []
