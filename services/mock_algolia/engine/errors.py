"""Refusals that a client sees, worded as Algolia words them."""

from __future__ import annotations


class BadRequest(Exception):
    """The request breaks a documented rule; the server answers `{"message", "status"}` with this status."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
