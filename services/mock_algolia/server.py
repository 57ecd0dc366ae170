"""The application on a socket: a thread for each connection, and as many requests at work as the settings allow."""

from __future__ import annotations

import selectors
import socket
import threading
from contextlib import suppress
from time import monotonic, sleep

from services.mock_algolia.app import Application
from services.mock_algolia.settings import Settings
from services.mock_algolia.wire.connection import Connection, shared_environ
from services.mock_algolia.wire.heads import Heads

CONNECTIONS = 1000
"""Open at a time; more wait in the queue of the operating system."""
AT_THE_END = 10.0
"""Seconds that requests under way have when the server stops."""
BREATH = 0.1
"""Seconds until somebody is let in again where there is no place, or no thread or descriptor to be had."""


class Server:
    """Serves an application until it is stopped. Raises OSError from the constructor if the port is taken."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self.application = application
        self.host = settings.host
        self._listening = _listen(settings.host, settings.port)
        self.port = int(self._listening.getsockname()[1])
        self._environ = shared_environ(settings.host, self.port)
        self._heads = Heads()
        self._waking, self._woken = socket.socketpair()
        self._places = threading.BoundedSemaphore(CONNECTIONS)
        self._at_work = threading.BoundedSemaphore(settings.threads)
        self._open: dict[threading.Thread, socket.socket] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"

    def run(self) -> None:
        """Serve on this thread until `stop` is called or KeyboardInterrupt arrives."""
        try:
            with self._listening, self._woken, selectors.DefaultSelector() as selector:
                selector.register(self._listening, selectors.EVENT_READ)
                selector.register(self._woken, selectors.EVENT_READ)
                while not self._stopping.is_set():
                    selector.select()
                    self._let_in()
        finally:
            self._end_connections()
            self.application.store.close()

    def start(self) -> None:
        """Serve on a thread."""
        self._thread = threading.Thread(target=self.run, name="mock-algolia-http", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests under way, close the store, and return once that is done."""
        self._stopping.set()
        with suppress(OSError), self._waking:  # it may have seen the flag, and be gone, already
            self._waking.send(b"!")
        if self._thread is not None:
            self._thread.join()

    def _let_in(self) -> None:
        """Give one client a thread, if there is a place."""
        if self._stopping.is_set() or not self._places.acquire(timeout=BREATH):
            return
        try:
            client, address = self._listening.accept()
        except OSError:
            self._places.release()
            sleep(BREATH)
            return
        connection = Connection(
            client,
            {**self._environ, "REMOTE_ADDR": str(address[0])},
            self.application.wsgi,
            self._at_work,
            self._stopping,
            self._heads,
        )
        thread = threading.Thread(target=self._serve, args=(connection,), name="mock-algolia-client", daemon=True)
        self._open[thread] = client
        try:
            thread.start()
        except RuntimeError:  # no thread to be had
            self._leave(thread)
            client.close()
            sleep(BREATH)

    def _serve(self, connection: Connection) -> None:
        try:
            connection.serve()
        finally:
            self._leave(threading.current_thread())

    def _leave(self, thread: threading.Thread) -> None:
        self._open.pop(thread, None)
        self._places.release()

    def _end_connections(self) -> None:
        """Read no more from anybody, and wait until what was read is answered."""
        self._stopping.set()
        end = monotonic() + AT_THE_END
        connections = list(self._open.items())
        for _, client in connections:
            with suppress(OSError):
                client.shutdown(socket.SHUT_RD)
        for thread, _ in connections:
            thread.join(max(0.0, end - monotonic()))


def _listen(host: str, port: int) -> socket.socket:
    family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    return socket.create_server((host, port), family=family, backlog=1024)
