"""HTTP to Algolia's hosts, in the documented order and with the documented retries, over urllib3.

The official client does the same and takes over a second to import, too long for a request path: one contract suite
runs against both. The order and the retries: https://www.algolia.com/doc/guides/building-search-ui/… is for users;
the clients' own rules are https://github.com/algolia/api-clients-automation (docs/contributing, "retry strategy").
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

import urllib3

from services.telemetry.personal import INDEX_QUERIES
from services.telemetry.steps import call, carrying, tell
from services.web_edge.deadline import patience

CONNECT_SECONDS = 2.0
READ_SECONDS = 4.0
DOWN_SECONDS = 300.0
"""How long a host that failed is asked last."""


class AlgoliaUnreachable(Exception):
    """No host answered, or each answered a server error."""


class AlgoliaSlow(AlgoliaUnreachable):
    """Every host was there, and none answered in time."""


class AlgoliaRefused(Exception):
    """Algolia answered a client error. `status` is its status, the message is Algolia's."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass
class _Host:
    url: str
    down_since: float | None = None
    timeouts: int = field(default=0)


class AlgoliaHttp:
    """Sends read requests of one application. `clock` counts seconds (`time.monotonic`)."""

    def __init__(
        self,
        app_id: str,
        search_key: Callable[[], str],
        hosts: Sequence[str],
        clock: Callable[[], float],
        random: Random,
    ) -> None:
        self._app_id = app_id
        self._search_key = search_key
        self._clock = clock
        self._hosts = [_Host(url) for url in (hosts or documented_hosts(app_id, random))]
        self._http = urllib3.PoolManager(maxsize=8)

    def post(self, path: str, body: Any) -> dict[str, Any]:
        """Post JSON to a read operation and answer the JSON object; raises `AlgoliaUnreachable`, `AlgoliaRefused`.

        A host that fails or answers 5xx is passed over for the next, and for the next five minutes comes last. A host
        that was only slow gets more time at its next turn. A 4xx is final. All of it ends with the request's deadline.
        """
        written = json.dumps(body, ensure_ascii=False)
        requests = body.get("requests", [body])
        facts = {"url.template": path, "algolia.operations": len(requests), INDEX_QUERIES: written}
        with call(f"algolia {path.rpartition('/')[2]}", facts):
            return self._answered(path, written.encode())

    def _answered(self, path: str, content: bytes) -> dict[str, Any]:
        headers = carrying(
            {
                "X-Algolia-Application-Id": self._app_id,
                "X-Algolia-API-Key": self._search_key(),
                "Content-Type": "application/json",
            }
        )
        failures: list[str] = []
        slow = 0
        for host in self._in_order():
            try:
                response = self._http.request(
                    "POST", host.url + path, body=content, headers=headers, retries=False, timeout=_patience(host)
                )
            except urllib3.exceptions.TimeoutError as error:
                host.timeouts += 1
                slow += isinstance(error, urllib3.exceptions.ReadTimeoutError)
                failures.append(type(error).__name__)
                continue
            except urllib3.exceptions.HTTPError as error:
                host.down_since = self._clock()
                failures.append(type(error).__name__)
                continue
            if response.status >= 500:
                host.down_since = self._clock()
                failures.append(f"status {response.status}")
                continue
            host.down_since, host.timeouts = None, 0
            return _told(_answer(response), failures)
        told = f"no host answered ({', '.join(failures)})"
        raise AlgoliaSlow(told) if slow == len(failures) else AlgoliaUnreachable(told)

    def _in_order(self) -> list[_Host]:
        now = self._clock()

        def down(host: _Host) -> bool:
            return host.down_since is not None and now - host.down_since < DOWN_SECONDS

        # Where every host is down they are all asked again: to wait five minutes would help nobody.
        return sorted(self._hosts, key=down)


def documented_hosts(app_id: str, random: Random) -> list[str]:
    """List an application's hosts for reading: the nearest first, then three others in random order."""
    others = [f"https://{app_id}-{number}.algolianet.com" for number in (1, 2, 3)]
    random.shuffle(others)
    return [f"https://{app_id}-dsn.algolia.net", *others]


def _patience(host: _Host) -> urllib3.Timeout:
    factor = 1 + min(host.timeouts, 2)
    return urllib3.Timeout(connect=patience(CONNECT_SECONDS * factor), read=patience(READ_SECONDS * factor))


def _told(answer: dict[str, Any], failures: Sequence[str]) -> dict[str, Any]:
    """Tell the trace what was found."""
    results = [result for result in answer.get("results", [answer]) if isinstance(result, dict)]
    searched = [result for result in results if "nbHits" in result]
    tell(
        {
            "algolia.failures": list(failures) or None,
            "algolia.found": [result["nbHits"] for result in searched] or None,
            "algolia.processing_ms": [result.get("processingTimeMS", 0) for result in searched] or None,
        }
    )
    return answer


def _answer(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    try:
        content = json.loads(response.data)
    except ValueError as error:
        raise AlgoliaUnreachable(f"status {response.status} without JSON") from error
    if response.status >= 300:
        message = content.get("message") if isinstance(content, dict) else None
        raise AlgoliaRefused(response.status, str(message or f"status {response.status}"))
    if not isinstance(content, dict):
        raise AlgoliaUnreachable("an answer that is not a JSON object")
    return content
