"""Explanations over HTTP, checked against the fixtures' own files: nothing is said that they do not hold."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from fixtures.files import COURSES
from tests.contracts.fixture_enrollments import active_enrollments
from tests.coursematch.tokens import bearer

QUESTIONS = ["machine learning", "python for beginners", "intro to statistics", "programación", "how do I learn SQL?"]
CATALOGUE: dict[str, dict[str, Any]] = {
    course["key"]: course for course in map(json.loads, COURSES.read_text(encoding="utf-8").splitlines())
}


def _taken(learner: str) -> set[str]:
    runs = active_enrollments().get(learner, set())
    return {"+".join(run.removeprefix("course-v1:").split("+")[:2]) for run, _, _ in runs}


def _check(course: dict[str, Any], taken: set[str]) -> None:
    source = CATALOGUE[course["course_key"]]
    for reason in course["reasons"]:
        kind = reason["kind"]
        if "course_key" in reason and kind != "prerequisite_missing":
            assert reason["course_key"] in taken
            assert reason["title"] == CATALOGUE[reason["course_key"]]["title"]
        if kind == "matched_words":
            text = json.dumps(source.get(reason["field"], course["course_key"]), ensure_ascii=False)
            assert all(word in text for word in reason["words"]), (reason, text)
        elif kind == "shared_skills":
            assert {*reason["skills"]} <= {*source["skills"]} & {*CATALOGUE[reason["course_key"]]["skills"]}
        elif kind == "shared_subjects":
            assert {*reason["subjects"]} <= {*source["subjects"]} & {*CATALOGUE[reason["course_key"]]["subjects"]}
        elif kind.startswith("prerequisite"):
            assert reason["course_key"] in source["prerequisites"]
            assert (reason["course_key"] in taken) == (kind != "prerequisite_missing")
        elif kind == "requested_level":
            assert reason["level"] == source["level"]
        elif kind == "popularity" and reason["source"] == "catalogue":
            assert reason["count"] == source["enrollment_count"]
        elif kind == "similar_learners":
            both = [one for one in active_enrollments() if {course["course_key"], reason["course_key"]} <= _taken(one)]
            assert reason["learners"] == len(both)
    assert 1 <= len(course["reasons"]) <= 3


@pytest.mark.parametrize("keywords", QUESTIONS)
def test_says_of_a_match_only_what_the_catalogue_holds(client: FlaskClient, keywords: str) -> None:
    for learner in (None, "1", "3"):
        headers = bearer(learner) if learner else {}
        answer = client.get("/coursematch", query_string={"keywords": keywords, "limit": 30}, headers=headers)
        for course in answer.get_json()["matches"]:
            _check(course, _taken(learner) if learner else set())


def test_says_of_a_recommendation_only_what_the_files_hold(client: FlaskClient) -> None:
    for learner in sorted(active_enrollments()):
        query = {"student_id": learner, "limit": 20}
        answer = client.get("/recommendations", query_string=query, headers=bearer(learner))
        for course in answer.get_json()["recommendations"]:
            _check(course, _taken(learner))
