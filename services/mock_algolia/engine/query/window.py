"""The part of the hits that a search asks for, and what the response says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Window:
    """`size` hits from `first` on, none of them past the `limit` of `paginationLimitedTo`."""

    first: int
    size: int
    limit: int
    page: int | None
    """None: the search gave `offset` and `length`."""
    asked_size: int

    @classmethod
    def of(cls, params: Mapping[str, Any], get: Callable[[str], Any]) -> Window:
        """Read `page` and `hitsPerPage`, or `offset` and `length`, which win when either is there (documented)."""
        limit = int(get("paginationLimitedTo"))
        page = None
        if "offset" in params or "length" in params:
            first = int(params.get("offset", 0))
            size = int(params.get("length", get("hitsPerPage")))
        else:
            size = int(get("hitsPerPage"))
            page = int(params.get("page", 0))
            first = page * size
        return cls(first, max(0, min(size, limit - first)), limit, page, size)

    def counted(self, count: int) -> dict[str, int]:
        """Say in the response's words what was asked for, when `count` hits were found."""
        if self.page is None:
            return {"offset": self.first, "length": self.asked_size}
        pages = -(-min(count, self.limit) // self.asked_size) if self.asked_size else 0
        return {"page": self.page, "nbPages": pages, "hitsPerPage": self.asked_size}
