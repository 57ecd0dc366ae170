"""`with AlgoliaMock() as algolia:` a mock of one's own for a test: random port, nothing shared, gone afterwards."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

import orjson

from services.mock_algolia.app import Application, create_app
from services.mock_algolia.records.batch import actions
from services.mock_algolia.server import Server
from services.mock_algolia.settings import Settings
from services.mock_algolia.store import Transaction
from services.mock_algolia.views.mock import reset
from services.mock_algolia.views.objects import apply_actions

if TYPE_CHECKING:
    from algoliasearch.search.config import SearchConfig


class AlgoliaMock:
    """A server in this process, on a free loopback port unless told otherwise.

    `data` keeps everything in a folder; without it nothing outlives the block. Raises FolderRefused or OSError
    on entry if the folder or the port cannot be used. `clock` tells the seconds since 1970 by which keys expire.
    """

    def __init__(
        self,
        data: str | Path | None = None,
        *,
        app_id: str = "mock",
        admin_key: str = "admin",
        search_key: str = "search",
        port: int = 0,
        rate_limit: int | None = None,
        clock: Callable[[], float] = time,
    ) -> None:
        self.app_id = app_id
        self.admin_key = admin_key
        self.search_key = search_key
        self._settings = Settings(
            app_id, admin_key, search_key, Path(data) if data else None, port=port, rate_limit=rate_limit
        )
        self._clock = clock
        self._server: Server | None = None

    def __enter__(self) -> AlgoliaMock:
        """Start serving."""
        application = create_app(self._settings, self._clock)
        try:
            self._server = Server(application, self._settings)
        except OSError:
            application.store.close()
            raise
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop serving."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    @property
    def _running(self) -> Server:
        if self._server is None:
            raise RuntimeError("the mock is not running: use it as `with AlgoliaMock() as algolia:`")
        return self._server

    @property
    def _application(self) -> Application:
        return self._running.application

    @property
    def url(self) -> str:
        """The base URL."""
        return self._running.url

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._running.port

    @property
    def host(self) -> str:
        """The address it listens on."""
        return self._running.host

    @property
    def requests(self) -> list[dict[str, Any]]:
        """The requests it saw, oldest first: method, url, status, index, body, milliseconds."""
        return [entry.brief() for entry in self._application.requests.entries()]

    def client_config(self, key: str | None = None) -> SearchConfig:
        """Make the configuration of an official 4.x search client (with the admin key unless told otherwise)."""
        from algoliasearch.http.hosts import CallType, Host, HostsCollection
        from algoliasearch.search.config import SearchConfig

        config = SearchConfig(self.app_id, key or self.admin_key)
        both = CallType.READ | CallType.WRITE
        config.hosts = HostsCollection([Host(url=self.host, scheme="http", port=self.port, accept=both)])
        return config

    def reset(self) -> None:
        """Remove every index, key, dictionary entry and event, and forget the requests; the search key is kept."""
        from services.mock_algolia.app import add_search_key

        reset(self._application.store)
        add_search_key(self._application.store, self.search_key, 0)
        self._application.requests.clear()

    def refuse_next(self, requests: int, retry_after: int = 1) -> None:
        """Answer 429 to the next requests."""
        self._application.rate_limit.refuse_next(requests, retry_after)

    def seed(
        self,
        index: str,
        records: str | Path | Iterable[Mapping[str, Any]],
        settings: Mapping[str, Any] | None = None,
    ) -> int:
        """Put records into an index, from a JSON array, JSON Lines or CSV file or from Python; tell how many.

        Records without an objectID get one. `settings` are set first.
        """
        bodies = list(_from_file(Path(records)) if isinstance(records, (str, Path)) else records)
        requests = actions([{"action": "addObject", "body": dict(body)} for body in bodies])

        def operation(transaction: Transaction) -> None:
            if settings is not None:
                transaction.index(index)
                transaction.set_settings(index, {**transaction.catalog[index].settings, **settings})
            apply_actions(transaction, index, requests)

        self._application.store.write(operation)
        return len(bodies)


def _from_file(path: Path) -> Iterable[Mapping[str, Any]]:
    if path.suffix == ".csv":
        with path.open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))
    text = path.read_bytes().strip()
    if text.startswith(b"["):
        return list(orjson.loads(text))
    return [orjson.loads(line) for line in text.splitlines() if line.strip()]
