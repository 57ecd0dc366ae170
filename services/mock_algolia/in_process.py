"""`with AlgoliaMock() as algolia:` a mock of one's own for a test: random port, nothing shared, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from time import time
from types import TracebackType
from typing import TYPE_CHECKING, Any

from services.mock_algolia.app import Application, add_search_key, create_app
from services.mock_algolia.exports import Export, read_export, read_exports, write_exports
from services.mock_algolia.seeding import dump, load
from services.mock_algolia.seen import all_asked, chosen, told
from services.mock_algolia.server import Server
from services.mock_algolia.settings import Settings
from services.mock_algolia.views.mock import reset
from services.mock_algolia.views.reading import live_index

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
        from services.mock_algolia import warm_up  # not above: it is run as a module too, and must not be there before

        if self._settings.data is None:
            warm_up.let_nobody_wait()
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
        reset(self._application.store, self.search_key)
        add_search_key(self._application.store, self.search_key, 0)  # a test may have deleted it
        self.refuse_next(0)
        self.forget_requests()

    def forget_requests(self) -> None:
        """Forget the requests seen so far."""
        self._application.requests.clear()

    def assert_searched(self, index: str, times: int | None = None, **parameters: Any) -> list[dict[str, Any]]:
        """Assert that an index was searched with these parameters (others may be there); give all of each search.

        `times` says how often; without it, once or more. The message of a failure lists what the server saw.
        """
        __tracebackhide__ = True
        return self._assert("search", index, times, parameters)

    def assert_wrote(
        self, index: str, action: str = "addObject", times: int | None = None, **attributes: Any
    ) -> list[dict[str, Any]]:
        """Assert that records with these attributes were sent to an index by this action; give them whole."""
        __tracebackhide__ = True
        return self._assert(action, index, times, attributes)

    def _assert(self, kind: str, index: str, times: int | None, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        __tracebackhide__ = True
        asked = all_asked(self._application.requests.entries())
        found = chosen(asked, kind, index, values)
        if (times is None and not found) or (times is not None and len(found) != times):
            wanted = ", ".join(f"{name}={value!r}" for name, value in values.items()) or "anything"
            count = "no" if not found else str(len(found))
            expected = "" if times is None else f" ({times} expected)"
            raise AssertionError(f"{count} {kind} of {index} with {wanted}{expected}; {told(asked)}")
        return [dict(one.values) for one in found]

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

        Records without an objectID get one. `settings` are set first. Raises BadExport for what Algolia would refuse.
        """
        if isinstance(records, (str, Path)):
            export = read_export(Path(records), index)
        else:
            export = Export(index, [dict(record) for record in records])
        if settings is not None:
            export = replace(export, settings=dict(settings))
        load(self._application.store, export)
        return len(export.records)

    def seed_from(self, *sources: str | Path) -> None:
        """Fill indexes from exports of Algolia's own tools: files, folders, `INDEX=FILE`. Raises BadExport."""
        for export in read_exports(sources):
            load(self._application.store, export)

    def export(self, index: str, folder: str | Path) -> list[Path]:
        """Write an index's records, settings, rules and synonyms as Algolia's tools would; tell the files."""
        store = self._application.store
        return write_exports(Path(folder), dump(store, index, live_index(store, index)))
