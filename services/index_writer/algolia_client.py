"""The official Algolia client's transport, made patient: it waits as told on 429, and gives up no host for one 5xx.

It itself retries 429 three times and then raises, marks a host dead for 300 seconds after one 5xx (with a single host
that ends everything), and lets a refused connection through as it is. A sync has time: it waits.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from algoliasearch.http.api_response import ApiResponse
from algoliasearch.http.exceptions import AlgoliaUnreachableHostException, RequestException
from algoliasearch.http.hosts import CallType, Host, HostsCollection
from algoliasearch.http.request_options import RequestOptions
from algoliasearch.http.transporter_sync import TransporterSync
from algoliasearch.http.verb import Verb
from algoliasearch.search.config import SearchConfig
from requests.adapters import HTTPAdapter

from services.index_writer.operations import Operations
from services.index_writer.patience import AskLater, Patience, PatienceEnded, ask_patiently, retry_after
from services.telemetry.steps import PROPAGATOR, call, tell

if TYPE_CHECKING:
    from algoliasearch.search.client import SearchClientSync

log = logging.getLogger("index_writer.algolia")


class IndexUnavailable(RuntimeError):
    """Algolia did not answer, however often it was asked."""


class IndexRefused(RuntimeError):
    """Algolia refused a request; `status` is the HTTP status, the message is Algolia's own."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class IndexUnreadable(IndexUnavailable):
    """Algolia answered, but not in its documented form: something else may stand in its place."""


@dataclass(frozen=True, slots=True)
class AlgoliaAccess:
    """Where the index is and what opens it. No hosts: those that Algolia documents for the application."""

    app_id: str
    api_key: str = field(repr=False)
    hosts: tuple[str, ...] = ()


def algolia_client(
    access: AlgoliaAccess, patience: Patience, sleep: Callable[[float], None] = time.sleep
) -> tuple[Operations, PatientTransporter]:
    """Build a job's operations on a patient transporter, which counts requests."""
    config = _config(access)
    transporter = PatientTransporter(config, patience, sleep)
    return Operations(transporter, config), transporter


def official_client(access: AlgoliaAccess, patience: Patience) -> tuple[SearchClientSync, PatientTransporter]:
    """Build the official client, with all it has, on such a transporter; its import takes a second."""
    from algoliasearch.search.client import SearchClientSync

    config = _config(access)
    transporter = PatientTransporter(config, patience, time.sleep)
    return SearchClientSync(transporter=transporter, config=config), transporter


def _config(access: AlgoliaAccess) -> SearchConfig:
    config = SearchConfig(access.app_id, access.api_key)
    config.read_timeout = 60_000
    config.write_timeout = 300_000  # a stand-in that embeds a thousand records first has a lot to do
    config.max_rate_limit_retries = 0
    if access.hosts:
        config.hosts = HostsCollection([_host(url) for url in access.hosts])
    return config


class PatientTransporter(TransporterSync):
    """Sends each request until it is answered or patience ends; `requests` counts what was really sent."""

    def __init__(self, config: SearchConfig, patience: Patience, sleep: Callable[[float], None]) -> None:
        super().__init__(config)
        self._patience = patience
        self._sleep = sleep
        self._adapter = _ObservingAdapter()
        self._session = requests.Session()
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def hurry(self) -> None:
        """Try each request once from now on, for two seconds at most: the process is about to end."""
        self._patience = Patience(attempts=1)
        self._config.read_timeout = self._config.write_timeout = self._config.connect_timeout = 2_000

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent so far, retries included."""
        return self._adapter.sent

    def request(
        self, verb: Verb, path: str, request_options: RequestOptions, use_read_transporter: bool
    ) -> ApiResponse[str]:
        """Send one request. Raises IndexRefused for a 4xx, IndexUnavailable when patience ends."""
        try:
            return ask_patiently(
                lambda: self._traced(verb, path, request_options, use_read_transporter),
                self._patience,
                self._sleep,
                log,
                "Algolia",
            )
        except PatienceEnded as error:
            raise IndexUnavailable(f"Algolia: {error}") from error

    def _traced(
        self, verb: Verb, path: str, request_options: RequestOptions, use_read_transporter: bool
    ) -> ApiResponse[str]:
        with call(f"algolia {verb} {urlsplit(path).path}", {"url.path": urlsplit(path).path}):
            answer = self._once(verb, path, request_options, use_read_transporter)
            tell({"http.response.status_code": self._adapter.last_status})
            return answer

    def _once(
        self, verb: Verb, path: str, request_options: RequestOptions, use_read_transporter: bool
    ) -> ApiResponse[str]:
        try:
            return super().request(verb, path, request_options, use_read_transporter)
        except RequestException as error:
            if error.status_code == 429:
                raise AskLater("HTTP 429", self._adapter.asked_to_wait()) from error
            raise IndexRefused(f"Algolia refused {verb} {urlsplit(path).path}: {error}", error.status_code) from error
        except AlgoliaUnreachableHostException as error:
            self._forgive_hosts()
            status = self._adapter.last_status
            reason = f"HTTP {status}" if status is not None and status >= 500 else "no host answers"
            raise AskLater(reason, self._adapter.asked_to_wait()) from error
        except requests.RequestException as error:
            self._set_aside(str(error.request.url) if error.request is not None else "")
            raise AskLater(f"no answer ({type(error).__name__})") from error

    def _forgive_hosts(self) -> None:
        for host in self._hosts:
            host.reset()

    def _set_aside(self, url: str) -> None:
        """Try another host first next time, as the client does after a 5xx; forgive all when none is left."""
        for host in self._hosts:
            if url.startswith(f"{host.scheme}://{host.url}" + (f":{host.port}/" if host.port else "/")):
                host.up, host.last_use = False, time.time()
        if not any(host.up for host in self._hosts):
            self._forgive_hosts()


class _ObservingAdapter(HTTPAdapter):
    """Counts what is sent, and remembers what the last answer said about waiting."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)
        self.sent = 0
        self.last_status: int | None = None
        self._retry_after: str | None = None

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        *details: Any,
        **named_details: Any,
    ) -> requests.Response:
        self.sent += 1
        self.last_status, self._retry_after = None, None
        PROPAGATOR.inject(request.headers)
        response = super().send(request, stream, *details, **named_details)
        self.last_status, self._retry_after = response.status_code, response.headers.get("Retry-After")
        return response

    def asked_to_wait(self) -> float | None:
        """Say how many seconds the last answer asked to wait; None where it asked for nothing."""
        return retry_after(self._retry_after, datetime.now(UTC))


def _host(url: str) -> Host:
    parts = urlsplit(url if "://" in url else f"https://{url}")
    if parts.hostname is None or parts.path.strip("/"):
        raise ValueError(f"an Algolia host is a URL like https://host or http://127.0.0.1:8082, not {url!r}")
    name = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Host(url=name, scheme=parts.scheme, port=parts.port, accept=CallType.READ | CallType.WRITE)
