"""The running API against the contract that it serves: no 5xx, no answer that is not written down."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, unsupported_method

from tests.support.written_contract import ask, of_every_operation
from tests.support.yaml_text import DOCUMENT

from .conftest import Bearer

ROOT = Path(__file__).resolve().parents[2]
REFUSED = ["4xx", "5xx"]
"""What may answer a request that breaks the contract; by default schemathesis takes no 431, which a long list gets."""
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REFUSED}}})
SCHEMA = schemathesis.openapi.from_dict(DOCUMENT, config=CONFIG)
ASKED = ("coursematch", "enrollments")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
"""Enough to meet each rule; the deadline is off because no test is timed. tests/contracts asks more, in process."""
PUBLIC = [unsupported_method]
"""Not asked over HTTP: httpx-like clients and gateways refuse TRACE and QUERY before any of our code."""
WITH_TOKEN = [*PUBLIC, ignored_auth]
"""Not to be asked of a real token: the check takes any token that it did not generate for a wrong one."""


@of_every_operation(ASKED)
def test_answers_the_public_what_is_written(path: str, method: str, endpoints: dict[str, Any]) -> None:
    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=endpoints["api"].rstrip("/"), excluded_checks=PUBLIC)

    ask(SCHEMA, path, method, FEW, check)


@of_every_operation(ASKED)
def test_answers_staff_what_is_written(path: str, method: str, endpoints: dict[str, Any], bearer: Bearer) -> None:
    headers = bearer("1", staff=True)

    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(base_url=endpoints["api"].rstrip("/"), headers=headers, excluded_checks=WITH_TOKEN)

    ask(SCHEMA, path, method, FEW, check)


@pytest.mark.parametrize("path", ["/recommendations", "/enrollments"])
def test_answers_learners_what_is_written(endpoints: dict[str, Any], bearer: Bearer, path: str) -> None:
    case = SCHEMA[path]["GET"].Case(query={"student_id": "1"})
    response = case.call(base_url=endpoints["api"].rstrip("/"), headers=bearer("1"))
    assert response.status_code == 200
    case.validate_response(response, excluded_checks=WITH_TOKEN)


def test_serves_the_contract_as_it_stands_in_the_repository(api: httpx.Client) -> None:
    answer = api.get("/openapi.yaml")
    assert answer.content == (ROOT / "openapi.yaml").read_bytes()
    assert answer.headers["content-type"].startswith("application/yaml")
