"""Every match says how it fits, and why, in at most three sentences: over the fixtures and drawn questions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from fixtures.files import COURSES
from services.coursematch.recommendation import explain
from services.coursematch.recommendation.reasons import MatchedWords
from tests.coursematch.tokens import bearer

CATALOGUE: dict[str, dict[str, Any]] = {
    course["key"]: course for course in map(json.loads, COURSES.read_text(encoding="utf-8").splitlines())
}
TERMS = sorted({skill for course in CATALOGUE.values() for skill in course["skills"]})
STOP_WORDS = {"a", "an", "the", "of", "and", "or", "for", "to", "in", "on", "is", "with", "de", "la", "el", "y", "und"}
LEVELS = ["Introductory", "Intermediate", "Advanced"]
DRAWN = settings(max_examples=40, deadline=None)  # each example asks the index; the deadline is off: no test is timed
FRAMES = ["{}", "{} for beginners", "I want to learn {}", "a course on {} in Spanish", "cursos de {}", "{} and the {}"]


def _found(client: FlaskClient, headers: dict[str, str] | None = None, **query: Any) -> dict[str, Any]:
    response = client.get("/coursematch", query_string=query, headers=headers)
    assert response.status_code == 200, response.get_data(as_text=True)
    return dict(response.get_json())


@DRAWN
@given(st.sampled_from(FRAMES), st.sampled_from(TERMS), st.sampled_from(TERMS), st.sampled_from([None, *LEVELS]))
def test_says_of_every_match_how_it_fits(
    client: FlaskClient, frame: str, one: str, other: str, level: str | None
) -> None:
    question = frame.replace("{}", one, 1).replace("{}", other)
    asked = {"level": level} if level else {}
    answer = _found(client, keywords=question, limit=30, **asked)
    for match in answer["matches"]:
        fit = match["fit"]
        missed = {(miss["condition"], miss["asked"]) for miss in fit["misses"]}
        assert fit["fits"] == (not missed)
        wanted = answer["query"]["level"]
        assert (("level", wanted) in missed) == (wanted is not None and match["level"] != wanted)
        wanted = answer["query"]["language"]
        assert (("language", wanted) in missed) == (wanted is not None and match["language"] != wanted)
        assert (fit["topic"] in ("strong", None)) == (not [miss for miss in missed if miss[0] == "topic"])


@DRAWN
@given(st.sampled_from(FRAMES), st.sampled_from(TERMS), st.sampled_from(TERMS), st.sampled_from([None, "1", "3", "7"]))
def test_gives_at_most_three_reasons_that_help(
    client: FlaskClient, frame: str, one: str, other: str, learner: str | None
) -> None:
    question = frame.replace("{}", one, 1).replace("{}", other)
    answer = _found(client, bearer(learner) if learner else None, keywords=question, limit=30)
    for match in answer["matches"]:
        assert 1 <= len(match["reasons"]) <= 3
        kinds = [reason["kind"] for reason in match["reasons"]]
        assert ("requested_level" in kinds) <= (answer["query"]["level"] == match["level"])
        assert ("requested_language" in kinds) <= (answer["query"]["language"] == match["language"])
        for reason in match["reasons"]:
            padded = [f" {words.casefold()} " for words in reason.get("words", ())]
            assert not any(one in other for one in padded for other in padded if one != other), "said twice"
            for words in reason.get("words", ()):
                assert words.casefold() not in STOP_WORDS
                assert len(words) > 1 or words in {"C", "R"} or not words.isascii()


@pytest.mark.parametrize("keywords", ["python", "excel", "machine learning", "sql", "java", "data", "Python 3"])
def test_leads_with_the_usual_language_where_the_words_belong_to_none(client: FlaskClient, keywords: str) -> None:
    first, *_ = _found(client, keywords=keywords)["matches"]
    assert (first["language"], first["fit"]["topic"]) == ("English", "strong")


@pytest.mark.parametrize(
    ("keywords", "language"),
    [
        ("aprender a programar", "Spanish"),
        ("programación", "Spanish"),
        ("maschinelles Lernen", "German"),
        ("apprendre à programmer", "French"),
        ("机器学习", "Chinese"),
    ],
)
def test_leads_with_the_language_of_the_words(client: FlaskClient, keywords: str, language: str) -> None:
    first, *_ = _found(client, keywords=keywords)["matches"]
    assert first["language"] == language


def test_never_tells_a_part_of_what_was_asked_as_if_it_were_that(client: FlaskClient) -> None:
    for match in _found(client, keywords="data science", limit=50)["matches"]:
        assert not [reason for reason in match["reasons"] if "Science" in reason.get("words", ())]


def test_says_reasons_in_sentences() -> None:
    said = explain((MatchedWords(("Python", "SQL"), "skills"), MatchedWords(("data",), "full_description")))
    assert said == "It teaches Python and SQL. Its description speaks of “data”."
