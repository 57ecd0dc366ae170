"""One deadline a request: every call that serves it gets what is left, and nothing outlives it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from flask import Flask, jsonify

from services.web_edge.deadline import LEAST_SECONDS, REQUEST_SECONDS, begin_request, end_request, patience
from services.web_edge.gateway_event import lambda_handler_for
from services.web_edge.service_app import build_service_app


def _seconds(app: Flask, milliseconds: int | None) -> float:
    context = None if milliseconds is None else SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds)
    body: str = lambda_handler_for(app)({"path": "/patience"}, context)["body"]
    return float(body)


@pytest.fixture
def app() -> Flask:
    app = build_service_app("test", {})

    @app.get("/patience")
    def read_patience() -> object:
        return jsonify(patience(1_000.0))

    return app


def test_a_request_has_an_end_where_nothing_else_ends_it(app: Flask) -> None:
    assert REQUEST_SECONDS - 1 < _seconds(app, None) <= REQUEST_SECONDS


def test_a_request_ends_before_its_lambda_does(app: Flask) -> None:
    assert 1.0 < _seconds(app, 3_000) <= 2.0


def test_a_call_past_the_deadline_gets_enough_to_fail_by_itself(app: Flask) -> None:
    assert _seconds(app, 10) == LEAST_SECONDS


def test_what_comes_after_a_request_has_no_deadline(app: Flask) -> None:
    _seconds(app, 10)
    assert patience(1_000.0) == 1_000.0


def test_a_short_patience_stays_short() -> None:
    begun = begin_request(100.0)
    try:
        assert patience(2.0) == 2.0
    finally:
        end_request(begun)


def test_a_request_within_a_request_ends_no_later(app: Flask) -> None:
    begun = begin_request(1.0)
    try:
        assert _seconds(app, None) <= 1.0
        assert patience(1_000.0) <= 1.0
    finally:
        end_request(begun)
