"""The three ways in: the engine itself, the stand-in over HTTP, and the real Algolia."""

from __future__ import annotations

import itertools
import time
from typing import Any, Protocol

import urllib3

from services.mock_algolia.engine import (
    BadRequest,
    Index,
    validate_record,
    validate_rule,
    validate_settings,
    validate_synonym,
)
from tests.contracts.algolia.specs import Case


class Refused(Exception):
    """A documented 4xx."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Door(Protocol):
    """Answers a case: a search response, or that of a facet value search; Refused for a 4xx."""

    def answer(self, case: Case) -> dict[str, Any]: ...


class EngineDoor:
    """The engine, called directly."""

    def answer(self, case: Case) -> dict[str, Any]:
        try:
            virtual = {name: value for name, value in case.settings.items() if name == "virtual"}  # the server adds it
            settings = validate_settings({k: v for k, v in case.settings.items() if k not in virtual}) | virtual
            for record in case.records:
                validate_record(record)
            index = Index(
                settings, [validate_synonym(one) for one in case.synonyms], [validate_rule(one) for one in case.rules]
            )
            index.apply(case.records, [])
            facet = case.expect.get("facet_search")
            if facet:
                return index.search_facet_values(
                    facet["facet"], {key: value for key, value in facet.items() if key != "facet"}
                )
            return index.search({**case.params, "getRankingInfo": True}, index_name="specs")
        except BadRequest as refusal:
            raise Refused(refusal.status, refusal.message) from refusal


class HttpDoor:
    """Any server that speaks Algolia's REST API."""

    _numbers = itertools.count()

    def __init__(self, url: str, app_id: str, key: str, prefix: str) -> None:
        self._url = url
        self._headers = {"x-algolia-application-id": app_id, "x-algolia-api-key": key}
        self._searching: dict[str, str] = {}
        self._prefix = prefix
        self._pool = urllib3.PoolManager(timeout=30.0)

    def _search(self, path: str, body: Any) -> dict[str, Any]:
        """Search with a key that may only search: the admin key sees unretrievable attributes."""
        if not self._searching:
            key = self._call("POST", "/1/keys", {"acl": ["search"], "validity": 3600})["key"]
            self._searching = {**self._headers, "x-algolia-api-key": key}
            deadline = time.monotonic() + 60
            while self._pool.request("GET", f"{self._url}/1/keys/{key}", headers=self._headers).status == 404:
                if time.monotonic() > deadline:
                    raise TimeoutError("the key for searching did not come")
                time.sleep(0.1)
        return dict(self._call("POST", path, body, self._searching))

    def _call(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        answer = self._pool.request(method, f"{self._url}{path}", json=body, headers=headers or self._headers)
        found = answer.json()
        if answer.status >= 400:
            raise Refused(answer.status, str(found.get("message")))
        return found

    def _wait(self, index: str, task: dict[str, Any]) -> None:
        deadline = time.monotonic() + 60
        while self._call("GET", f"/1/indexes/{index}/task/{task['taskID']}")["status"] != "published":
            if time.monotonic() > deadline:
                raise TimeoutError(f"task {task['taskID']} was not published")
            time.sleep(0.01)

    def answer(self, case: Case) -> dict[str, Any]:
        index = f"{self._prefix}_{next(self._numbers)}"
        base = f"/1/indexes/{index}"
        try:
            last = self._call("PUT", f"{base}/settings", case.settings)
            if case.synonyms:
                last = self._call("POST", f"{base}/synonyms/batch", case.synonyms)
            if case.rules:
                last = self._call("POST", f"{base}/rules/batch", case.rules)
            if case.records:
                requests = [{"action": "addObject", "body": record} for record in case.records]
                last = self._call("POST", f"{base}/batch", {"requests": requests})
            self._wait(index, last)
            facet = case.expect.get("facet_search")
            if facet:
                body = {key: value for key, value in facet.items() if key != "facet"}
                return self._search(f"{base}/facets/{facet['facet']}/query", body)
            return self._search(f"{base}/query", {**case.params, "getRankingInfo": True})
        finally:
            self._call("DELETE", base)
