"""The part of the hits that a search asks for, and what the response says of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

TOO_FAR = (
    "you can only fetch the {} hits for this query. You can extend the number of hits returned via the "
    "paginationLimitedTo index parameter or use the browse method. You can read our FAQ for more details about "
    "browsing: https://www.algolia.com/doc/faq/index-configuration/how-can-i-retrieve-all-the-records-in-my-index"
)
"""What the response's `message` says of hits that are there, past the limit."""


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
        """Read `page` and `hitsPerPage`, or `offset` and `length`, which win; a lone `length` is ignored."""
        limit = int(get("paginationLimitedTo"))
        page = None
        if "offset" in params:
            first = int(params["offset"])
            size = int(params.get("length", get("hitsPerPage")))
        else:
            size = int(get("hitsPerPage"))
            page = int(params.get("page", 0))
            first = page * size
        return cls(first, max(0, min(size, limit - first)), limit, page, size)

    def is_too_far(self, count: int) -> bool:
        """Tell whether hits are asked for that are there, but all of them past the limit."""
        return self.first >= self.limit < count

    def counted(self, count: int) -> dict[str, int]:
        """Say in the response's words what was asked for, when `count` hits were found."""
        if self.page is None:
            return {"offset": self.first, "length": self.asked_size}
        pages = -(-min(count, self.limit) // self.asked_size) if self.asked_size else 0
        return {"page": self.page, "nbPages": pages, "hitsPerPage": self.asked_size}
