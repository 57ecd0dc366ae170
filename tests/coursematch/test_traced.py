"""A request's spans say what decided the answer, and nothing about who asked or what, unless it is asked for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from services.telemetry.otlp import as_otlp
from services.telemetry.span import RecordedSpan
from tests.coursematch.tokens import token
from tests.support.collector import recorded

LEARNER = "1"
KEYWORDS = "statistics for somebody named Zebulon"


def ask(client: FlaskClient, path: str, query: dict[str, str], headers: dict[str, str]) -> None:
    assert client.get(path, query_string=query, headers=headers, buffered=True).status_code == 200


def by_name(spans: list[RecordedSpan], name: str) -> dict[str, Any]:
    return next(span.facts for span in spans if span.name == name)


def test_tells_what_decided_an_answer(client: FlaskClient) -> None:
    with recorded() as spans:
        ask(client, "/coursematch", {"keywords": KEYWORDS, "limit": "3"}, {})
    names = list(dict.fromkeys(span.name for span in spans))
    assert names == ["understand", "algolia queries", "rank", "GET /coursematch"]
    ranked = by_name(spans, "rank")
    assert ranked["coursematch.ranked"] == 3 <= ranked["coursematch.candidates"]
    assert by_name(spans, "algolia queries")["algolia.operations"] == 2
    assert {span.context.trace_id for span in spans} == {spans[0].context.trace_id}


def test_tells_statements_with_placeholders_and_how_many_rows(client: FlaskClient) -> None:
    with recorded() as spans:
        ask(client, "/recommendations", {"student_id": LEARNER}, {"Authorization": f"Bearer {token(LEARNER)}"})
    statements = [span.facts for span in spans if span.name == "postgres SELECT"]
    assert any("WHERE l.id = :learner" in facts["db.query.text"] for facts in statements)
    assert all(facts["db.response.returned_rows"] >= 0 for facts in statements)


@pytest.mark.parametrize("shows", [False, True])
def test_tells_what_was_asked_only_where_it_is_asked_for(client: FlaskClient, shows: bool) -> None:
    bearer = token(LEARNER)
    with recorded(shows_questions=shows) as spans:
        ask(client, "/coursematch", {"keywords": KEYWORDS}, {"Authorization": f"Bearer {bearer}"})
        ask(client, "/recommendations", {"student_id": LEARNER}, {"Authorization": f"Bearer {bearer}"})
        taken = client.get("/courses/HaldenX+CS101", headers={"Authorization": f"Bearer {bearer}"}, buffered=True)
    assert taken.status_code == 200
    told = json.dumps(as_otlp({}, spans), ensure_ascii=False)
    assert ("Zebulon" in told) is shows
    assert ("HaldenX" in told) is shows  # what the learner took stands in the filters
    assert ('"user.id"' in told) is shows
    assert bearer not in told
    assert bearer.split(".")[2] not in told
