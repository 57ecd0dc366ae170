"""The console's application: its files, and what its views ask of the sandbox.

It is the front door's, for paths of its own (`owns`); the API's paths go on to the gateway as ever.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import yaml

from sandbox.console.built_docs import NOT_BUILT, BuiltDocs, policy
from sandbox.console.catalogue import Catalogue
from sandbox.console.desk import Desk
from sandbox.console.files import POLICY, PREFIX, File, files
from sandbox.console.gate import refusal
from sandbox.console.people import people, token_of
from sandbox.console.traces import Traces
from sandbox.console.traffic import Traffic
from sandbox.gateway.answers import refuse
from sandbox.gateway.guard import Receive, Scope, Send
from sandbox.running.client import send_command
from sandbox.setup.credentials import load_credentials
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT, State

ASKED = "/console/sandbox/"
MOST_BYTES = 20_000
LOG_LINES = 200
LOG_BYTES = 200_000
SYNC_SECONDS = 600
SWITCH_SECONDS = 120
Json = dict[str, Any]


class Console:
    """An ASGI application over one sandbox's state folder."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._files = files()
        self._docs = BuiltDocs()
        self._traffic = Traffic(state)
        self._catalogue = Catalogue(state)
        self._desk = Desk(state)
        self._traces = Traces(state)
        self._reads: dict[str, Callable[[Json], Any]] = {
            "people": lambda _: {"people": people(state)},
            "status": lambda _: self._order("status"),
            "faults": lambda _: self._order("faults"),
            "map": lambda _: self._catalogue.map(),
            "traffic": lambda _: self.traffic(),
            "watch": lambda _: self._order("watch"),
            "contract": lambda _: yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8")),
        }
        self._acts: dict[str, Callable[[Json], Any]] = {
            "sign-in": lambda asked: {"token": token_of(state, asked.get("learner"))},
            "sync": lambda _: self._order("sync", SYNC_SECONDS),
            "search": self._catalogue.search,
            "tables": lambda _: self._desk.tables(),
            "sql": lambda asked: self._desk.answer(asked),
            "traces": lambda asked: self._traces.ask("traces", asked),
            "trace": lambda asked: self._traces.ask("trace", asked),
            "numbers": lambda asked: self._traces.ask("numbers", asked),
            "explain": lambda asked: self._traces.explain(asked),
            "break": lambda asked: self._order("break", SWITCH_SECONDS, asked),
            "mend": lambda asked: self._order("mend", SWITCH_SECONDS, asked),
            "log": lambda asked: {"lines": self._log(asked.get("part"))},
        }

    def owns(self, path: str) -> bool:
        """Say whether a path is the console's."""
        return path == "/" or path == "/console" or path.startswith("/console/") or self._docs.owns(path)

    def passed_on(self, path: str) -> None:
        """Take note of a request that goes on to the API."""
        self._traffic.passed_on(path)

    def traffic(self) -> Json:
        """Say how much went from part to part."""
        return dict(self._traffic.counts())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path, method = scope["path"], scope["method"]
        of_docs = self._docs.owns(path)
        file = self._docs.file(path) if of_docs else self._files.get(path)
        refused = refusal(scope, page=of_docs or (file is not None and not path.startswith(PREFIX)))
        if refused is not None:
            await refuse(send, *refused)
        elif file is not None:
            await _send(send, file, [(b"content-security-policy", policy(file) if of_docs else POLICY)])
        elif path.startswith(ASKED) and (what := self._asked(method, path.removeprefix(ASKED))) is not None:
            await self._answer(what, await _json_of(receive), send)
        else:
            await refuse(send, 404, NOT_BUILT if of_docs else "The console has no such page. Begin at /.")

    def _asked(self, method: str, name: str) -> Callable[[Json], Any] | None:
        return (self._acts if method == "POST" else self._reads if method == "GET" else {}).get(name)

    async def _answer(self, what: Callable[[Json], Any], asked: Json, send: Send) -> None:
        try:
            answer = await asyncio.to_thread(what, asked)
        except SandboxProblem as problem:
            await refuse(send, 503, f"{problem.what} {problem.remedy}")
            return
        body = json.dumps(answer, ensure_ascii=False, default=str).encode()
        await _send(send, File(b"application/json", body), [])

    def _order(self, name: str, seconds: float = 10, asked: Json | None = None) -> Json:
        """Give the running sandbox an order; its last line is the answer. Raises `SandboxProblem`."""
        credentials, _ = load_credentials(self._state)
        return list(send_command(self._state, credentials, name, asked, timeout=seconds))[-1]

    def _log(self, part: Any) -> list[str]:
        """Read the end of a part's log. A name that is no log's has none."""
        logs = {path.stem: path for path in self._state.logs.glob("*.log")}
        if part not in logs:
            return []
        with logs[part].open("rb") as file:
            file.seek(max(0, logs[part].stat().st_size - LOG_BYTES))
            return file.read().decode(errors="replace").splitlines()[-LOG_LINES:]


async def _send(send: Send, file: File, headers: list[tuple[bytes, bytes]]) -> None:
    head = [
        (b"content-type", file.kind),
        (b"content-length", str(len(file.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-resource-policy", b"same-origin"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": head + headers})
    await send({"type": "http.response.body", "body": file.body})


async def _json_of(receive: Receive) -> Json:
    """Read a small JSON object; empty for anything else."""
    body = b""
    while True:
        event = await receive()
        body += event.get("body", b"")
        if len(body) > MOST_BYTES or not event.get("more_body", False):
            break
    try:
        value = json.loads(body[:MOST_BYTES])
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
