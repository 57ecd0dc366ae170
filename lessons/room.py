"""The classroom that a check looks at: the running sandbox, and one learner's folder."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import pg8000.native

from lessons import learner_code
from lessons.lesson import Lesson
from lessons.task import Missing
from sandbox.running.client import send_command
from sandbox.setup.credentials import load_credentials
from sandbox.setup.loopback_http import client
from sandbox.setup.state import State, read_json
from sandbox.setup.tokens import learner_token, staff_token

ORDER_SECONDS = 300
HTTP_SECONDS = 40


class NoSandbox(Exception):
    """No sandbox runs that the lesson could look at."""


class Room:
    """One lesson in one running sandbox, for one learner. Constructing it asks nothing."""

    def __init__(self, lesson: Lesson, state: State, work: Path) -> None:
        self.lesson = lesson
        self.state = state
        self.work = lesson.work(work)

    # --- the learner's part

    def answer(self, name: str, kind: type = str) -> Any:
        """Give what the learner wrote in `answers.toml`. Raises `Missing` for nothing, or something of another kind."""
        file = self.work / "answers.toml"
        try:
            found = tomllib.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            raise Missing("answers.toml is not there. `start` hands it out again.") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise Missing(f"answers.toml cannot be read: {error}. Texts stand in quotes, numbers do not.") from None
        value = found.get(name, "")
        if value in ("", [], None) or (value == 0 and kind is not bool and not isinstance(value, bool)):
            raise Missing(f"answers.toml has nothing yet for `{name}`.")
        if kind is float and isinstance(value, int):
            value = float(value)
        if not isinstance(value, kind):
            raise Missing(f"answers.toml: `{name}` should be of the kind {kind.__name__}, and is {value!r}.")
        return value

    def call(self, file: str, function: str, *calls: list[Any]) -> list[Any]:
        """Call a function of the learner's with each of these lists of arguments. Raises `Missing`."""
        return learner_code.results(self.work / file, function, list(calls))

    def drive(self, driver: str, file: str, given: Any = None, **environment: str) -> Any:
        """Run a driver that lies beside the lesson's check over a file of the learner's. Raises `Missing`."""
        return learner_code.said(self.lesson.folder / driver, self.work / file, given, environment)

    # --- the sandbox

    @cached_property
    def endpoints(self) -> Mapping[str, Any]:
        """Give where everything is. Raises `NoSandbox`."""
        found = read_json(self.state.endpoints_file)
        if found is None:
            raise NoSandbox(f"No sandbox is ready on {self.state.root}.")
        return found

    def get(self, path: str, token: str = "", **parameters: Any) -> httpx.Response:
        """Ask the API through the front door, as a learner does with curl."""
        return self._http("GET", self.endpoints["api"] + path, token, params=parameters)

    def post(self, path: str, body: Any) -> httpx.Response:
        """Send JSON to the API through the front door."""
        return self._http("POST", self.endpoints["api"] + path, "", json=body)

    def lms(self, path: str) -> httpx.Response:
        """Ask the learning platform itself."""
        return self._http("GET", self.endpoints["lms"] + path, "")

    def algolia(self, method: str, path: str, body: Any = None) -> dict[str, Any]:
        """Call the index itself, with the admin key: `algolia("POST", "/1/indexes/courses/query", {…})`."""
        at = self.endpoints["algolia"]
        headers = {"X-Algolia-Application-Id": at["app_id"], "X-Algolia-API-Key": at["admin_key"]}
        with client(HTTP_SECONDS) as http:
            found: dict[str, Any] = http.request(method, at["url"] + path, headers=headers, json=body).json()
        return found

    def sql(self, statement: str, **values: Any) -> list[list[Any]]:
        """Ask the platform's database, as its owner."""
        url = httpx.URL(self.endpoints["postgres"])
        with pg8000.native.Connection(
            url.username, url.host, url.path.strip("/"), url.port or 5432, url.password, timeout=10
        ) as connection:
            rows: list[list[Any]] = connection.run(statement, **values)
            return rows

    def token(self, student_id: str, staff: bool = False) -> str:
        """Get a token as `sandbox token` does."""
        credentials = load_credentials(self.state)[0]
        return staff_token(credentials, student_id) if staff else learner_token(self.endpoints, credentials, student_id)

    def order(self, name: str, /, **arguments: Any) -> dict[str, Any]:
        """Give the running sandbox a command (`status`, `sync`, `break`, `mend`, `faults`); its last line."""
        credentials = load_credentials(self.state)[0]
        return list(send_command(self.state, credentials, name, arguments, timeout=ORDER_SECONDS))[-1]

    def broken(self) -> set[str]:
        """Name the fault switches that are on."""
        return {fault["name"] for fault in self.order("faults")["faults"] if fault["on"]}

    def log(self, name: str) -> Iterator[dict[str, Any]]:
        """Give the JSON lines of a part's log; others are passed over."""
        for line in (self.state.logs / f"{name}.log").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("{"):
                try:
                    yield json.loads(line)
                except ValueError:
                    continue  # cut where the log was turned over

    @staticmethod
    def _http(method: str, url: str, token: str, **given: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        with client(HTTP_SECONDS) as http:
            return http.request(method, url, headers=headers, **given)
