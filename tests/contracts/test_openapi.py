"""`openapi.yaml` says what the code does, and the code does what `openapi.yaml` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any, get_args

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth

from services.course_record.levels import LEVELS
from services.coursematch.recommendation.reasons import Reason
from services.web_edge.contract import CONTRACT
from tests.coursematch.tokens import token
from tests.support.written_contract import ask, of_every_operation
from tests.support.yaml_text import DOCUMENT

OURS = ("coursematch", "enrollments")


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            if method in {"get", "post", "put", "patch", "delete"}:
                yield path, method, operation


def _resolved(node: dict[str, Any]) -> dict[str, Any]:
    found = node
    for part in node.get("$ref", "").removeprefix("#/").split("/") if "$ref" in node else ():
        found = (DOCUMENT if found is node else found)[part]
    return found


def test_names_a_lambda_for_every_path() -> None:
    assert {item["x-function"] for item in DOCUMENT["paths"].values()} <= {*OURS, "advisor"}


@pytest.mark.parametrize("function", OURS)
def test_has_the_paths_that_the_application_has(applications: dict[str, Flask], function: str) -> None:
    written = {
        (path, method.upper()) for path, method, _ in _operations() if DOCUMENT["paths"][path]["x-function"] == function
    }
    routed = {
        (rule.rule.replace("<", "{").replace(">", "}"), method)
        for rule in applications[function].url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == written


def test_keeps_the_limits_of_chat_clients() -> None:
    operations = list(_operations())
    assert len({operation["operationId"] for _, _, operation in operations}) == len(operations)
    for path, _, operation in operations:
        assert len(operation["summary"]) <= 300, path
        assert len(operation["description"]) <= 300, path
        for parameter in map(_resolved, operation.get("parameters", [])):
            assert len(parameter["description"]) <= 700, path
        if operation.get("x-openai-isConsequential") is not False:
            assert path in {"/mcp", "/chat"}, "a read says that it is one"


def test_names_the_levels_that_records_have() -> None:
    assert DOCUMENT["components"]["parameters"]["Level"]["schema"]["enum"] == list(LEVELS)


def test_describes_every_kind_of_reason_and_no_other() -> None:
    schemas = [_resolved(option) for option in DOCUMENT["components"]["schemas"]["Reason"]["oneOf"]]
    written = {schema["properties"]["kind"]["const"]: set(schema["properties"]) - {"kind"} for schema in schemas}
    in_code = {kind.kind: {part.name for part in fields(kind)} for kind in get_args(Reason)}
    assert written == in_code


def test_is_served_as_it_stands(applications: dict[str, Flask]) -> None:
    response = applications["coursematch"].test_client().get("/openapi.yaml")
    assert response.data == CONTRACT.read_bytes()
    assert response.content_type == "application/yaml"


SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
FEW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
"""Enough to meet each rule of a schema; the deadline is off because no test is timed."""


WITH_TOKEN = [ignored_auth]
"""Not to be asked of a real token: the check takes any token that it did not generate for a wrong one."""


def _application(case: schemathesis.Case, applications: dict[str, Flask]) -> Flask:
    return applications[DOCUMENT["paths"][case.operation.path]["x-function"]]


@of_every_operation(OURS)
def test_answers_the_public_what_is_written(path: str, method: str, applications: dict[str, Flask]) -> None:
    ask(SCHEMA, path, method, FEW, lambda case: case.call_and_validate(app=_application(case, applications)))


@of_every_operation(OURS)
def test_answers_staff_what_is_written(path: str, method: str, applications: dict[str, Flask]) -> None:
    headers = {"Authorization": f"Bearer {token('service', staff=True)}"}

    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(app=_application(case, applications), headers=headers, excluded_checks=WITH_TOKEN)

    ask(SCHEMA, path, method, FEW, check)


@pytest.mark.parametrize("path", ["/recommendations", "/enrollments"])
def test_answers_learners_what_is_written(applications: dict[str, Flask], path: str) -> None:
    case = SCHEMA[path]["GET"].Case(query={"student_id": "1"})
    headers = {"Authorization": f"Bearer {token('1')}"}
    response = case.call(app=_application(case, applications), headers=headers)
    assert response.status_code == 200
    case.validate_response(response, excluded_checks=WITH_TOKEN)
