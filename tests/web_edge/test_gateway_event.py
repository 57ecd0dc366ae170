"""Events of real and emulated gateways reach the application whole."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from flask import Flask, jsonify, request
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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

    @app.get("/echo/<key>")
    def echo_path(key: str) -> Any:
        return jsonify(key=key)

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


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/echo/OrgX+1", "OrgX+1"),
        ("/echo/OrgX%2B1", "OrgX+1"),
        ("/echo/OrgX 1", "OrgX 1"),
        ("/echo/数据+é", "数据+é"),
        ("/echo/%E6%95%B0%E6%8D%AE+%C3%A9", "数据+é"),
        ("/echo/course-v1:OrgX+1+a", "course-v1:OrgX+1+a"),
        ("/echo/100%", "100%"),
        ("/echo/\ud800", "?"),
    ],
)
def test_reads_a_path_decoded_by_the_gateway_or_not(handler: LambdaHandler, path: str, key: str) -> None:
    answer = handler({"httpMethod": "GET", "path": path}, None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"key": key}


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


@pytest.mark.parametrize(
    "event",
    [
        {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}},
        {"version": None, "path": "/echo"},
        {"version": "", "path": "/echo"},
        {"version": 1, "path": "/echo"},
        {"version": "2.0", "rawPath": "/echo", "rawQueryString": "q=a", "requestContext": {"http": {"method": "GET"}}},
        {"version": "2.0"},
        {"path": "/echo", "httpMethod": "POST", "body": {"a": 1}},
        {"path": "/echo", "httpMethod": "POST", "body": 7},
        {"path": "/echo", "requestContext": {"elb": {}}},
        {"path": "/echo", "httpMethod": "GET /echo HTTP/1.1\r\nHost: x"},
        {"path": "/echo", "headers": {"a\r\nb": "c", "X-Forwarded-For": None, "Content-Length": "-1"}},
        {"key1": "value1"},
        [],
        "text",
        None,
        7,
    ],
    ids=lambda event: json.dumps(event)[:50],
)
def test_answers_an_event_that_is_no_request_or_of_another_kind(handler: LambdaHandler, event: Any) -> None:
    answer = handler(event, None)
    named = isinstance(event, dict) and "/echo" in (event.get("path"), event.get("rawPath"))
    assert answer["statusCode"] == (200 if named else 404)
    json.loads(answer["body"])


def test_reads_an_http_api_event_whole(handler: LambdaHandler) -> None:
    event = {
        "version": "2.0",
        "rawPath": "/echo",
        "rawQueryString": "q=a&q=b%20c",
        "headers": {"authorization": "Bearer t"},
        "cookies": ["a=1", "b=2"],
        "requestContext": {"http": {"method": "POST", "path": "/echo", "sourceIp": "192.0.2.1"}},
        "body": base64.b64encode("wörter".encode()).decode(),
        "isBase64Encoded": True,
    }
    seen = json.loads(handler(event, None)["body"])
    assert seen == {"arguments": {"q": ["a", "b c"]}, "body": "wörter", "token": "Bearer t"}


@pytest.mark.parametrize(
    "path", ["/courses/数据+101", "/courses/%E6%95%B0%E6%8D%AE+101", "/courses/%E6%95%B0%E6%8D%AE%2B101"]
)
def test_reads_a_path_decoded_or_not(path: str) -> None:
    app = build_service_app("test", {})
    app.add_url_rule("/courses/<key>", view_func=lambda key: jsonify(key))
    assert json.loads(lambda_handler_for(app)({"path": path}, None)["body"]) == "数据+101"


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = [
    "version", "httpMethod", "path", "rawPath", "rawQueryString", "headers", "multiValueHeaders", "cookies", "body",
    "queryStringParameters", "multiValueQueryStringParameters", "isBase64Encoded", "requestContext", "resource",
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(_FIELDS), _ANYTHING) | _ANYTHING)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_answers_whatever_comes(handler: LambdaHandler, event: Any) -> None:
    answer = handler(event, None)
    assert 200 <= answer["statusCode"] < 500
    json.dumps(answer)


@pytest.mark.parametrize(
    ("path", "status"),
    [("/learn/echo", 200), ("/echo", 200), ("/learnecho", 404), ("/learn", 404), ("/other/echo", 404)],
)
def test_takes_a_base_path_mapping_off(path: str, status: int) -> None:
    app = build_service_app("test", {})
    app.add_url_rule("/echo", view_func=lambda: jsonify("here"))
    assert lambda_handler_for(app, "/learn/")({"path": path}, None)["statusCode"] == status
