"""`python -m sandbox.gateway.front_door --port N --target-file FILE`: short, stable URLs onto the deployed API.

    http://127.0.0.1:8080/coursematch?keywords=…  →  {target}/coursematch?keywords=…

A proxy, the same in front of every gateway. It is what a tunnel exposes, so it passes on the contract's paths and
nothing else, byte for byte; what it refuses, and what it says while the gateway is away, are problem documents.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, Protocol

import httpx
from hypercorn.asyncio import serve
from hypercorn.config import Config
from opentelemetry.trace import Tracer

from infra_pulumi import routes
from sandbox.gateway import explained_refusals
from sandbox.gateway.allowed_paths import AllowedPaths
from sandbox.gateway.answers import refuse
from sandbox.gateway.fair_share import FairShare
from sandbox.gateway.guard import LOOPBACK_HOST, Receive, Scope, Send
from sandbox.gateway.passing_on import CLOSING, Passage, gateway_client
from sandbox.gateway.traced import NOT_TRACED, request_span, told_of
from sandbox.gateway.whole_body import CallerLeft, NotWhole, whole_body
from sandbox.processes.process_spec import ProcessSpec
from sandbox.setup.as_typed import as_typed

ROOT = Path(__file__).resolve().parents[2]
HEALTH = "/_front_door/health"
HEAD_BYTES = 10 * 1024
"""As API Gateway has it for headers; less than the emulator takes, so that what passes here passes there."""
NOT_DEPLOYED = "The API is not deployed just now. `python -m sandbox status` shows what is being started."


class Own(Protocol):
    """What the front door shows of the sandbox itself, on paths that are not the API's: the console."""

    def owns(self, path: str) -> bool:
        """Say whether a path is its own."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for one of them."""

    def passed_on(self, path: str) -> None:
        """Take note of a request that goes on to the API."""


def front_door_command(port: int, target_file: Path, state: Path | None = None) -> ProcessSpec:
    """Say how to start the front door on loopback port `port`, for the API whose URL stands in `target_file`.

    With the state folder of a sandbox it shows that sandbox's console too.
    """
    console = () if state is None else ("--state", str(state))
    return ProcessSpec(
        name="front-door",
        argv=(
            sys.executable, "-m", "sandbox.console" if console else "sandbox.gateway.front_door",
            "--port", str(port), "--target-file", str(target_file.resolve()), *console,
        ),
        env=dict(os.environ),
        cwd=ROOT,
        health_url=f"http://127.0.0.1:{port}{HEALTH}",
    )  # fmt: skip


class FrontDoor:
    """An ASGI application that passes requests for `paths` on to the URL in `target_file`, as they are."""

    def __init__(
        self,
        target_file: Path,
        client: httpx.AsyncClient,
        paths: AllowedPaths,
        own: Own | None = None,
        tracer: Tracer = NOT_TRACED,
    ) -> None:
        self._target_file = target_file
        self._passage = Passage(client, tracer)
        self._tracer = tracer
        self._paths = paths
        self._own = own
        self._share = FairShare()
        self._target: tuple[int, str] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection's event: lifespan, or a request."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send, self._passage)
            return
        if scope["type"] == "websocket":
            await refuse(send, 426, "This API has no websockets.", "websocket")
            return
        if (refusal := self._refusal(scope)) is not None:
            await refuse(send, *refusal)
        elif scope["path"] == HEALTH:
            await _answer_health(send, self._share.answering)
        elif self._own is not None and self._own.owns(scope["path"]):
            await self._own(scope, receive, send)
        elif (target := self._read_target()) is None:
            await refuse(send, 503, as_typed(NOT_DEPLOYED))
        else:
            await self._to_the_end(target, scope, receive, send)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        named = [name.lower() for name, _ in scope["headers"]]
        hosts = [value for name, value in scope["headers"] if name.lower() == b"host"]
        if len(hosts) != 1 or not LOOPBACK_HOST.fullmatch(hosts[0]):
            return 403, "This API answers to localhost only."
        if b"transfer-encoding" in named and b"content-length" in named:
            return 400, "The body has two lengths: send Content-Length or Transfer-Encoding, not both."
        if _head_bytes(scope) > HEAD_BYTES:
            return 431, explained_refusals.DETAILS[431]
        if scope["path"] == HEALTH or (self._own is not None and self._own.owns(scope["path"])):
            return None
        refusal = self._paths.refusal(scope["raw_path"])
        return (refusal.status, refusal.detail) if refusal else None

    def _read_target(self) -> str | None:
        """Give the API's URL, re-read when the file has changed; None while there is none."""
        try:
            changed = self._target_file.stat().st_mtime_ns
            if self._target is None or self._target[0] != changed:
                self._target = (changed, self._target_file.read_text(encoding="utf-8").strip().rstrip("/"))
        except FileNotFoundError:
            self._target = None
        return self._target[1] or None if self._target else None

    async def _to_the_end(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or say 503 where the server is ended meanwhile: it would say an empty 500 for us."""
        begun = False

        async def sent(event: MutableMapping[str, Any]) -> None:
            nonlocal begun
            begun = True
            await send(event)

        try:
            with request_span(self._tracer, scope, self._paths.template(scope["raw_path"])) as span:
                await self._in_turn(target, scope, receive, told_of(span, sent))
        except asyncio.CancelledError:
            if not begun:
                await refuse(send, 503, CLOSING)
            raise

    async def _in_turn(self, target: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Read the body, and only then take a place: whoever sends half of one keeps nobody at the same address out."""
        try:
            body = await whole_body(receive)
        except NotWhole as error:
            await refuse(send, error.status, error.detail)
            return
        except CallerLeft:
            return
        with self._share.place(scope) as free:
            if free:
                if self._own is not None:
                    self._own.passed_on(scope["path"])
                await self._passage.pass_on(target, scope, body, send)
            else:
                await refuse(send, 429, "Too many of your requests are being answered already; send fewer at a time.")


def _head_bytes(scope: Scope) -> int:
    lines = (len(name) + len(value) + 4 for name, value in scope["headers"])
    return len(scope["raw_path"]) + len(scope["query_string"]) + sum(lines)


async def _answer_health(send: Send, answering: int) -> None:
    """Say that it answers, and how many requests wait for the end of their answers."""
    body = json.dumps({"status": "ok", "waiting_requests": answering}).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send, passage: Passage) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            await passage.close()
            return


async def run(port: int, target_file: Path, own: Own | None = None, tracer: Tracer = NOT_TRACED) -> None:
    """Serve on loopback until SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    except NotImplementedError:  # Windows has no such handlers; there the process is ended outright
        pass
    explained_refusals.install()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    config.h11_max_incomplete_size = HEAD_BYTES
    config.include_date_header = config.include_server_header = False
    paths = AllowedPaths(route.path for route in routes.read(ROOT / "openapi.yaml"))

    async def stopped() -> None:
        await stop.wait()

    application = FrontDoor(target_file, gateway_client(), paths, own, tracer)
    await serve(application, config, shutdown_trigger=stopped)  # type: ignore[arg-type]  # hypercorn's ASGI types are narrower than the specification's


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.gateway.front_door", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--target-file", type=Path, required=True)
    options = parser.parse_args()
    asyncio.run(run(options.port, options.target_file))
