"""Every request leaves one JSON line that tells how it went and nothing about who asked."""

from __future__ import annotations

import json
from typing import Any

import pytest
from flask import Flask

from services.web_edge.service_app import build_service_app


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def _app() -> Flask:
    app = build_service_app("test", {})
    app.add_url_rule("/learners/<learner>", view_func=lambda learner: f"for {learner}")
    return app


def test_logs_one_line_with_the_route_and_not_the_path(capsys: pytest.CaptureFixture[str]) -> None:
    _app().test_client().get("/learners/ada?student_id=ada", headers={"Authorization": "Bearer ada"})
    (line,) = _lines(capsys)
    assert line["event"] == "request_answered"
    assert line["route"] == "/learners/{learner}"
    assert line["status"] == 200
    assert "ada" not in json.dumps(line)


def test_logs_a_path_that_is_not_there_without_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    _app().test_client().get("/ada")
    (line,) = _lines(capsys)
    assert line["problem"] == "not-found"
    assert "ada" not in json.dumps(line)
