"""Talk to an adviser as any client would: `POST /chat` with what was said, in this process or over HTTP."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any, Protocol

import urllib3
from flask import Flask

MOST_SHOWN_OF_AN_ERROR = 300
NO_MODEL = ("too_slow", "too_long", "unavailable")
"""Where the adviser had to answer without its model: a person is served, but the model earns nothing by it."""


class ChatFailed(Exception):
    """A message got no usable answer; the text says what came instead."""


@dataclass(frozen=True)
class Message:
    """One thing said: `role` is user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Answered:
    """The parts of an answer that a person sees, what the model used, and why its words were not given, if so."""

    text: str
    shown: tuple[str, ...]
    tokens: int
    instead: str = ""


class Chat(Protocol):
    """An adviser that can be talked to."""

    def send(self, messages: Sequence[Message], learner: str | None) -> Answered:
        """Send a conversation so far, signed in as a learner or as nobody. Raises `ChatFailed`."""


class ChatInProcess:
    """An adviser's application, called without a network. `token` makes a learner's token."""

    def __init__(self, app: Flask, token: Callable[[str], str]) -> None:
        self._client = app.test_client()
        self._token = token

    def send(self, messages: Sequence[Message], learner: str | None) -> Answered:
        """Call the application; see `Chat`."""
        headers = {"Authorization": f"Bearer {self._token(learner)}"} if learner else {}
        with redirect_stdout(None):  # the applications' log, a line a request
            answer = self._client.post("/chat", data=_body(messages), headers=headers, content_type="application/json")
        return read_answer(answer.status_code, answer.get_data())


class ChatOverHttp:
    """An adviser at a base URL."""

    def __init__(self, base_url: str, token: Callable[[str], str], seconds: float) -> None:
        self._url = f"{base_url.rstrip('/')}/chat"
        self._token = token
        self._timeout = urllib3.Timeout(connect=5.0, read=seconds)
        self._pool = urllib3.PoolManager(retries=False)

    def send(self, messages: Sequence[Message], learner: str | None) -> Answered:
        """Ask over HTTP; see `Chat`."""
        headers = {"Content-Type": "application/json"}
        if learner:
            headers["Authorization"] = f"Bearer {self._token(learner)}"
        try:
            answer = self._pool.request("POST", self._url, body=_body(messages), headers=headers, timeout=self._timeout)
        except urllib3.exceptions.HTTPError as error:
            raise ChatFailed(f"no answer from {self._url} ({type(error).__name__})") from error
        return read_answer(answer.status, answer.data)


def tokens_by(command: str) -> Callable[[str], str]:
    """Make learners' tokens by a command, in which `{}` stands for the learner; each is asked for once."""
    kept: dict[str, str] = {}

    def token(learner: str) -> str:
        if learner not in kept:
            asked = [part.replace("{}", learner) for part in shlex.split(command)]
            try:
                done = subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True)  # noqa: S603  the user's own command
            except (OSError, subprocess.SubprocessError) as error:
                raise ChatFailed(f"no token for learner {learner}: `{command}` failed") from error
            kept[learner] = done.stdout.strip()
        return kept[learner]

    return token


def read_answer(status: int, content: bytes) -> Answered:
    """Read what `POST /chat` answered. Raises `ChatFailed`."""
    try:
        body: Any = json.loads(content)
        if status == 200:
            shown = tuple(str(course["course_key"]) for course in body["courses"])
            instead = str((body.get("guardrails") or {}).get("answered_instead") or "")
            if instead in NO_MODEL:
                raise ChatFailed(f"the language model gave no answer ({instead})")
            return Answered(str(body["answer"]), shown, int(body.get("tokens") or 0), instead)
        said = str(body["detail"])
    except (ValueError, LookupError, TypeError) as error:
        raise ChatFailed(f"HTTP {status} with a body that is no chat's answer") from error
    raise ChatFailed(f"HTTP {status}: {said[:MOST_SHOWN_OF_AN_ERROR]}")


def _body(messages: Sequence[Message]) -> bytes:
    said = [{"role": message.role, "content": message.content} for message in messages]
    return json.dumps({"messages": said}).encode()
