"""Answer errors in the two shapes Open edX has.

Views with `DeveloperErrorViewMixin` (openedx/core/lib/api/view_utils.py) say `developer_message`, or `field_errors` for
a bad parameter; plain Django REST framework views say `detail`.
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A request that gets an error answer: a status, a JSON body and headers."""

    def __init__(self, status: int, body: dict[str, Any] | None, headers: dict[str, str] | None = None) -> None:
        super().__init__(status)
        self.status = status
        self.body = body
        self.headers = headers or {}


def developer(status: int, message: str) -> Refused:
    """Answer as a view with DeveloperErrorViewMixin."""
    return Refused(status, {"developer_message": message})


def detail(status: int, message: str) -> Refused:
    """Answer as a plain Django REST framework view."""
    return Refused(status, {"detail": message})


def bad_field(name: str, message: str) -> Refused:
    """Refuse a parameter that failed its form's validation."""
    return Refused(400, {"field_errors": {name: {"developer_message": message}}})


def unauthenticated(message: str = "Authentication credentials were not provided.") -> Refused:
    """Refuse a caller with no credentials, or none that can be believed."""
    return Refused(401, {"developer_message": message, "detail": message}, {"WWW-Authenticate": 'JWT realm="api"'})


def forbidden() -> Refused:
    """Refuse a caller who is known, and may not."""
    message = "You do not have permission to perform this action."
    return Refused(403, {"developer_message": message, "detail": message})


def throttled(seconds: int) -> Refused:
    """Refuse a caller who asks too often."""
    message = f"Request was throttled. Expected available in {seconds} second{'s' if seconds != 1 else ''}."
    return Refused(429, {"developer_message": message, "detail": message}, {"Retry-After": str(seconds)})
