"""Signatures of AWS's own client library are taken, and nothing else is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.gateway.guard import Call
from sandbox.gateway.signatures import fault

KEY, SECRET = "000000000000", "invented-secret"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\x00"), max_size=12)
PATHS = st.lists(WORDS.filter(lambda word: word not in (".", "..")), max_size=4).map(
    lambda parts: "/" + "/".join(quote(part, safe="") for part in parts)
)
QUERIES = st.lists(st.tuples(WORDS, WORDS), max_size=4).map(
    lambda pairs: "&".join(f"{quote(name, safe='-_.~')}={quote(value, safe='-_.~')}" for name, value in pairs)
)
BODIES = st.binary(max_size=40)
SERVICES = st.sampled_from(["lambda", "secretsmanager", "s3", "apigateway"])


def signed(method: str, path: str, query: str, body: bytes, service: str, secret: str = SECRET) -> Call:
    """Sign a request as boto3 does; gives it as the guard sees it."""
    url = f"http://127.0.0.1:4566{path}" + (f"?{query}" if query else "")
    request = AWSRequest(method=method, url=url, data=body, headers={"X-Mine": " two   words "})
    if service == "s3":
        request.context["client_config"] = None
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(Credentials(KEY, secret), service, "us-east-1").add_auth(request)
    headers = {name.lower(): value.strip() for name, value in request.headers.items()} | {"host": "127.0.0.1:4566"}
    parts = urlsplit(url)
    return Call(method, parts.path, parts.query, headers, body)


def verdict(call: Call, now: datetime | None = None) -> str | None:
    return fault(call, KEY, SECRET, now or datetime.now(UTC))


@given(st.sampled_from(["GET", "POST", "PUT"]), PATHS, QUERIES, BODIES, SERVICES)
@settings(deadline=None)
def test_takes_what_the_clients_library_signs(method: str, path: str, query: str, body: bytes, service: str) -> None:
    assert verdict(signed(method, path, query, body, service)) is None


CHANGES: list[Callable[[Call], Call]] = [
    lambda call: replace(call, method="DELETE"),
    lambda call: replace(call, path=call.path + "x"),
    lambda call: replace(call, query=call.query + "&x=y"),
    lambda call: replace(call, body=call.body + b"x"),
    lambda call: replace(call, headers={**call.headers, "host": "localhost"}),
    lambda call: replace(call, headers={**call.headers, "x-mine": "other"}),
    lambda call: replace(call, headers={**call.headers, "authorization": call.headers["authorization"][:-1] + "z"}),
    lambda call: replace(
        call, headers={**call.headers, "authorization": call.headers["authorization"].replace("us-east-1", "eu-west-1")}
    ),
    lambda call: replace(
        call, headers={**call.headers, "authorization": call.headers["authorization"].replace("host;", "")}
    ),
    lambda call: replace(call, headers={**call.headers, "x-amz-content-sha256": hashlib.sha256(b"else").hexdigest()}),
    lambda call: replace(call, headers={name: text for name, text in call.headers.items() if name != "x-amz-date"}),
    lambda call: replace(call, headers={name: text for name, text in call.headers.items() if name != "authorization"}),
]


@given(PATHS, QUERIES, BODIES, SERVICES, st.sampled_from(CHANGES))
@settings(deadline=None, max_examples=300)
def test_notices_whatever_is_changed(
    path: str, query: str, body: bytes, service: str, change: Callable[[Call], Call]
) -> None:
    assert verdict(change(signed("POST", path, query, body, service))) is not None


def test_takes_no_other_secret() -> None:
    assert verdict(signed("GET", "/", "", b"", "lambda", "another")) == "it is signed with another secret key"


def test_takes_no_signature_of_another_day() -> None:
    call = signed("GET", "/", "", b"", "lambda")
    assert verdict(call, datetime.now(UTC) + timedelta(minutes=14)) is None
    for minutes in (-16, 16, 60 * 24):
        assert verdict(call, datetime.now(UTC) + timedelta(minutes=minutes)) is not None
