"""Serving until somebody says stop: what the commands of the repository and of the distribution share."""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from types import FrameType
from typing import TYPE_CHECKING

from services.mock_algolia import warm_up
from services.mock_algolia.app import create_app
from services.mock_algolia.exports import BadExport, read_exports
from services.mock_algolia.seeding import seed
from services.mock_algolia.server import Server
from services.mock_algolia.settings import Settings
from services.mock_algolia.store import FolderRefused

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


def _unchanged(wsgi: WSGIApplication) -> WSGIApplication:
    return wsgi


def serve(
    settings: Settings,
    *,
    show_key: bool,
    tell_route: Callable[[str], None] = lambda _: None,
    wrap: Callable[[WSGIApplication], WSGIApplication] = _unchanged,
) -> int:
    """Serve until SIGTERM or Ctrl-C; 2 if the folder, a file to begin with, or the port cannot be used.

    `wrap` puts something around the application that sees every request.
    """
    logging.basicConfig(level=logging.INFO, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
    # Beside reading what is kept; both are done before anybody is let in.
    wait_until_warm = warm_up.begin(something_to_search=bool(settings.data or settings.seeds))
    try:
        exports = read_exports(settings.seeds)
        application = create_app(settings, tell_route=tell_route)
    except (FolderRefused, BadExport) as error:
        print(f"mock_algolia: {error}", file=sys.stderr)
        return 2
    try:
        for told in seed(application.store, exports):
            print(f"mock_algolia {told}", flush=True)
        wait_until_warm()
        server = Server(replace(application, wsgi=wrap(application.wsgi)), settings)
    except BadExport as error:
        print(f"mock_algolia: {error}", file=sys.stderr)
        application.store.close()
        return 2
    except OSError as error:
        print(f"mock_algolia: cannot listen on {settings.host}:{settings.port}: {error}", file=sys.stderr)
        application.store.close()
        return 2
    kept = settings.data or "memory only (name a folder with --data to keep it)"
    with suppress(KeyboardInterrupt):
        signal.signal(signal.SIGTERM, _interrupt)
        print(f"mock_algolia listens on {server.url}, application {settings.app_id}, data in {kept}", flush=True)
        if show_key:
            print(f"mock_algolia admin key: {settings.admin_key}", flush=True)
        server.run()
    return 0


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
