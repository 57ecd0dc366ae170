"""Events of real and emulated gateways reach the application whole."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask, jsonify, request

from services.web_edge.gateway_event import LambdaHandler, lambda_handler_for
from services.web_edge.service_app import build_service_app


@pytest.fixture
def handler() -> LambdaHandler:
    app: Flask = build_service_app("test", {})

    @app.route("/echo", methods=["GET", "POST"])
    def echo() -> Any:
        return jsonify(
            arguments={name: request.args.getlist(name) for name in request.args},
            body=request.get_data().decode(),
            token=request.headers.get("Authorization"),
        )

    @app.get("/broken")
    def broken() -> Any:
        raise KeyError("learner 7's secret")

    return lambda_handler_for(app)


def _echo(handler: LambdaHandler, **event: Any) -> dict[str, Any]:
    answer = handler({"httpMethod": "GET", "path": "/echo", **event}, None)
    assert answer["statusCode"] == 200
    assert answer["isBase64Encoded"] is False
    result: dict[str, Any] = json.loads(answer["body"])
    return result


def test_answers_an_event_whose_fields_are_all_null(handler: LambdaHandler) -> None:
    nulls = dict.fromkeys(
        ["queryStringParameters", "multiValueQueryStringParameters", "headers", "multiValueHeaders", "body"]
    )
    assert _echo(handler, **nulls, requestContext=None) == {"arguments": {}, "body": "", "token": None}


def test_answers_an_event_with_nothing_in_it(handler: LambdaHandler) -> None:
    assert handler({}, None)["statusCode"] == 404


def test_sees_every_repeated_value_where_the_single_form_keeps_one(handler: LambdaHandler) -> None:
    seen = _echo(handler, queryStringParameters={"q": "a"}, multiValueQueryStringParameters={"q": ["a", "b"]})
    assert seen["arguments"] == {"q": ["a", "b"]}


def test_reads_the_single_form_alone(handler: LambdaHandler) -> None:
    seen = _echo(handler, queryStringParameters={"q": "naïve 数据 & =+%"}, multiValueQueryStringParameters=None)
    assert seen["arguments"] == {"q": ["naïve 数据 & =+%"]}


@pytest.mark.parametrize("form", ["headers", "multiValueHeaders"])
def test_reads_headers_whatever_their_case(handler: LambdaHandler, form: str) -> None:
    value: Any = "Bearer x" if form == "headers" else ["Bearer x"]
    assert _echo(handler, **{form: {"authorization": value}})["token"] == "Bearer x"


def test_decodes_a_base64_body(handler: LambdaHandler) -> None:
    body = base64.b64encode("héllo".encode()).decode()
    assert _echo(handler, httpMethod="POST", body=body, isBase64Encoded=True)["body"] == "héllo"


def test_takes_a_broken_base64_body_for_none(handler: LambdaHandler) -> None:
    assert _echo(handler, httpMethod="POST", body="é", isBase64Encoded=True)["body"] == ""


def test_survives_half_a_surrogate_pair(handler: LambdaHandler) -> None:
    assert _echo(handler, queryStringParameters={"q": "\ud800"})["arguments"] == {"q": ["?"]}


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_says_which_methods_a_path_takes(handler: LambdaHandler, method: str) -> None:
    answer = handler({"httpMethod": method, "path": "/broken"}, None)
    assert answer["statusCode"] == 405
    assert "GET" in answer["headers"]["Allow"]
    assert answer["headers"]["Content-Type"] == "application/problem+json"


def test_answers_head_and_options(handler: LambdaHandler) -> None:
    head = handler({"httpMethod": "HEAD", "path": "/echo"}, None)
    assert (head["statusCode"], head.get("body", "")) == (200, "")
    assert handler({"httpMethod": "OPTIONS", "path": "/echo"}, None)["statusCode"] == 200


def test_tells_where_it_broke_and_nothing_of_what_was_said(
    handler: LambdaHandler, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = handler({"httpMethod": "GET", "path": "/broken"}, None)
    logged = capsys.readouterr().out
    assert answer["statusCode"] == 500
    assert '"error": "KeyError"' in logged
    assert "test_gateway_event.py" in logged
    assert "secret" not in logged + answer["body"]
