"""The application on a socket: waitress, on one thread of its own or on the caller's."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Any

from waitress import wasyncore
from waitress.server import create_server

from services.mock_algolia.app import Application
from services.mock_algolia.settings import Settings

IN_MEMORY = 16 * 1024 * 1024
"""A larger body goes through a temporary file, which waitress leaves to the garbage collector."""


class Server:
    """Serves an application until it is stopped. Raises OSError from the constructor if the port is taken."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self.application = application
        self.host = settings.host
        listening = _listen(settings.host, settings.port)
        self.port = int(listening.getsockname()[1])
        self._sockets: dict[int, Any] = {}
        server: Any = create_server(
            application.wsgi,
            map=self._sockets,
            sockets=[listening],
            threads=settings.threads,
            ident=None,
            connection_limit=1000,
            recv_bytes=65536,
            inbuf_overflow=IN_MEMORY,
            channel_timeout=300,
            max_request_body_size=256 * 1024 * 1024,
            clear_untrusted_proxy_headers=True,
        )
        self._server = server
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def run(self) -> None:
        """Serve on this thread until `stop` is called or KeyboardInterrupt arrives."""
        try:
            while not self._stopping.is_set():
                wasyncore.loop(timeout=30, use_poll=True, map=self._sockets, count=1)
        finally:
            self._server.task_dispatcher.shutdown()
            wasyncore.close_all(self._sockets)
            self.application.store.close()

    def start(self) -> None:
        """Serve on a thread."""
        self._thread = threading.Thread(target=self.run, name="mock-algolia-http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests under way, close the store, and return once that is done."""
        self._stopping.set()
        with suppress(OSError):  # it may have seen the flag, and be gone, already
            self._server.pull_trigger()
        if self._thread is not None:
            self._thread.join()


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=1024)
