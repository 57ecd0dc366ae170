"""`python -m services.mock_algolia --port N --data DIR`: an Algolia of your own, as this repository runs it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from services import VERSION
from services.mock_algolia.serving import serve
from services.mock_algolia.settings import from_command_line
from services.telemetry.provider import install
from services.telemetry.settings import telemetry_settings
from services.telemetry.short_pauses import keep_pauses_short
from services.telemetry.wsgi import Traced, tell_route

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

QUIET = ("/_mock/health", "/1/isalive")


def main(arguments: list[str]) -> int:
    """Serve, every request a span where the settings say so."""
    settings, show_key = from_command_line(arguments, os.environ, version=f"coursematch {VERSION}")
    telemetry = telemetry_settings(os.environ)

    def traced(wsgi: WSGIApplication) -> WSGIApplication:
        return Traced(wsgi, quiet=QUIET) if telemetry.endpoint else wsgi

    install("mock-algolia", telemetry, VERSION)
    return serve(settings, show_key=show_key, tell_route=tell_route, wrap=traced)


if __name__ == "__main__":
    keep_pauses_short()
    sys.exit(main(sys.argv[1:]))
