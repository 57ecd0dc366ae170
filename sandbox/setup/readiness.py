"""Ask the running system what a person would ask: over HTTP, through the front door, answered from the synced index."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from sandbox.setup.loopback_http import async_client
from sandbox.setup.problem import SandboxProblem

TIMEOUT_SECONDS = 30.0
PATIENCE_SECONDS = 120
PREFERRED = "python"
"""What the README asks; a catalogue that has nothing on it is asked for a title of its own."""


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
        """Say what was asked and found."""
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
            return await _ask(endpoints)
        except NotYet:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.5)


async def _ask(endpoints: Mapping[str, Any]) -> Question:
    question = await _match(endpoints, PREFERRED)
    if question.courses:
        return question
    title = await _a_title(endpoints["algolia"])
    if title is None:
        return question
    question = await _match(endpoints, title)
    if not question.courses:
        raise NoAnswer(f"The index holds «{title}», but {endpoints['api']}/coursematch does not find it.")
    return question


async def _match(endpoints: Mapping[str, Any], keywords: str) -> Question:
    url = str(httpx.URL(f"{endpoints['api']}/coursematch", params={"keywords": keywords}))
    started = time.monotonic()
    answer = await get_json(url)
    matches = answer.get("matches")
    if not isinstance(matches, list):
        raise NoAnswer(f"{url} answered something else than matches.")
    return Question(keywords, len(matches), (time.monotonic() - started) * 1000)


async def sync_progress(endpoints: Mapping[str, Any]) -> str:
    """Say how far a sync is. Raises `NoAnswer`."""
    courses, written = await sync_backlog(endpoints)
    return f"{written:,} of {courses:,} records written" if written else f"reading {courses:,} courses"


async def sync_backlog(endpoints: Mapping[str, Any]) -> tuple[int, int]:
    """Count the courses of the LMS, and the records of the fullest index. Raises `NoAnswer`."""
    page = await get_json(f"{endpoints['lms']}/api/courses/v1/courses/?page_size=1")
    algolia = endpoints["algolia"]
    indices = (await get_json(f"{algolia['url']}/1/indexes", headers=_keys(algolia, "admin_key"))).get("items", [])
    return int(page["pagination"]["count"]), max((int(index.get("entries", 0)) for index in indices), default=0)


async def index_mode(endpoints: Mapping[str, Any]) -> str:
    """Give the index's mode of search. Raises `NoAnswer` where there is no index yet."""
    algolia = endpoints["algolia"]
    settings = await get_json(_index_url(algolia, "settings"), headers=_keys(algolia, "admin_key"))
    return str(settings.get("mode", "keywordSearch"))


async def index_is_filled(endpoints: Mapping[str, Any]) -> bool:
    """Tell whether the index holds courses. Raises `NoAnswer` where there is no index yet."""
    return await _a_title(endpoints["algolia"]) is not None


async def related_courses_are_there(endpoints: Mapping[str, Any]) -> bool:
    """Tell whether what learners take was learned and published beside the index."""
    algolia = endpoints["algolia"]
    try:
        found = await get_json(f"{algolia['url']}/1/indexes", headers=_keys(algolia, "admin_key"))
    except NoAnswer:
        return False
    return any(index.get("name") == f"{algolia['index']}_related" for index in found.get("items", []))


async def _a_title(algolia: Mapping[str, Any]) -> str | None:
    query = {"query": "", "hitsPerPage": 1}
    hits = (await get_json(_index_url(algolia, "query"), query, _keys(algolia, "search_key"))).get("hits", [])
    return " ".join(str(hits[0]["title"]).split())[:200] if hits else None


def _index_url(algolia: Mapping[str, Any], what: str) -> str:
    return f"{algolia['url']}/1/indexes/{quote(algolia['index'])}/{what}"


def _keys(algolia: Mapping[str, Any], key: str) -> dict[str, str]:
    return {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia[key]}


async def get_json(url: str, body: Any = None, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """GET, or POST `body` as JSON; gives the JSON object. Raises `NoAnswer` with status and the problem's words."""
    try:
        async with async_client(TIMEOUT_SECONDS) as http:
            response = await http.request("GET" if body is None else "POST", url, json=body, headers=headers)
        if response.status_code >= 400:
            kind = NotYet if response.status_code == 503 else NoAnswer
            raise kind(f"{url} answered {response.status_code}: {response.text[:2000]}")
        answer = response.json()
    except (httpx.HTTPError, ValueError) as error:
        raise NoAnswer(f"{url} did not answer: {error!r}") from error
    if not isinstance(answer, dict):
        raise NoAnswer(f"{url} answered something else than a JSON object.")
    return answer
