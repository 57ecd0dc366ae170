"""How a request goes on to the gateway, byte for byte, and what its caller is told where that fails."""

from __future__ import annotations

import contextlib
import json
import logging
import time

import httpx
from opentelemetry.trace import Tracer

from sandbox.gateway.answers import Headers, refuse
from sandbox.gateway.guard import Scope, Send
from sandbox.gateway.traced import NOT_TRACED, gateway_span, trace_id, with_trace
from sandbox.setup.as_typed import as_typed

# Headers of one connection, not of the message (RFC 9110, section 7.6.1).
HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
    b"te", b"trailer", b"transfer-encoding", b"upgrade",
}  # fmt: skip
CALLS_AT_ONCE = 100
CLOSING = "The front door is being closed; if it comes back, it is in a moment."
FUNCTION_FAILED = "A function of the API failed before it could answer. `python -m sandbox logs aws` has the reason."

PASSED_ON = "request_passed_on"

log = logging.getLogger(__name__)


def gateway_client() -> httpx.AsyncClient:
    """Make the client of the gateway. No proxies from the environment: it is on this machine."""
    return httpx.AsyncClient(
        trust_env=False,
        timeout=httpx.Timeout(35, connect=2, pool=5),  # API Gateway itself waits 29 s at most
        limits=httpx.Limits(max_connections=CALLS_AT_ONCE),
    )


class Passage:
    """The way to the gateway, over one client."""

    def __init__(self, client: httpx.AsyncClient, tracer: Tracer = NOT_TRACED) -> None:
        self._client = client
        self._tracer = tracer

    async def close(self) -> None:
        """Close the connections to the gateway."""
        await self._client.aclose()

    async def pass_on(self, target: str, scope: Scope, body: bytes, send: Send) -> None:
        """Send the request to `target` and give its answer as it comes, or say what went wrong."""
        began = time.perf_counter()
        try:
            with gateway_span(self._tracer):
                response = await self._client.send(self._request(target, scope, body), stream=True)
        except httpx.TransportError as error:
            await refuse(send, *_reason(error))
            return
        except RuntimeError:
            if not self._client.is_closed:
                raise
            await refuse(send, 503, CLOSING)
            return
        async with contextlib.aclosing(response):
            _log_passed_on(scope["method"], response, time.perf_counter() - began)
            if _is_the_gateways_own_failure(response):
                await refuse(send, 503, as_typed(FUNCTION_FAILED))
                return
            head = _end_to_end(response.headers.raw)
            await send({"type": "http.response.start", "status": response.status_code, "headers": head})
            try:
                async for chunk in response.aiter_raw():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except httpx.TransportError as error:  # left unfinished, the answer is seen to be cut short
                log.warning("the gateway went away in the middle of an answer: %r", error)
                return
            await send({"type": "http.response.body", "body": b""})

    def _request(self, target: str, scope: Scope, body: bytes) -> httpx.Request:
        base = httpx.URL(target)
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        line = base.raw_path.rstrip(b"/") + scope["raw_path"] + query
        sent = [header for header in _end_to_end(scope["headers"]) if header[0] not in (b"host", b"content-length")]
        sent = with_trace(sent)
        request = self._client.build_request(
            scope["method"],
            base,
            headers=sent,
            content=body if _has_body(scope["headers"]) else None,
            # The target as it stands: a client library that reads a path also tidies it, and a tidied path leads
            # elsewhere (that is how dot segments once reached the emulator's control plane).
            extensions={"target": line},
        )
        for name in ("accept", "accept-encoding", "user-agent"):  # the client's own; the caller sent none
            if not any(name.encode() == given for given, _ in sent):
                request.headers.pop(name, None)
        return request


def _log_passed_on(method: str, response: httpx.Response, seconds: float) -> None:
    """Say in one JSON line that a request was passed on; its id leads to the function's lines, which name the route."""
    line = {
        "event": PASSED_ON,
        "method": method,
        "status": response.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "request_id": response.headers.get("x-request-id"),
        "trace_id": trace_id(),
    }
    with contextlib.suppress(OSError):  # a disk that is full takes no log, and costs no answer
        print(json.dumps({name: value for name, value in line.items() if name != "trace_id" or value}), flush=True)


def _is_the_gateways_own_failure(response: httpx.Response) -> bool:
    """Whether a function ended without an answer: what the gateway then says is no problem, and shows what went wrong.

    On AWS the gateway's responses are ours (infra_pulumi/components/rest_api.py); the emulator has none for this.
    """
    kind = response.headers.get("content-type", "").partition(";")[0]
    return response.status_code in (500, 502, 504) and kind != "application/problem+json"


def _reason(error: httpx.TransportError) -> tuple[int, str]:
    """Say what a failed call of the gateway is to the caller."""
    match error:
        case httpx.LocalProtocolError():
            return 400, "The request cannot be passed on: its headers are not as RFC 9110 has them."
        case httpx.PoolTimeout():
            return 503, f"{CALLS_AT_ONCE} requests are being answered already."
        case httpx.ReadTimeout() | httpx.WriteTimeout():
            # Not 504: whoever asks again in a moment is right to, and a 503 says so.
            return 503, as_typed("The API gateway did not answer in time. `python -m sandbox doctor` may help.")
        case _:
            return 503, "The API gateway is away, and is being started again."


def _end_to_end(headers: Headers) -> Headers:
    named = {
        option.strip().lower()
        for name, value in headers
        if name.lower() == b"connection"
        for option in value.split(b",")
    }
    return [(name.lower(), value) for name, value in headers if name.lower() not in HOP_BY_HOP | named]


def _has_body(headers: Headers) -> bool:
    return any(name.lower() in (b"content-length", b"transfer-encoding") for name, _ in headers)
