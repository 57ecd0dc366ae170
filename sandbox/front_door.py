"""`python -m sandbox.front_door --port N --target-file FILE`: short, stable URLs onto the deployed API.

    http://127.0.0.1:8080/coursematch?keywords=…  →  {target}/coursematch?keywords=…

A plain streaming proxy, the same in front of every gateway. It adds nothing but honest answers when the gateway is
not there: 503 while nothing is deployed, 502 when the gateway does not answer.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config

from sandbox.embedded.aws.guard import LOOPBACK_HOST, Receive, Scope, Send
from sandbox.process_spec import ProcessSpec

HEALTH = "/_front_door/health"
# Headers of one connection, not of the message (RFC 9110, section 7.6.1).
HOP_BY_HOP = {
    b"connection", b"keep-alive", b"proxy-authenticate", b"proxy-authorization", b"proxy-connection",
    b"te", b"trailer", b"transfer-encoding", b"upgrade",
}  # fmt: skip
Headers = list[tuple[bytes, bytes]]


def front_door_command(port: int, target_file: Path) -> ProcessSpec:
    """How to start the front door on loopback port `port`, for the API whose URL stands in `target_file`."""
    return ProcessSpec(
        name="front-door",
        argv=(
            sys.executable, "-m", "sandbox.front_door", "--port", str(port), "--target-file", str(target_file.resolve())
        ),
        env=dict(os.environ),
        cwd=Path(__file__).resolve().parents[1],
        health_url=f"http://127.0.0.1:{port}{HEALTH}",
    )  # fmt: skip


class FrontDoor:
    """An ASGI application that passes every request on to the URL in `target_file`, as it is."""

    def __init__(self, target_file: Path, client: httpx.AsyncClient) -> None:
        self._target_file = target_file
        self._client = client
        self._target: tuple[int, str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's event: lifespan, or a request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, self._client)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        if len(hosts) != 1 or not LOOPBACK_HOST.fullmatch(hosts[0]):
            await _problem(send, 403, "Forbidden", "This API answers to localhost only.")
        elif scope["path"] == HEALTH:
            await _answer(send, 200, b'{"status":"ok"}', b"application/json")
        elif (target := self._read_target()) is None:
            detail = "The API is not deployed yet. `python -m sandbox status` shows what is still starting."
            await _problem(send, 503, "Service Unavailable", detail, [(b"retry-after", b"2")])
        else:
            await self._pass_on(target, scope, receive, send)

    def _read_target(self) -> str | None:
        """The API's URL, re-read when the file has changed; None while there is none."""
        try:
            changed = self._target_file.stat().st_mtime_ns
            if self._target is None or self._target[0] != changed:
                self._target = (changed, self._target_file.read_text(encoding="utf-8").strip().rstrip("/"))
        except FileNotFoundError:
            self._target = None
        return self._target[1] or None if self._target else None

    async def _pass_on(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("raw_path") or scope["path"].encode()
        query = b"?" + scope["query_string"] if scope["query_string"] else b""
        base = httpx.URL(target)
        url = base.copy_with(raw_path=base.raw_path.rstrip(b"/") + path.split(b"?")[0] + query)
        headers = [header for header in _end_to_end(scope["headers"]) if header[0].lower() != b"host"]
        body: Any = _body(receive) if _has_body(scope["headers"]) else None
        request = self._client.build_request(scope["method"], url, headers=headers, content=body)
        for name in ("accept", "accept-encoding", "user-agent"):  # the client's own; the caller sent none
            if not any(sent.lower() == name.encode() for sent, _ in headers):
                request.headers.pop(name, None)
        try:
            response = await self._client.send(request, stream=True)
        except httpx.TransportError as error:
            reason = "did not answer in time" if isinstance(error, httpx.TimeoutException) else "cannot be reached"
            await _problem(send, 502, "Bad Gateway", f"The API gateway {reason}. `python -m sandbox doctor` may help.")
            return
        try:
            status, raw = response.status_code, _end_to_end(response.headers.raw)
            await send({"type": "http.response.start", "status": status, "headers": raw})
            async for chunk in response.aiter_raw():
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            await response.aclose()


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


async def _body(receive: Receive) -> Any:
    more = True
    while more:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise httpx.ReadError("the caller left")
        yield event.get("body", b"")
        more = event.get("more_body", False)


async def _problem(send: Send, status: int, title: str, detail: str, headers: Headers | None = None) -> None:
    body = json.dumps({"type": "about:blank", "title": title, "status": status, "detail": detail}).encode()
    await _answer(send, status, body, b"application/problem+json", headers)


async def _answer(send: Send, status: int, body: bytes, kind: bytes, headers: Headers | None = None) -> None:
    head = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send, client: httpx.AsyncClient) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            await client.aclose()
            return


async def run(port: int, target_file: Path) -> None:
    """Serve on loopback until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    except NotImplementedError:  # Windows has no such handlers; there the process is ended outright
        pass
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    config.include_date_header = config.include_server_header = False
    # No proxies from the environment: the gateway is on this machine. API Gateway itself waits 29 s at most.
    client = httpx.AsyncClient(
        trust_env=False, timeout=httpx.Timeout(35, connect=2), limits=httpx.Limits(max_connections=100)
    )

    async def stopped() -> None:
        await stop.wait()

    await serve(FrontDoor(target_file, client), config, shutdown_trigger=stopped)  # type: ignore[arg-type]  # hypercorn's ASGI types are narrower than the specification's


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.front_door", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--target-file", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(run(options.port, options.target_file))
