"""Ask the running system what a person would ask: over HTTP, through the front door, answered from the synced index."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from sandbox.setup.problem import SandboxProblem

TIMEOUT_SECONDS = 30
PATIENCE_SECONDS = 120
PREFERRED = "python"
"""What the README asks; a catalogue that has nothing on it is asked for a title of its own."""

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoAnswer(SandboxProblem):
    """Everything started, but the system does not answer rightly."""


class NotYet(NoAnswer):
    """A part says that it is not ready (503): with a large catalogue the search may still be reading its index."""


@dataclass(frozen=True)
class Question:
    """A question that was answered: keywords, how many courses, and in how many milliseconds."""

    keywords: str
    courses: int
    milliseconds: float

    @property
    def words(self) -> str:
        if not self.courses:
            return "the catalogue is empty, and the answer says so"
        return f"«{self.keywords}» → {self.courses} courses in {self.milliseconds:.0f} ms"


async def ask(endpoints: Mapping[str, Any]) -> Question:
    """Ask `GET /coursematch` until courses come that stand in the index. Raises `NoAnswer`.

    A 503 is asked again for `PATIENCE_SECONDS`. An empty index answers with no courses; anything else but 200 and a
    list is no answer.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return await asyncio.to_thread(_ask, endpoints)
        except NotYet:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.5)


def _ask(endpoints: Mapping[str, Any]) -> Question:
    question = _match(endpoints, PREFERRED)
    if question.courses:
        return question
    title = _a_title(endpoints["algolia"])
    if title is None:
        return question
    question = _match(endpoints, title)
    if not question.courses:
        raise NoAnswer(f"The index holds «{title}», but {endpoints['api']}/coursematch does not find it.")
    return question


def _match(endpoints: Mapping[str, Any], keywords: str) -> Question:
    url = f"{endpoints['api']}/coursematch?{urlencode({'keywords': keywords})}"
    started = time.monotonic()
    answer = get_json(url)
    matches = answer.get("matches")
    if not isinstance(matches, list):
        raise NoAnswer(f"{url} answered something else than matches.")
    return Question(keywords, len(matches), (time.monotonic() - started) * 1000)


def sync_progress(endpoints: Mapping[str, Any]) -> str:
    """How far a sync is: the courses of the LMS, and the records of the fullest index. Raises `NoAnswer`."""
    courses = get_json(f"{endpoints['lms']}/api/courses/v1/courses/?page_size=1")["pagination"]["count"]
    algolia = endpoints["algolia"]
    headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["admin_key"]}
    indices = get_json(f"{algolia['url']}/1/indexes", headers=headers).get("items", [])
    written = max((int(index.get("entries", 0)) for index in indices), default=0)
    return f"{written:,} of {courses:,} records written" if written else f"reading {courses:,} courses"


def index_mode(endpoints: Mapping[str, Any]) -> str:
    """The index's mode of search. Raises `NoAnswer` where there is no index yet."""
    algolia = endpoints["algolia"]
    headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["admin_key"]}
    settings = get_json(f"{algolia['url']}/1/indexes/{quote(algolia['index'])}/settings", headers=headers)
    return str(settings.get("mode", "keywordSearch"))


def index_is_filled(endpoints: Mapping[str, Any]) -> bool:
    """Whether the index holds courses. Raises `NoAnswer` where there is no index yet."""
    return _a_title(endpoints["algolia"]) is not None


def _a_title(algolia: Mapping[str, Any]) -> str | None:
    url = f"{algolia['url']}/1/indexes/{quote(algolia['index'])}/query"
    headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["search_key"]}
    hits = get_json(url, {"query": "", "hitsPerPage": 1}, headers).get("hits", [])
    return " ".join(str(hits[0]["title"]).split())[:200] if hits else None


def get_json(url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """GET, or POST `body` as JSON; gives the JSON object. Raises `NoAnswer` with status and the problem's words."""
    data = None if body is None else json.dumps(body).encode()
    known = {"Content-Type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, known)  # noqa: S310 - our own addresses
    try:
        with _direct.open(request, timeout=TIMEOUT_SECONDS) as response:
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        kind = NotYet if error.code == 503 else NoAnswer
        raise kind(f"{url} answered {error.code}: {error.read(2000).decode(errors='replace')}") from error
    except (OSError, ValueError) as error:
        raise NoAnswer(f"{url} did not answer: {error}") from error
    if not isinstance(answer, dict):
        raise NoAnswer(f"{url} answered something else than a JSON object.")
    return answer
