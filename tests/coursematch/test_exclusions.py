"""What a question excludes is neither searched for nor put first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.course_record import CourseRecord
from services.coursematch.recommendation import Candidate, Preferences, rank_matches, read_wish
from services.coursematch.recommendation.exclusions import names


@pytest.mark.parametrize(
    ("question", "words", "unwanted"),
    [
        ("data science but not in Python", "data science", ["python"]),
        ("machine learning, not using Python or R, please", "machine learning, please", ["python", "r"]),
        ("programming without maths", "programming", ["mathematics"]),
        ("cloud computing other than AWS", "cloud computing", ["amazon web services"]),
        ("statistics without machine learning", "statistics", ["ml"]),
        ("programación sin matemáticas", "programación", ["matemáticas"]),
        ("apprendre la statistique sans programmation", "apprendre la statistique", ["programmation"]),
        ("Datenanalyse, aber nicht mit Excel", "Datenanalyse", ["excel"]),
        ("a cooking course, but not in English", "a cooking course", ["english"]),
        ("learn statistics without coding.", "learn statistics", ["programming"]),
    ],
)
def test_parts_a_question_from_what_it_excludes(question: str, words: str, unwanted: list[str]) -> None:
    wish = read_wish(question)
    assert wish.words == words
    assert len(wish.unwanted) == len(unwanted)
    assert all(term in spellings for term, spellings in zip(unwanted, wish.unwanted, strict=True))


@pytest.mark.parametrize(
    "question",
    [
        "web development without experience",
        "python without any prior knowledge",
        "i do not know anything about python",
        "not sure where to start with data",
        "no-code app building",
        "doctors without borders",
        "how to live without regrets",
        "without python",
        "",
    ],
)
def test_takes_no_manner_of_speaking_for_an_exclusion(question: str) -> None:
    assert read_wish(question).words == question
    assert not read_wish(question).unwanted


@given(st.text(max_size=80))
def test_never_searches_for_a_word_that_was_not_asked(question: str) -> None:
    wish = read_wish(question)
    assert set("".join(wish.words.split())) <= set("".join(question.split()))
    assert wish.unwanted or wish.words == question


def test_puts_what_is_excluded_after_all_others() -> None:
    courses = [
        CourseRecord(course_key="A+1", title="Python for Data Science", language="English"),
        CourseRecord(course_key="A+2", title="Data Science", skills=("Python",), language="English"),
        CourseRecord(course_key="A+3", title="Data Science with R", language="English"),
    ]
    unwanted = read_wish("data science but not in python").unwanted

    found = rank_matches([Candidate(course) for course in courses], 3, preferences=Preferences(unwanted=unwanted))

    assert [match.record.course_key for match in found] == ["A+3", "A+1", "A+2"]


def test_knows_a_name_from_one_that_begins_with_it() -> None:
    assert names(("Java for Beginners",), frozenset({"java"}))
    assert not names(("JavaScript for Beginners",), frozenset({"java"}))
    assert not names(("Modern C++",), frozenset({"c"}))
    assert names(("Relational Databases",), frozenset({"database"}))


def _in(language: str | None, number: int) -> Candidate:
    return Candidate(CourseRecord(course_key=f"A+{number}", title=f"Excel {number}", language=language), relevance=0.5)


def test_prefers_the_usual_language_where_the_question_tells_none() -> None:
    candidates = [_in("Spanish", 1), _in("English", 2), _in("English", 3), _in(None, 4), _in("English", 5)]

    unknown = rank_matches(candidates, 5)
    spanish = rank_matches(candidates, 5, preferences=Preferences(written_in="Spanish"))

    assert [match.record.course_key for match in unknown] == ["A+2", "A+3", "A+4", "A+5", "A+1"]
    assert spanish[0].record.course_key == "A+1"


def test_prefers_no_language_where_none_is_usual() -> None:
    candidates = [_in("Spanish", 1), _in("English", 2), _in("French", 3), _in("English", 4)]

    assert [match.record.course_key for match in rank_matches(candidates, 4)] == ["A+1", "A+2", "A+3", "A+4"]
