"""The application on a socket: waitress, on one thread of its own or on the caller's."""

from __future__ import annotations

import threading
from typing import Any

from waitress.server import create_server

from services.mock_algolia.app import Application
from services.mock_algolia.settings import Settings


class Server:
    """Serves an application until it is closed. Raises OSError from the constructor if the port is taken."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self.application = application
        server: Any = create_server(
            application.wsgi,
            host=settings.host,
            port=settings.port,
            threads=settings.threads,
            ident=None,
            connection_limit=1000,
            recv_bytes=65536,
            channel_timeout=300,
            max_request_body_size=256 * 1024 * 1024,
            clear_untrusted_proxy_headers=True,
            asyncore_use_poll=True,
            asyncore_loop_timeout=1,
        )
        self._server = server
        self._thread: threading.Thread | None = None
        self.host = settings.host
        self.port = int(self._server.effective_port)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.host}:{self.port}"

    def run(self) -> None:
        """Serve on this thread until interrupted."""
        self._server.run()

    def start(self) -> None:
        """Serve on a thread."""
        self._thread = threading.Thread(target=self._server.run, name="mock-algolia-http", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Finish what was acknowledged, and stop."""
        self._server.close()
        if self._thread is not None:
            self._thread.join(timeout=5)
        self.application.store.close()
