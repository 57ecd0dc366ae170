"""What can happen to a call at a seam: frozen values, for a switch, a test or a generated schedule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Slow:
    """Each message of the caller is passed on after `seconds`."""

    seconds: float


@dataclass(frozen=True)
class Down:
    """The connection is reset when the caller says something."""


@dataclass(frozen=True)
class Hangs:
    """The caller is heard and never answered."""


@dataclass(frozen=True)
class Says:
    """The first message of a new connection is answered with these bytes, and the connection closed."""

    answer: bytes


@dataclass(frozen=True)
class Answers:
    """An HTTP request is answered here, without the part behind: status, JSON body, headers."""

    status: int
    body: Any
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Rewrites:
    """The part's own JSON answer of 200 is changed: `change` takes the request's target and the answer."""

    change: Callable[[str, Any], Any]


@dataclass(frozen=True)
class CutsAfter:
    """The first `requests` HTTP requests whose target holds `path` pass. The next is done and never answered; after it
    every connection is reset.
    """

    requests: int
    path: str


Fault = Slow | Down | Hangs | Says | Answers | Rewrites | CutsAfter


@dataclass(frozen=True)
class Chance:
    """A fault, and the share of messages that it hits."""

    fault: Fault
    rate: float = 1.0
