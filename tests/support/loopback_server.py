"""A server of Python's own on a loopback port, for tests that play the other side."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import ThreadingHTTPServer
from typing import Any


class LoopbackServer(ThreadingHTTPServer):
    """Lets a crowd wait at its door.

    The standard library's lets 5: on a busy machine the kernel then drops the sixth connection of a burst, and its
    client tries again after 1, 3, 7, 15 and 31 seconds.
    """

    daemon_threads = True
    request_queue_size = 1024


@contextmanager
def answering(handler: Callable[..., Any]) -> Iterator[str]:
    """Serve with a `BaseHTTPRequestHandler` until the end; gives the URL, without a slash at its end."""
    with LoopbackServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
