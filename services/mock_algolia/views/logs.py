"""`GET /1/logs`: the last requests, newest first."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.errors import Refused
from services.mock_algolia.views.reading import whole_number
from services.mock_algolia.wire.request_log import Entry, RequestLog
from services.mock_algolia.wire.route import Call, Route

_READS = ("/query", "/queries", "/browse", "/recommendations", "/objects")


class LogViews:
    """The log of the application; reading it is not logged."""

    def __init__(self, requests: RequestLog) -> None:
        self._requests = requests

    def routes(self) -> list[Route]:
        """List the operation."""
        return [Route("GET", "/1/logs", "logs", self.get_logs)]

    def get_logs(self, call: Call) -> Any:
        """Show requests, by index and type if asked (getLogs)."""
        offset = whole_number(call.args, "offset", 0)
        length = whole_number(call.args, "length", 10, low=0, high=1000)
        kind = call.args.get("type") or "all"
        if kind not in {"all", "query", "build", "error"}:
            raise Refused("type must be one of all, query, build, error")
        index = call.args.get("indexName")
        found = [
            entry
            for entry in reversed(self._requests.entries())
            if (index is None or entry.index == index) and _is(kind, entry) and not entry.url.startswith("/1/logs")
        ]
        return {"logs": [entry.log() for entry in found[offset : offset + length]]}


def _is(kind: str, entry: Entry) -> bool:
    if kind == "all":
        return True
    if kind == "error":
        return entry.status >= 400
    reads = entry.method == "GET" or entry.url.partition("?")[0].endswith(_READS)
    return reads == (kind == "query")
