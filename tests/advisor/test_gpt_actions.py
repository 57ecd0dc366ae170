"""The contract keeps the limits of GPT Actions, and so do real answers over 700 long-winded courses.

The limits: https://developers.openai.com/api/docs/actions/production (300 characters an operation's summary or
description, 700 a parameter's, 100,000 an answer), and OpenAPI 3.1 with an operationId for each operation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from evaluation.advisor.system import InProcessApi, running, token
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from services.advisor.tools.registry import build_tools
from services.advisor.tools.tool import Tool
from services.lms.files.enrollments import EnrollmentRow
from tests.advisor.conftest import application
from tests.support.patient import patient
from tests.support.yaml_text import DOCUMENT

TOOLS = build_tools(lambda: "https://courses.example.org")
MOST_CHARACTERS = 100_000
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "x-function"
]
COURSES = 700


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


SCHEMAS_REFUSED = {
    "not",
    "if",
    "then",
    "else",
    "patternProperties",
    "dependentSchemas",
    "unevaluatedProperties",
    "$defs",
}
"""Keywords that the editor of actions, and strict readers of function schemas, do not know."""


def schemas_in(node: Any, where: str = "#") -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every schema of the document, those inside others too, with where it stands."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from schemas_in(item, f"{where}/{number}")
    elif isinstance(node, dict):
        for name, value in node.items():
            there = f"{where}/{name}"
            if name == "schema":
                yield from within(value, there)
            elif name == "schemas" and where == "#/components":
                for own, schema in value.items():
                    yield from within(schema, f"{there}/{own}")
            else:
                yield from schemas_in(value, there)


def within(schema: dict[str, Any], where: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield where, schema
    for name, value in schema.get("properties", {}).items():
        yield from within(value, f"{where}/properties/{name}")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield from within(schema[name], f"{where}/{name}")
    for name in ("oneOf", "anyOf", "allOf"):
        for number, one in enumerate(schema.get(name, ())):
            yield from within(one, f"{where}/{name}/{number}")


def faults_of(schema: dict[str, Any]) -> list[str]:
    """Say what strict readers of schemas refuse ("object schema missing properties", "array schema missing items")."""
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    found = [f"unknown keyword {name}" for name in SCHEMAS_REFUSED & schema.keys()]
    if not kinds and not {"$ref", "oneOf", "anyOf", "allOf", "const"} & schema.keys():
        found.append("no type")
    if "object" in kinds and "properties" not in schema:
        found.append("object schema missing properties")
    if "array" in kinds and not isinstance(schema.get("items"), dict):
        found.append("array schema missing items")
    found += [
        f"requires {name}, and has none" for name in schema.get("required", ()) if name not in schema["properties"]
    ]
    if len(schema.get("description", "")) > 700:
        found.append("description too long")
    return found


def test_every_schema_is_one_that_strict_readers_take() -> None:
    schemas = dict(schemas_in(DOCUMENT))
    assert len(schemas) > 150
    assert {where: faults for where, schema in schemas.items() if (faults := faults_of(schema))} == {}
    assert len(DOCUMENT["servers"]) == 1


@pytest.mark.parametrize("tool", TOOLS.values(), ids=TOOLS)
def test_every_tool_s_schemas_are_ones_that_strict_readers_take(tool: Tool) -> None:
    for schema in (tool.input_schema, tool.output_schema):
        assert schema["type"] == "object"
        assert {where: faults for where, one in within(schema, "") if (faults := faults_of(one))} == {}
    assert re.fullmatch("[a-z_]{1,64}", tool.name)
    assert 0 < len(tool.description) <= 1024
    assert all(len(parameter.description) <= 700 for parameter in tool.parameters)


@pytest.mark.parametrize(
    ("schema", "says"),
    [
        ({"type": "object"}, "missing properties"),
        ({"type": ["array", "null"]}, "missing items"),
        ({"description": "x"}, "no type"),
        ({"type": "object", "properties": {}, "required": ["a"]}, "requires a"),
        ({"type": "string", "not": {}}, "unknown keyword not"),
    ],
)
def test_sees_what_strict_readers_refuse(schema: dict[str, Any], says: str) -> None:
    assert any(says in fault for fault in faults_of(schema))


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
    with patient(), running(read_courses(path, datetime.now(UTC)).records, FileHistory(rows, {})) as api:
        yield api


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/coursematch", {"keywords": "statistics", "limit": "100"}),
        ("/recommendations", {"student_id": "1", "limit": "100"}),
        ("/enrollments", {"student_id": "1"}),
        ("/courses", {"query": "statistics"}),
        ("/paths", {"goal": "LongX+699"}),
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
