"""Read a paged list whole, or say that it was not.

A list is paged by number: what appears or goes while we read shifts the rest, so that one entry may be seen twice or
not at all. And the real sites' counts are estimates until the last page: Open edX leaves out of each page what the
caller may not see, and only then knows how many there are (openedx-platform, PR 33293). So the last page's count
decides, and what looks odd once (counts that differ, an entry listed twice) is believed when it reads the same again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

log = logging.getLogger("catalog_sync.lms")

READINGS = 3
"""How often a list is read that is another each time; then what any reading saw is kept, and nothing deleted."""

T = TypeVar("T")
Progress = Callable[[int, int], None]
"""Told entries read so far, and the site's own count of them."""


def silent(read: int, total: int) -> None:
    """Tell nobody."""
    del read, total


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its items, and how many the site says there are on all pages. No count: the page was not there."""

    items: list[Any]
    count: int | None


@dataclass(frozen=True, slots=True)
class Listing(Generic[T]):
    """A list as it was read. Where it is not `complete`, what it lacks may still be there.

    `remarks` name the rows that were passed over and the entries that stand twice.
    """

    entries: Mapping[str, T]
    complete: bool
    pages: int
    items: int = 0
    count: int = 0
    remarks: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reading(Generic[T]):
    entries: dict[str, T] = field(default_factory=dict)
    counts: list[int | None] = field(default_factory=list)
    items: int = 0
    bad: list[str] = field(default_factory=list)
    twice: list[str] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        """Say whether as much was read as the last page said that there is."""
        last = self.counts[-1] if self.counts else None
        return last is not None and self.items >= last

    @property
    def plain(self) -> bool:
        """Say whether nothing about it is odd."""
        return set(self.counts) == {self.items} and not self.twice


def read_listing(
    pages: Callable[[], Iterator[Page]], parse: Callable[[Any], tuple[str, T] | None], name: str, progress: Progress
) -> Listing[T]:
    """Read a list until it is whole and settled, at most three times.

    `pages` begins a reading; `parse` gives an item's key and value, None where the item names nothing; `name` is for
    the log and the remarks ("the LMS's list").
    """
    seen: dict[str, T] = {}
    number_of_pages = 0
    before: _Reading[T] | None = None
    for attempt in range(1, READINGS + 1):
        reading = _read_once(pages, parse, name, progress)
        number_of_pages += len(reading.counts)
        seen.update(reading.entries)
        settled = before is not None and before.entries.keys() == reading.entries.keys()
        complete = reading.whole and (reading.plain or settled)
        if complete or settled:
            break
        log.warning(
            "%s is not settled: %d items, %d entries, counts %s (reading %d of %d)",
            name, reading.items, len(reading.entries), sorted({one or 0 for one in reading.counts}), attempt, READINGS,
        )  # fmt: skip
        before = reading
    return Listing(
        entries=reading.entries if complete else seen,
        complete=complete,
        pages=number_of_pages,
        items=reading.items,
        count=max((one for one in reading.counts if one is not None), default=0),
        remarks=(*reading.bad, *(f"{key} stands twice in {name}" for key in dict.fromkeys(reading.twice))),
    )


def _read_once(
    pages: Callable[[], Iterator[Page]], parse: Callable[[Any], tuple[str, T] | None], name: str, progress: Progress
) -> _Reading[T]:
    reading: _Reading[T] = _Reading()
    for page in pages():
        reading.counts.append(page.count)
        for item in page.items:
            reading.items += 1
            entry = parse(item)
            if entry is None:
                reading.bad.append(f"item {reading.items} of {name} names no course{_called(item)}: passed over")
            elif entry[0] in reading.entries:
                reading.twice.append(entry[0])
            else:
                reading.entries[entry[0]] = entry[1]
        progress(reading.items, page.count or 0)
    return reading


def _called(item: object) -> str:
    """Show what an item without a key is called, so that its owner finds it."""
    titles = (item.get(name) for name in ("name", "title")) if isinstance(item, Mapping) else ()
    found = next((title for title in titles if isinstance(title, str) and title.strip()), None)
    return f" (it is called {' '.join(found.split())[:60]!r})" if found else ""
