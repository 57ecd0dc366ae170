"""`python -m services.mock_algolia --port N --data DIR`: an Algolia of your own."""

from __future__ import annotations

import logging
import os
import signal
import sys
from contextlib import suppress
from types import FrameType

from services import VERSION
from services.mock_algolia import warm_up
from services.mock_algolia.app import create_app
from services.mock_algolia.server import Server
from services.mock_algolia.settings import from_command_line
from services.mock_algolia.store import FolderRefused
from services.telemetry.provider import install
from services.telemetry.wsgi import Traced

QUIET = ("/_mock/health", "/1/isalive")


def main(arguments: list[str]) -> int:
    """Serve until SIGTERM or Ctrl-C; 2 if the folder or the port cannot be used."""
    settings, show_key = from_command_line(arguments, os.environ)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    wait_until_warm = warm_up.begin()  # beside reading what is kept; both are done before anybody is let in
    try:
        application = create_app(settings)
    except FolderRefused as error:
        print(f"mock_algolia: {error}", file=sys.stderr)
        return 2
    if settings.telemetry.endpoint:
        install("mock-algolia", settings.telemetry, VERSION)
        application.wsgi.wsgi_app = Traced(application.wsgi.wsgi_app, quiet=QUIET)  # type: ignore[method-assign]  # as Flask's documentation adds a middleware
    wait_until_warm()
    try:
        server = Server(application, settings)
    except OSError as error:
        print(f"mock_algolia: cannot listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        application.store.close()
        return 2
    signal.signal(signal.SIGTERM, _interrupt)
    kept = settings.data or "memory only (name a folder with --data to keep it)"
    print(f"mock_algolia listens on {server.url}, application {settings.app_id}, data in {kept}", flush=True)
    if show_key:
        print(f"mock_algolia admin key: {settings.admin_key}", flush=True)
    with suppress(KeyboardInterrupt):
        server.run()
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
