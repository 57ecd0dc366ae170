"""What the adviser answers, `openapi.yaml` documents: Schemathesis asks, also with bodies that break the contract."""

from __future__ import annotations

import schemathesis
from flask import Flask
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    positive_data_acceptance,
    unsupported_method,
)

from evaluation.advisor.system import token
from tests.support.written_contract import ask, of_every_operation
from tests.support.yaml_text import DOCUMENT

SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
FEW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
"""Enough to meet each rule of a schema; the deadline is off because no test is timed."""
NOT_ASKED = [
    # JSON-RPC tells errors of well-formed bodies in its own way, and a chat whose last message is the adviser's is one
    # that no schema refuses.
    positive_data_acceptance,
    negative_data_rejection,
    # A 405 is a problem document on every path; the contract does not repeat it.
    unsupported_method,
    content_type_conformance,
    ignored_auth,
]


@of_every_operation({"advisor"})
def test_answers_anybody_what_is_written(path: str, method: str, advisor: Flask) -> None:
    ask(SCHEMA, path, method, FEW, lambda case: case.call_and_validate(app=advisor, excluded_checks=NOT_ASKED))


@of_every_operation({"advisor"})
def test_answers_learners_what_is_written(path: str, method: str, advisor: Flask) -> None:
    headers = {"Authorization": f"Bearer {token('1')}"}

    def check(case: schemathesis.Case) -> None:
        case.call_and_validate(app=advisor, headers=headers, excluded_checks=NOT_ASKED)

    ask(SCHEMA, path, method, FEW, check)
