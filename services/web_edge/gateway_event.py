"""From a Lambda event to a WSGI application: REST API (payload 1.0), HTTP API (2.0), and events that are no request.

A keep-warm rule, the test button of AWS's console or an emulator send anything: whatever comes is answered, because an
unhandled error raises an alarm (docs/operations.md). An event that names no path asks for `/`, where nothing is: 404.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, quote

from apig_wsgi import make_lambda_handler
from flask import Flask

from services.telemetry.provider import flush

Event = dict[str, Any]
LambdaHandler = Callable[[Any, Any], dict[str, Any]]
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
"""What a method or the name of a header is made of (RFC 9110, section 5.6.2)."""
_IN_PATHS = "/%!$&'()*+,;=:@[]~"
_NOT_IN_HEADERS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def lambda_handler_for(app: Flask, base_path: str = "") -> LambdaHandler:
    """Make a Lambda handler of a Flask application; a REST API needs `binary_support` for compressed answers.

    `base_path` is what a custom domain's mapping puts before every path (`/learn`): it is taken off where it stands.
    """
    to_wsgi = make_lambda_handler(
        app.wsgi_app,
        binary_support=True,
        non_binary_content_type_prefixes=("text/", "application/json", "application/problem+json", "application/yaml"),
    )
    prefix = "/" + base_path.strip("/") if base_path.strip("/") else ""

    def handler(event: Any, context: Any) -> dict[str, Any]:
        answer: dict[str, Any] = to_wsgi(well_formed(event, prefix), context)
        flush()  # AWS stops the process once this has returned
        return answer

    return handler


def well_formed(event: Any, prefix: str = "") -> Event:
    """Return the request of an event in payload 1.0, with what is left out, null or of another kind filled in.

    Repeated values come from the multi-value forms; an emulator's single-value form keeps the first one only.
    """
    given: Event = event if isinstance(event, dict) else {}
    context = _object(given.get("requestContext"))
    http = _object(context.get("http"))
    method = _text(given.get("httpMethod") or http.get("method"))
    body, encoded = _body(given)
    return {
        "httpMethod": method if _TOKEN.fullmatch(method) else "GET",
        "path": _path(_text(given.get("path") or given.get("rawPath")), prefix),
        "multiValueQueryStringParameters": _query(given),
        # One line a header, so that the answer has plain `headers` too, which every gateway understands.
        "headers": _headers(given),
        "body": body,
        "isBase64Encoded": encoded,
        "requestContext": context,
    }


def _path(path: str, prefix: str) -> str:
    if prefix and (path == prefix or path.startswith(prefix + "/")):
        path = path[len(prefix) :]
    # Some gateways hand the path over decoded; WSGI wants bytes, which only an encoded one can be turned into.
    return quote(path if path.startswith("/") else "/" + path, safe=_IN_PATHS)


def _headers(event: Event) -> dict[str, str]:
    values = _multi(event, "multiValueHeaders", "headers")
    cookies = event.get("cookies")
    if isinstance(cookies, list) and cookies:
        values["cookie"] = ["; ".join(_text(cookie) for cookie in cookies)]
    # What no header can hold, a gateway never sends.
    return {
        name: _NOT_IN_HEADERS.sub(" ", ",".join(texts)).encode("latin-1", "replace").decode("latin-1")
        for name, texts in values.items()
        if _TOKEN.fullmatch(name)
    }


def _query(event: Event) -> dict[str, list[str]]:
    raw = event.get("rawQueryString")
    if isinstance(raw, str) and raw:
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(raw, keep_blank_values=True):
            values.setdefault(name, []).append(value)
    else:
        values = _multi(event, "multiValueQueryStringParameters", "queryStringParameters")
    # A JSON escape can hold half a surrogate pair, which no URL can.
    return {_encodable(name): [_encodable(item) for item in items] for name, items in values.items()}


def _multi(event: Event, many: str, one: str) -> dict[str, list[str]]:
    values = {name: [value] for name, value in _object(event.get(one)).items()}
    for name, items in _object(event.get(many)).items():
        values[name] = items if isinstance(items, list) and items else [items or ""]
    return {_text(name): [_text(item) for item in items] for name, items in values.items()}


def _body(event: Event) -> tuple[str, bool]:
    body = event.get("body")
    body = body if isinstance(body, str) else ""  # an object or a number: a console's form of nothing readable
    if not event.get("isBase64Encoded"):
        return _encodable(body), False
    try:
        base64.b64decode(body)
    except (binascii.Error, ValueError):
        return "", False
    return body, True


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return "" if value is None else _encodable(str(value))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
