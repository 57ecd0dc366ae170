"""The three ways in which Open edX cuts a list into pages, and the absolute links between them."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from services.lms.problems import Refused

MAX_PAGE_SIZE = 100


def positive(written: str | None, *, default: int, maximum: int) -> int:
    """Read a page size as Django REST framework does: what is no positive number counts as not given."""
    if written is None or not written.isdecimal() or int(written[:9]) < 1:
        return default
    return min(int(written[:9]), maximum)


@dataclass(frozen=True)
class Page:
    """One numbered page of `size` items out of `count`."""

    number: int
    size: int
    count: int

    @property
    def pages(self) -> int:
        return max(1, math.ceil(self.count / self.size))

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def numbered(written: str | None, *, size: int, count: int, refused: Callable[[str], Refused]) -> Page:
    """Choose the page that was asked for. Raises what `refused` makes of "Invalid page." when there is none."""
    first = Page(1, size, count)
    if written == "last":
        return Page(first.pages, size, count)
    try:
        number = int(written) if written is not None else 1
    except ValueError:
        raise refused("Invalid page.") from None
    if not 1 <= number <= first.pages:
        raise refused("Invalid page.")
    return Page(number, size, count)


@dataclass(frozen=True)
class Links:
    """Makes absolute URLs of the other pages of a request: its base, path and query."""

    base: str
    path: str
    query: str

    def to(self, **changes: str | int | None) -> str:
        """Return the request's URL with these query fields changed, or left out where None."""
        kept = [(name, value) for name, value in parse_qsl(self.query, keep_blank_values=True) if name not in changes]
        added = [(name, str(value)) for name, value in changes.items() if value is not None]
        query = urlencode(kept + added)
        return f"{self.base}{self.path}" + (f"?{query}" if query else "")

    def slashed(self) -> str:
        """Return the request's URL with a slash after its path (Django's APPEND_SLASH; public clients rely on it)."""
        return f"{self.base}{self.path}/" + (f"?{self.query}" if self.query else "")

    def next_page(self, page: Page) -> str | None:
        return self.to(page=page.number + 1) if page.number < page.pages else None

    def previous_page(self, page: Page) -> str | None:
        if page.number <= 1:
            return None
        return self.to(page=page.number - 1 if page.number > 2 else None)


def pagination(page: Page, links: Links) -> dict[str, Any]:
    """Return the `pagination` object of the course list (edx-drf-extensions, NamespacedPageNumberPagination)."""
    return {
        "next": links.next_page(page),
        "previous": links.previous_page(page),
        "count": page.count,
        "num_pages": page.pages,
    }


@dataclass(frozen=True)
class Cursor:
    """Where a cursor page begins: after (or, in reverse, before) the row of this id."""

    after: int = 0
    reverse: bool = False

    def encode(self) -> str:
        fields = ([("r", "1")] if self.reverse else []) + [("p", str(self.after))]
        return base64.b64encode(urlencode(fields).encode()).decode()

    @classmethod
    def decode(cls, written: str | None) -> Cursor:
        """Read a cursor; none is the first page. Raises ValueError."""
        if not written:
            return cls()
        fields = parse_qs(base64.b64decode(written, validate=True).decode("ascii"))
        after = int(fields["p"][0])
        if not 0 <= after < 2**63:
            raise ValueError("a cursor beyond any row")
        return cls(after, reverse=fields.get("r") == ["1"])
