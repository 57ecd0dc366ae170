"""The running sandbox's end of a command from another terminal: HTTP on loopback, with a key only its owner can read.

`sandbox.pid` (0600) says pid, port and since when; the key is in `secrets.json` (0600). A browser cannot know the key,
so no page can give commands. Answers are JSON Lines: a command may report progress before its last line.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

import psutil
from hypercorn.asyncio import serve
from hypercorn.config import Config

from infra_pulumi.secret_text import Secret
from sandbox.gateway.guard import Receive, Scope, Send, small_body
from sandbox.gateway.lifespan import lifespan
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, write_json

Json = dict[str, Any]
Command = Callable[[Json], AsyncIterator[Json]]
"""Yields progress and, last, the result. Raises `SandboxProblem`."""
MOST_BYTES = 65_536


class Control:
    """Listens while it is open: `async with Control(state, key, commands)`."""

    def __init__(self, state: State, key: Secret, commands: Mapping[str, Command]) -> None:
        self._state = state
        self._expected = f"Bearer {key.value}".encode()
        self._commands = commands
        self._closing = asyncio.Event()
        self._serving: asyncio.Future[None]

    async def __aenter__(self) -> Control:
        """Start to listen, and write `sandbox.pid`."""
        listening = socket.create_server((LOOPBACK, 0))
        port = listening.getsockname()[1]
        config = Config()
        config.bind = [f"fd://{listening.detach()}"]  # hypercorn's own from now on
        config.loglevel = "ERROR"
        config.graceful_timeout = 1

        async def closed() -> None:
            await self._closing.wait()

        self._serving = asyncio.ensure_future(serve(self._answer, config, shutdown_trigger=closed))  # type: ignore[arg-type]  # hypercorn's ASGI types are narrower than the specification's
        me = psutil.Process()
        written = {"pid": me.pid, "created": me.create_time(), "control_port": port}
        write_json(self._state.pid_file, written, mode=0o600)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop listening and remove `sandbox.pid`."""
        self._state.pid_file.unlink(missing_ok=True)
        self._closing.set()
        await self._serving

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        command = self._commands.get(scope["path"].strip("/"))
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not hmac.compare_digest(given, self._expected):
            await _start(send, 401)
        elif command is None or scope["method"] != "POST":
            await _start(send, 404)
        elif (arguments := await _arguments(receive)) is None:
            await _start(send, 400)
        else:
            await _start(send, 200)
            async for line in _lines(command, arguments):
                await send({"type": "http.response.body", "body": json.dumps(line).encode() + b"\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})


async def _lines(command: Command, arguments: Json) -> AsyncIterator[Json]:
    try:
        async for line in command(arguments):
            yield line
    except SandboxProblem as problem:
        yield {"problem": problem.what, "remedy": problem.remedy}


async def _start(send: Send, status: int) -> None:
    headers = [(b"content-type", b"application/x-ndjson")]
    await send({"type": "http.response.start", "status": status, "headers": headers})


async def _arguments(receive: Receive) -> Json | None:
    """Read a small JSON object; None for anything else."""
    body = await small_body(receive, MOST_BYTES)
    if body is None:
        return None
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
