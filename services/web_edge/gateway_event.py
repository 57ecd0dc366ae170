"""From an API Gateway event (REST API, payload 1.0) to a WSGI application, for real and emulated gateways alike."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Mapping
from typing import Any

from apig_wsgi import make_lambda_handler
from flask import Flask

Event = dict[str, Any]
LambdaHandler = Callable[[Event, Any], dict[str, Any]]


def lambda_handler_for(app: Flask) -> LambdaHandler:
    """Make a Lambda handler of a Flask application; a REST API needs `binary_support` for compressed answers."""
    to_wsgi = make_lambda_handler(
        app.wsgi_app,
        binary_support=True,
        non_binary_content_type_prefixes=("text/", "application/json", "application/problem+json", "application/yaml"),
    )

    def handler(event: Event, context: Any) -> dict[str, Any]:
        return to_wsgi(well_formed(event), context)

    return handler


def well_formed(event: Event) -> Event:
    """Fill what gateways and test consoles leave out or null, so that a stranger's event is answered, not crashed on.

    Repeated values come from the multi-value forms; an emulator's single-value form keeps the first one only.
    """
    clean = {**event}
    clean["httpMethod"] = event.get("httpMethod") or "GET"
    clean["path"] = event.get("path") or "/"
    clean["multiValueQueryStringParameters"] = _query(event)
    # One line a header, so that the answer has plain `headers` too, which every gateway understands.
    headers = _multi(event, "multiValueHeaders", "headers")
    clean["headers"] = {name: ",".join(values) for name, values in headers.items()}
    clean.pop("multiValueHeaders", None)
    clean["body"], clean["isBase64Encoded"] = _body(event)
    clean["requestContext"] = event.get("requestContext") or {}
    return clean


def _multi(event: Event, many: str, one: str) -> dict[str, list[str]]:
    single: Mapping[str, Any] = event.get(one) or {}
    multiple: Mapping[str, Any] = event.get(many) or {}
    values = {name: [value] for name, value in single.items()} | dict(multiple)
    return {name: ["" if item is None else str(item) for item in items or [""]] for name, items in values.items()}


def _query(event: Event) -> dict[str, list[str]]:
    values = _multi(event, "multiValueQueryStringParameters", "queryStringParameters")
    # A JSON escape can hold half a surrogate pair, which no URL can.
    return {_encodable(name): [_encodable(item) for item in items] for name, items in values.items()}


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _body(event: Event) -> tuple[str, bool]:
    body = event.get("body") or ""
    if not event.get("isBase64Encoded"):
        return _encodable(body), False
    try:
        base64.b64decode(body)
    except (binascii.Error, ValueError):
        return "", False
    return body, True
