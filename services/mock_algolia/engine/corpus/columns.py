"""Columns: one attribute of every record as arrays, for filters, facets, sorting, grouping and geo search."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np

from services.mock_algolia.engine.arrays import Floats, Growable, Ints
from services.mock_algolia.engine.values import facet_text, is_number, places, scalars


class FacetView(NamedTuple):
    """Entries (slot, value number) of a facet, those of a slot from `starts[slot]`; `values` may know more of them."""

    slots: Ints
    starts: Ints
    ordinals: Ints
    numbers: Floats
    values: list[str]
    folded: dict[str, list[int]]
    numeric: bool
    """Whether any value is a number."""
    both_kinds: set[int]
    """Values that are the number 1 in some records and the text "1" in others."""


class FacetColumn:
    """The facet values of one attribute; a record's equal values count once."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.slots = Growable(np.int32)
        self.starts = Growable(np.int32)
        self.starts.append(0)
        self.ordinals = Growable(np.int32)
        self.numbers = Growable(np.float64)
        self.values: list[str] = []
        self.known: dict[str, int] = {}
        self.folded: dict[str, list[int]] = {}
        self.numeric = False
        self.both_kinds: set[int] = set()
        self.size = 0

    def extend(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add the next records."""
        slots: list[int] = []
        starts: list[int] = []
        ordinals: list[int] = []
        for record in records:
            seen: list[int] = []
            for value in scalars(record, self.path):
                text = facet_text(value)
                ordinal = self.known.get(text)
                if ordinal is None:
                    ordinal = len(self.values)
                    self.values.append(text)
                    self.numbers.append(float(value) if is_number(value) else np.nan)
                    self.numeric = self.numeric or is_number(value)
                    self.known[text] = ordinal
                    self.folded.setdefault(text.casefold(), []).append(ordinal)
                elif is_number(value) != self.numeric_at(ordinal):
                    self.both_kinds.add(ordinal)
                    if is_number(value):  # the text "1" came before the number 1
                        self.numbers.put([ordinal], np.array([value], np.float64))
                        self.numeric = True
                if ordinal not in seen:
                    seen.append(ordinal)
                    slots.append(self.size)
                    ordinals.append(ordinal)
            self.size += 1
            starts.append(self.slots.size + len(slots))
        self.slots.extend(np.array(slots, np.int32))
        self.starts.extend(np.array(starts, np.int32))
        self.ordinals.extend(np.array(ordinals, np.int32))

    def numeric_at(self, ordinal: int) -> bool:
        """Tell whether a value is known to be a number."""
        return not np.isnan(self.numbers.view()[ordinal])

    def view(self) -> FacetView:
        """Show what a reader sees."""
        return FacetView(
            self.slots.view(), self.starts.view(), self.ordinals.view(), self.numbers.view(), self.values, self.folded,
            self.numeric, self.both_kinds,
        )  # fmt: skip


class NumberColumn:
    """The numbers of one attribute: parallel arrays of slot and value."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.slots = Growable(np.int32)
        self.numbers = Growable(np.float64)
        self.size = 0

    def extend(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add the next records."""
        slots: list[int] = []
        numbers: list[float] = []
        for record in records:
            for value in scalars(record, self.path):
                if isinstance(value, (int, float)):  # booleans are 1 and 0 here (documented)
                    slots.append(self.size)
                    numbers.append(float(value))
            self.size += 1
        self.slots.extend(np.array(slots, np.int32))
        self.numbers.extend(np.array(numbers, np.float64))

    def view(self) -> tuple[Ints, Floats]:
        """Show the entries: (slots, numbers)."""
        return self.slots.view(), self.numbers.view()


class GeoColumn:
    """The places of every record: parallel arrays of slot, latitude and longitude."""

    def __init__(self) -> None:
        self.slots = Growable(np.int32)
        self.latitudes = Growable(np.float64)
        self.longitudes = Growable(np.float64)
        self.size = 0

    def extend(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add the next records."""
        for record in records:
            for latitude, longitude in places(record):
                self.slots.append(self.size)
                self.latitudes.append(latitude)
                self.longitudes.append(longitude)
            self.size += 1

    def view(self) -> tuple[Ints, Floats, Floats]:
        """Show the entries: (slots, latitudes, longitudes)."""
        return self.slots.view(), self.latitudes.view(), self.longitudes.view()


SORTED_BYTES = 50  # of a text that count for sorting, as documented under service limits


def _sort_value(record: Mapping[str, Any], path: str, limit: int | None) -> float | str | None:
    for value in scalars(record, path):
        if isinstance(value, bool):
            return "true" if value else "false"
        if is_number(value):
            return float(value)
        text = str(value)
        return text if limit is None else text.encode("utf-8", "ignore")[:limit].decode("utf-8", "ignore")
    return None


class SortColumn:
    """One attribute as sortable numbers (nan: missing). Texts get ranks between their neighbours' as they come.

    Booleans sort by their names, as documented. In a column of both kinds, numbers come before texts.
    """

    def __init__(self, path: str, limit: int | None = SORTED_BYTES) -> None:
        self.path = path
        self.limit = limit
        self.keys = Growable(np.float64)
        self.texts: list[str] = []
        self.ranks: list[float] = []
        self._raw: list[float | str | None] = []
        self.size = 0

    def extend(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Add the next records."""
        fresh = [_sort_value(record, self.path, self.limit) for record in records]
        self._raw.extend(fresh)
        self.size += len(fresh)
        new = sorted({value for value in fresh if isinstance(value, str)})
        if len(new) > 32 or not self._place(new):
            self.texts = sorted({*self.texts, *new})
            self.ranks = [1e200 + position * 1e190 for position in range(len(self.texts))]
            keys = np.array([self._key(value) for value in self._raw], np.float64)
            self.keys = Growable(np.float64, keys)
        else:
            self.keys.extend(np.array([self._key(value) for value in fresh], np.float64))

    def _place(self, new: list[str]) -> bool:
        for text in new:
            at = bisect_left(self.texts, text)
            if at < len(self.texts) and self.texts[at] == text:
                continue
            low = self.ranks[at - 1] if at else 1e199
            high = self.ranks[at] if at < len(self.ranks) else low + 1e190
            middle = low + (high - low) / 2
            if not low < middle < high:
                return False
            self.texts.insert(at, text)
            self.ranks.insert(at, middle)
        return True

    def _key(self, value: float | str | None) -> float:
        if value is None:
            return np.nan
        if isinstance(value, float):
            return value
        return self.ranks[bisect_left(self.texts, value)]

    def view(self) -> Floats:
        """Show a key for each slot."""
        return self.keys.view()
