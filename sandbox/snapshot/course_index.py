"""The index as JSON over its own interface: read whole, and replaced by a move, so that searches see old or new."""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import httpx

from sandbox.setup.loopback_http import client
from sandbox.setup.problem import SandboxProblem

SECONDS = 120.0
BATCH = 1000
DRAFT = "courses_tmp_restored"


class IndexRefused(SandboxProblem):
    """The index does not take what a snapshot holds."""


class CourseIndex:
    """The running stand-in for Algolia, told by `endpoints.json`; open while it is used."""

    def __init__(self, at: Mapping[str, Any]) -> None:
        self._name = at["index"]
        self._url = at["url"]
        self._headers = {"X-Algolia-Application-Id": at["app_id"], "X-Algolia-API-Key": at["admin_key"]}

    def __enter__(self) -> CourseIndex:
        """Open a client."""
        self._http = client(SECONDS)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        """Close it."""
        self._http.close()

    def read(self) -> dict[str, Any]:
        """Read settings, synonyms, rules and records."""
        records: list[dict[str, Any]] = []
        asked: dict[str, Any] = {"hitsPerPage": BATCH}
        while True:
            page = self._call("POST", f"/{self._name}/browse", asked)
            records += page["hits"]
            if "cursor" not in page:
                break
            asked = {"cursor": page["cursor"]}
        return {
            "settings": self._call("GET", f"/{self._name}/settings"),
            "synonyms": self._listed("synonyms"),
            "rules": self._listed("rules"),
            "records": records,
        }

    def replace(self, parts: Mapping[str, Any]) -> None:
        """Fill a draft, then move it into the index's place. Raises `IndexRefused`; the index is then as it was."""
        self._wait(self._call("DELETE", f"/{DRAFT}"))
        try:
            self._wait(self._call("PUT", f"/{DRAFT}/settings", parts["settings"]))
            if parts["synonyms"]:
                self._wait(self._call("POST", f"/{DRAFT}/synonyms/batch", parts["synonyms"]))
            if parts["rules"]:
                self._wait(self._call("POST", f"/{DRAFT}/rules/batch", parts["rules"]))
            for first in range(0, len(parts["records"]), BATCH):
                some = parts["records"][first : first + BATCH]
                requests = [{"action": "addObject", "body": record} for record in some]
                self._wait(self._call("POST", f"/{DRAFT}/batch", {"requests": requests}))
            move = {"operation": "move", "destination": self._name}
            self._wait(self._call("POST", f"/{DRAFT}/operation", move))
        except IndexRefused:
            self._call("DELETE", f"/{DRAFT}")
            raise

    def _listed(self, what: str) -> list[dict[str, Any]]:
        found = self._call("POST", f"/{self._name}/{what}/search", {"hitsPerPage": BATCH})["hits"]
        return [{key: value for key, value in one.items() if not key.startswith("_")} for one in found]

    def _wait(self, told: Mapping[str, Any]) -> None:
        until = time.monotonic() + SECONDS
        while self._call("GET", f"/{DRAFT}/task/{told['taskID']}")["status"] != "published":
            if time.monotonic() > until:
                raise IndexRefused("The index did not make the records its own in time.", "It is as it was.")
            time.sleep(0.1)

    def _call(self, method: str, path: str, body: Any = None) -> Any:
        try:
            answer = self._http.request(
                method,
                f"{self._url}/1/indexes{path}",
                headers=self._headers,
                **({} if body is None else {"json": body}),
            )
        except httpx.HTTPError as error:
            raise IndexRefused("The index does not answer.", "`python -m sandbox status` says how it is.") from error
        if answer.status_code >= 400:
            raise IndexRefused(f"The index refuses this snapshot: {answer.json().get('message')}.", "It is as it was.")
        return answer.json()
