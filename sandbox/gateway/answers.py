"""What the front door says by itself, as ASGI events: problem documents (RFC 9457), like the API's own."""

from __future__ import annotations

import json

from sandbox.gateway.guard import Send

Headers = list[tuple[bytes, bytes]]

RETRY_AFTER_SECONDS = 2
KINDS = {
    400: ("bad-request", "The request is not right"),
    403: ("forbidden", "Forbidden"),
    404: ("not-found", "Not Found"),
    408: ("timeout", "The request did not come in time"),
    413: ("too-large", "The request is too large"),
    426: ("upgrade-refused", "No other protocol is spoken here"),
    429: ("too-many", "Too many requests at a time"),
    431: ("headers-too-large", "The request's headers are too large"),
    500: ("front-door-failed", "The front door failed"),
    501: ("not-implemented", "Not Implemented"),
    502: ("bad-gateway", "The gateway's answer cannot be passed on"),
    503: ("unavailable", "The API is away for a moment"),
    504: ("timeout", "The gateway did not answer in time"),
}


def problem(status: int, detail: str) -> tuple[Headers, bytes]:
    """Make a problem document and its headers; a page of any origin may read it, as it may the API's own."""
    slug, title = KINDS.get(status, ("refused", "Refused"))
    kind = f"urn:problem-type:coursematch:{slug}"
    body = json.dumps({"type": kind, "title": title, "status": status, "detail": detail}).encode()
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"access-control-allow-origin", b"*"),
    ]
    if status in (429, 503):
        headers.append((b"retry-after", str(RETRY_AFTER_SECONDS).encode()))
    if status in (400, 408, 413):  # what is left of such a request must not be read as the next one
        headers.append((b"connection", b"close"))
    return headers, body


async def refuse(send: Send, status: int, detail: str, protocol: str = "http") -> None:
    """Answer with a problem; `protocol` is the scope's type when that is a websocket."""
    prefix = "websocket.http" if protocol == "websocket" else "http"
    headers, body = problem(status, detail)
    await send({"type": f"{prefix}.response.start", "status": status, "headers": headers})
    await send({"type": f"{prefix}.response.body", "body": body, "more_body": False})
