"""Check AWS Signature Version 4, as AWS does: who signs a request holds the secret key, and nothing of it was changed.

After "AWS API request signing", AWS General Reference. Runs in the emulator's own environment: standard library only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

if TYPE_CHECKING:
    from sandbox.gateway.guard import Call

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=(?P<key>[^/,\s]+)/(?P<scope>(?P<day>\d{8})/(?P<region>[^/,\s]+)/(?P<service>[^/,\s]+)"
    r"/aws4_request),\s*SignedHeaders=(?P<headers>[a-z0-9;_-]+),\s*Signature=(?P<signature>[0-9a-f]{64})"
)
UNRESERVED = "-_.~"
SHA256 = re.compile(r"[0-9a-f]{64}")
MOST_SKEW = timedelta(minutes=15)


def fault(call: Call, key_id: str, secret_key: str, now: datetime) -> str | None:
    """Say why a call is not signed by the holder of these keys, as a clause without a secret; None if it is."""
    named = AUTHORIZATION.fullmatch(call.headers.get("authorization", ""))
    if named is None:
        return "it is not signed"
    if named["key"] != key_id:
        return "it is signed with other keys"
    if (moment := _moment(call.headers)) is None or moment.strftime("%Y%m%d") != named["day"]:
        return "it does not say when it was signed"
    if abs(now - moment) > MOST_SKEW:
        return "it was signed more than 15 minutes ago, or by a clock that is wrong"
    payload = hashlib.sha256(call.body).hexdigest()
    claimed = call.headers.get("x-amz-content-sha256", payload)
    if SHA256.fullmatch(claimed) and claimed != payload:
        return "its body is not the one that was signed"
    signed = named["headers"].split(";")
    if "host" not in signed:
        return "its Host is not signed"
    stamp = moment.strftime("%Y%m%dT%H%M%SZ")
    canonical = _canonical(call, signed, claimed, named["service"])
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join(("AWS4-HMAC-SHA256", stamp, named["scope"], digest))
    key = f"AWS4{secret_key}".encode()
    for part in (named["day"], named["region"], named["service"], "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    expected = hmac.new(key, text.encode(), "sha256").hexdigest()
    return None if hmac.compare_digest(expected, named["signature"]) else "it is signed with another secret key"


def _moment(headers: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.strptime(headers.get("x-amz-date", ""), "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _canonical(call: Call, signed: Sequence[str], payload: str, service: str) -> str:
    path = call.path or "/"
    if service != "s3":  # S3 takes a path as it is, every other service tidies and encodes it once more
        parts = [part for part in path.split("/") if part]
        path = quote("/" + "/".join(parts) + ("/" if parts and path.endswith("/") else ""), safe="/~")
    pairs = [pair.partition("=") for pair in call.query.split("&") if pair]
    encoded = sorted((_encoded(name), _encoded(value)) for name, _, value in pairs)
    return "\n".join(
        (
            call.method,
            path,
            "&".join(f"{name}={value}" for name, value in encoded),
            *(f"{name}:{' '.join(call.headers.get(name, '').split())}" for name in signed),
            "",
            ";".join(signed),
            payload,
        )
    )


def _encoded(text: str) -> str:
    return quote(unquote(text, errors="surrogateescape"), safe=UNRESERVED, errors="surrogateescape")
