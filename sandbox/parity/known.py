"""The differences that are known, and why they are no fault of ours. Anything else fails `nox -s parity`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A difference in `where` of the answers to `questions`, and the reason for it."""

    questions: tuple[str, ...]
    where: tuple[str, ...]
    reason: str


KNOWN: tuple[Known, ...] = (
    Known(
        ("no keywords", "a path that is not there"),
        ("media type", "headers", "body"),
        "LocalStack 4.14 takes a gateway response's status and ignores its template; API Gateway and MiniStack fill it",
    ),
)
