"""How a command in another terminal talks to the running sandbox: HTTP on loopback, with a key only its owner can read.

`sandbox.pid` (0600) says pid, port and since when; the key is in `secrets.json` (0600). A browser cannot know the key,
so no page can give orders. Answers are JSON Lines: an order may report progress before its last line.
"""

from __future__ import annotations

import asyncio
import hmac
import http.client
import json
import queue
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psutil

from infra_pulumi.secret_text import Secret
from sandbox.setup.credentials import Credentials
from sandbox.setup.ports import LOOPBACK
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json, write_json

Order = Callable[[dict[str, Any]], AsyncIterator[dict[str, Any]]]


class NotRunning(SandboxProblem):
    """No sandbox answers for this state folder."""


class Control:
    """The sandbox's end. `orders` maps a name to an async generator that yields progress and, last, the result."""

    def __init__(self, state: State, key: Secret, orders: dict[str, Order]) -> None:
        self._state = state
        self._key = key
        self._orders = orders
        self._loop = asyncio.get_running_loop()
        handler = type("Handler", (_Handler,), {"control": self})
        self._server = ThreadingHTTPServer((LOOPBACK, 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def open(self) -> None:
        """Start to listen, and write `sandbox.pid`."""
        self._thread.start()
        me = psutil.Process()
        write_json(
            self._state.pid_file,
            {"pid": me.pid, "created": me.create_time(), "control_port": self._server.server_address[1]},
            mode=0o600,
        )

    def close(self) -> None:
        """Stop listening and remove `sandbox.pid`."""
        self._state.pid_file.unlink(missing_ok=True)
        self._server.shutdown()
        self._server.server_close()

    def lines(self, name: str, arguments: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Carry out an order on the event loop; gives its lines in the calling thread."""
        answers: queue.Queue[dict[str, Any] | None] = queue.Queue()

        async def carry_out() -> None:
            try:
                async for line in self._orders[name](arguments):
                    answers.put(line)
            except SandboxProblem as problem:
                answers.put({"problem": problem.what, "remedy": problem.remedy})
            finally:
                answers.put(None)

        asyncio.run_coroutine_threadsafe(carry_out(), self._loop)
        while (line := answers.get()) is not None:
            yield line

    def knows(self, name: str) -> bool:
        return name in self._orders

    def admits(self, authorization: str) -> bool:
        return hmac.compare_digest(authorization.encode(), f"Bearer {self._key.value}".encode())


class _Handler(BaseHTTPRequestHandler):
    control: Control
    timeout = 10

    def do_POST(self) -> None:
        """Answer one order."""
        name = self.path.strip("/")
        if not self.control.admits(self.headers.get("Authorization", "")):
            self.send_error(401)
            return
        if not self.control.knows(name):
            self.send_error(404)
            return
        length = min(int(self.headers.get("Content-Length") or 0), 65536)
        arguments = json.loads(self.rfile.read(length) or b"{}")
        self.send_response(200)
        self.send_header("Content-Type", "application/x-ndjson")
        self.end_headers()
        for line in self.control.lines(name, arguments):
            self.wfile.write(json.dumps(line).encode() + b"\n")

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: orders are not requests of the product."""


def give_order(
    state: State, credentials: Credentials, name: str, arguments: dict[str, Any] | None = None, timeout: float = 10
) -> Iterator[dict[str, Any]]:
    """Give an order to the running sandbox; yields its lines. Raises `NotRunning`, or the sandbox's own problem.

    `timeout`: seconds without a line after which the sandbox counts as gone.
    """
    port = control_port(state)
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=timeout)
    try:
        body = json.dumps(arguments or {})
        connection.request("POST", f"/{name}", body, {"Authorization": f"Bearer {credentials.control_key.value}"})
        with connection.getresponse() as response:  # it owns the socket once the server says it will close
            if response.status != 200:
                raise NotRunning(f"The sandbox refused «{name}» ({response.status}).", "Is this its state folder?")
            for raw in response:
                line = json.loads(raw)
                if "problem" in line:
                    raise SandboxProblem(line["problem"], line.get("remedy", ""))
                yield line
    except (OSError, http.client.HTTPException) as error:
        raise NotRunning(
            "The sandbox does not answer (it may be stopping).", "Try again, or `python -m sandbox status`."
        ) from error
    finally:
        connection.close()


def control_port(state: State) -> int:
    """The port of the running sandbox's control. Raises `NotRunning` when none runs (a stale `sandbox.pid` is none)."""
    running = running_sandbox(state)
    if running is None:
        raise NotRunning(f"No sandbox is running on {state.root}.", "Start one with `python -m sandbox up`.")
    return int(running["control_port"])


def running_sandbox(state: State) -> dict[str, Any] | None:
    """What `sandbox.pid` says, if that very process is alive; None for no file, a broken one, or a reused pid."""
    told = read_json(state.pid_file)
    try:
        if told is not None and abs(psutil.Process(int(told["pid"])).create_time() - float(told["created"])) < 1:
            return told
    except (psutil.Error, KeyError, TypeError, ValueError):
        pass
    return None
