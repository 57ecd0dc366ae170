"""Plain HTTP to the Algolia stand-in, for tests that say what is sent byte by byte."""

from __future__ import annotations

from typing import Any

import orjson
import urllib3

from services.mock_algolia import AlgoliaMock


class Http:
    """Plain HTTP to a mock: `http("POST", "/1/indexes/a/query", {...})` gives `(status, JSON)`."""

    def __init__(self, algolia: AlgoliaMock) -> None:
        self._pool = urllib3.PoolManager(retries=False, maxsize=20)
        self._algolia = algolia

    def __call__(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> tuple[int, Any]:
        answer = self.full(method, path, body, key=key, headers=headers, raw=raw)
        assert answer.headers["content-type"].startswith("application/json"), answer.data
        return answer.status, orjson.loads(answer.data) if answer.data else None

    def full(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        key: str | None = None,
        headers: dict[str, str] | None = None,
        raw: bytes | None = None,
    ) -> urllib3.BaseHTTPResponse:
        sent = {
            "x-algolia-application-id": self._algolia.app_id,
            "x-algolia-api-key": key or self._algolia.admin_key,
            **(headers or {}),
        }
        data = raw if raw is not None else None if body is None else orjson.dumps(body)
        return self._pool.request(method, self._algolia.url + path, body=data, headers=sent, timeout=30)

    def close(self) -> None:
        self._pool.clear()
