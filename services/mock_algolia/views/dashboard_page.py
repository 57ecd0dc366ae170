"""The dashboard at `/_mock/`: a page, a style and a script; what they show they ask for with the admin key."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from services.mock_algolia.wire.route import Page, Route

FOLDER = Path(__file__).parent / "dashboard"
FILES = {
    "index.html": "text/html; charset=utf-8",
    "dashboard.css": "text/css; charset=utf-8",
    "dashboard.js": "text/javascript; charset=utf-8",
}
_HEADERS = (
    (
        "Content-Security-Policy",
        "default-src 'none'; connect-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
    ),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-cache"),
)  # fmt: skip


class DashboardViews:
    """`/_mock/` and its two files. The page itself holds nothing of anybody's; without the admin key it stays empty."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id

    def routes(self) -> list[Route]:
        """List the files."""
        return [
            Route("GET", "/_mock/", None, self.page),
            Route("GET", "/_mock", None, self.page),
            Route("GET", "/_mock/<name:file>", None, self.file),
        ]

    def page(self, call: None) -> Any:
        """Show the page."""
        return Page(_read("index.html").replace(b"{app_id}", _attribute(self._app_id)), FILES["index.html"], _HEADERS)

    def file(self, call: None, file: str) -> Any:
        """Give a file of the page."""
        if file == "index.html" or file not in FILES:
            return {"message": "Path not found", "status": 404}, 404
        return Page(_read(file), FILES[file], _HEADERS)


@cache
def _read(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def _attribute(text: str) -> bytes:
    return text.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").encode()
