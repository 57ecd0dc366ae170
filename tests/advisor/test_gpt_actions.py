"""The contract keeps the limits of GPT Actions, and so do real answers over 700 long-winded courses.

The limits: https://developers.openai.com/api/docs/actions/production (300 characters an operation's summary or
description, 700 a parameter's, 100,000 an answer), and OpenAPI 3.1 with an operationId for each operation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evaluation.advisor.system import InProcessApi, running, token
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from services.lms.files.enrollments import EnrollmentRow
from tests.advisor.conftest import application
from tests.support.yaml_text import DOCUMENT

MOST_CHARACTERS = 100_000
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "x-function"
]
COURSES = 700
# waitress, which serves the mock index in this process, leaves the temporary file of a large request to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


def resolved(node: dict[str, Any]) -> dict[str, Any]:
    found: Any = node
    while "$ref" in found:
        steps = found["$ref"].removeprefix("#/").split("/")
        found = DOCUMENT
        for step in steps:
            found = found[step]
    return dict(found)


def test_is_a_document_that_gpt_actions_import() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    assert len(OPERATIONS) <= 30
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() for name in names)


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
def test_keeps_every_text_short(path: str, method: str, operation: dict[str, Any]) -> None:
    assert 0 < len(operation["summary"]) <= 300
    assert 0 < len(operation["description"]) <= 300
    for parameter in map(resolved, operation.get("parameters", [])):
        assert 0 < len(parameter["description"]) <= 700
        assert parameter["in"] in {"query", "path"}, "custom headers are not sent"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=[f"{m} {p}" for p, m, _ in OPERATIONS])
def test_says_that_nothing_is_consequential(path: str, method: str, operation: dict[str, Any]) -> None:
    assert operation["x-openai-isConsequential"] is False


def test_has_one_kind_of_authentication_beside_none() -> None:
    assert list(DOCUMENT["components"]["securitySchemes"]) == ["bearerToken"]
    public = {path for path, _, operation in OPERATIONS if {} in operation["security"] or not operation["security"]}
    assert {"/coursematch", "/courses", "/health", "/openapi.yaml"} <= public
    assert not {"/recommendations", "/enrollments"} & public


@pytest.fixture(scope="module")
def long_winded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InProcessApi]:
    """700 courses that use every field to the full, and a learner who has taken 200 of them."""
    folder: Path = tmp_path_factory.mktemp("catalogue")
    sentence = 'Über „Daten“ – mit "Beispielen" & Übungen; 统计学 and \\ back\nslashes. '
    courses = [
        {
            "key": f"LongX+{number:03}",
            "title": f"Statistics {number}: " + "a very long title " * 15,
            "short_description": sentence * 20,
            "full_description": sentence * 60,
            "level": ("Introductory", "Intermediate", "Advanced")[number % 3],
            "language": "English",
            "subjects": [f"Subject {number % 7} {index}" for index in range(10)],
            "skills": [f"A rather long skill of the course {number} {index}" for index in range(60)],
            "prerequisites": [f"LongX+{number - step:03}" for step in (1, 2, 3) if number >= step],
            "url": "https://example.org/" + "path/" * 30 + str(number),
            "run": "r1",
            "start": "2026-01-01",
        }
        for number in range(COURSES)
    ]
    path = folder / "courses.json"
    path.write_text(json.dumps(courses), "utf-8")
    when = datetime(2026, 2, 1, tzinfo=UTC)
    rows = [
        EnrollmentRow(str(learner), f"course-v1:LongX+{number:03}+r1", "audit", True, when, when)
        for learner in range(1, 4)
        for number in range(200)
    ]
    with running(read_courses(path, datetime.now(UTC)).records, FileHistory(rows, {})) as api:
        yield api


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/coursematch", {"keywords": "statistics", "limit": "100"}),
        ("/recommendations", {"student_id": "1", "limit": "100"}),
        ("/enrollments", {"student_id": "1"}),
        ("/courses", {"query": "statistics"}),
    ],
)
def test_real_answers_fit(long_winded: InProcessApi, path: str, params: dict[str, str]) -> None:
    client = long_winded.client(path)
    answer = client.get(path, query_string=params, headers={"Authorization": "Bearer " + token("1")})

    assert answer.status_code == 200
    assert len(answer.get_data(as_text=True)) < MOST_CHARACTERS


@pytest.mark.parametrize("message", ["20 statistics courses", "what should I take next?", "what have I taken?"])
def test_chat_answers_fit(long_winded: InProcessApi, message: str) -> None:
    headers = {"Authorization": "Bearer " + token("1")}
    body = {"messages": [{"role": "user", "content": message}]}
    answer = application(long_winded).test_client().post("/chat", json=body, headers=headers)

    assert answer.status_code == 200
    assert len(answer.get_data(as_text=True)) < MOST_CHARACTERS
