"""A route of the API as its views declare it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.errors import Refused
from services.mock_algolia.wire.body import json_object, parse_json


class Call:
    """One authenticated request as a view sees it."""

    def __init__(self, caller: Caller, args: Mapping[str, str], raw_body: bytes) -> None:
        self.caller = caller
        self.args = args
        """Query-string arguments, credentials left out."""
        self.raw_body = raw_body

    @cached_property
    def body(self) -> dict[str, Any]:
        """The body, a JSON object (empty if there is none)."""
        return json_object(self.raw_body)

    @property
    def json(self) -> Any:
        """The body as any JSON value."""
        return parse_json(self.raw_body)

    def flag(self, name: str) -> bool:
        """Tell whether a boolean query-string argument is on."""
        return self.args.get(name, "").lower() in {"true", "1"}


Answer = Any
"""What a view returns: a JSON value, `(JSON value, status)`, or a Page."""


@dataclass(frozen=True)
class Page:
    """What a browser shows, in place of JSON."""

    body: bytes
    content_type: str
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Route:
    """A method (or several) and path, the right (ACL) it needs, and the view that answers.

    `acl` "" lets any known key in and leaves the rest to the view; None lets anybody in, and gives the view no call.
    """

    method: str
    path: str
    acl: str | None
    view: Callable[..., Answer]
    takes: frozenset[str] | None = None
    """The fields of the body that the operation documents; any other is refused. None: the view looks at them."""

    def check(self, body: Mapping[str, Any]) -> None:
        """Raise Refused(400) for a field that the operation does not document: never is one ignored."""
        strange = body.keys() - (self.takes or frozenset()) - _CREDENTIALS
        if strange:
            raise Refused(f"Unknown parameter: {min(strange)}")


def fields(text: str) -> frozenset[str]:
    """Write the fields of a body as words."""
    return frozenset(text.split())


_CREDENTIALS = {"apiKey", "appID"}
"""What clients without headers put beside anything."""
