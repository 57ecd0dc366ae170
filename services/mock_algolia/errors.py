"""Errors of the API itself: each becomes Algolia's JSON body, `{"message": …, "status": …}`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Refused(Exception):
    """Say no to one request, with the status and message the client will read, and what else the answer holds."""

    def __init__(
        self, message: str, status: int = 400, retry_after: int | None = None, details: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.retry_after = retry_after
        self.details = details or {}


class BadStep(Refused):
    """A refusal of one action of a batch: the `number`th; `name`: of the field that does not belong there."""

    def __init__(self, message: str, number: int, name: str = "") -> None:
        super().__init__(message)
        self.number = number
        self.name = name


def missing_index(name: str) -> Refused:
    """Make the answer to a read of an index that does not exist."""
    return Refused(f"Index {name} does not exist", 404)


def missing_object() -> Refused:
    """Make the answer to a read of a record, rule or synonym that does not exist."""
    return Refused("ObjectID does not exist", 404)
