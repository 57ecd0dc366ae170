"""Tie-breaking: records in the order of the ranking criteria, lexicographically, over all matches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.arrays import Floats, Ints
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.matching.matches import Matches
from services.mock_algolia.engine.parameters.settings import CRITERIA, Sort, parse_sort
from services.mock_algolia.engine.weights import TYPO_RELEVANCE

Values = npt.NDArray[Any]
Key = Callable[[Any], Values]
"""Which of the matches (positions, or a slice) → one ascending value each; worked out for no more than are asked."""
ALL = slice(None)
ARRIVAL = "arrival"


def at_positions(values: Values) -> Key:
    """Make the key of known values."""
    return values.__getitem__


def _falling(values: Values) -> Key:
    return lambda chosen: -values[chosen]


def _sorting(column: Floats, slots: Ints, descending: bool) -> Key:
    """Make the key of an attribute; records without it come last."""

    def key(chosen: Any) -> Values:
        values = column[slots[chosen]]
        values = -values if descending else values
        return np.where(np.isnan(values), np.inf, values)

    return key


class Criterion(NamedTuple):
    """What may tell records apart: its name (`custom` is spelled out: `desc(likes)`), and the key that sorts by it."""

    name: str
    key: Key


def criteria(reader: Reader, matches: Matches, ranking: Sequence[str], searching: bool) -> list[Criterion]:
    """List the criteria that can tell records apart, in order; the last is the order of arrival."""
    out: list[Criterion] = []
    for name in ranking:
        if name in CRITERIA and name not in ("geo", "filters", "custom"):
            if not searching or (name == "attribute" and not reader.settings.searchable):
                continue
            match name:
                case "typo":
                    out.append(Criterion(name, at_positions(matches.typos)))
                case "words":
                    out.append(Criterion(name, _falling(matches.words)))
                case "proximity":
                    out.append(Criterion(name, at_positions(matches.proximity)))
                case "attribute":
                    out.append(Criterion(name, at_positions(matches.attribute)))
                case _:
                    out.append(Criterion(name, _falling(matches.exact)))
        elif name == "geo":
            if matches.geo is not None:
                out.append(Criterion(name, at_positions(matches.geo)))
        elif name == "filters":
            if matches.filters is not None:
                out.append(Criterion(name, _falling(matches.filters)))
        elif name == "custom":
            out.extend(_by_attribute(reader, matches, sort) for sort in reader.settings.custom_ranking)
        elif sort_by := parse_sort(name):
            out.append(_by_attribute(reader, matches, sort_by))
    out.append(Criterion(ARRIVAL, lambda chosen: reader.snapshot.sequence[matches.slots[chosen]]))
    return out


def _by_attribute(reader: Reader, matches: Matches, sort: Sort) -> Criterion:
    name = f"{'desc' if sort.descending else 'asc'}({sort.name})"
    return Criterion(name, _sorting(reader.sort_keys(sort.name), matches.slots, sort.descending))


def best(keys_: Sequence[Key], count: int, wanted: int) -> Ints:
    """Find the `wanted` first of `count` matches in order; exact, without sorting what cannot be among them."""
    wanted = min(wanted, count)
    if wanted <= 0:
        return np.empty(0, np.int32)
    tied: Ints | None = None  # those that may be among the first, all equal so far; None: every match
    sure: list[Ints] = []
    need, left = wanted, count
    for key in keys_:
        if left <= max(4 * need, 64):
            break
        values = key(ALL if tied is None else tied)
        edge = values.min()
        at_edge = values == edge
        size = int(np.count_nonzero(at_edge))
        if size == left:
            continue
        if size < need:
            edge = np.partition(values, need - 1)[need - 1]
            at_edge = values == edge
            below = np.nonzero(values < edge)[0]
            sure.append(below if tied is None else tied[below])
            need -= len(below)
        tied = np.nonzero(at_edge)[0] if tied is None else tied[at_edge]
        left = len(tied)
    if tied is None:
        return np.lexsort([key(ALL) for key in reversed(keys_)])[:wanted]
    chosen = np.concatenate([*sure, tied])
    return chosen[np.lexsort([key(chosen) for key in reversed(keys_)])][:wanted]


def relevance(matches: Matches, words: int) -> Floats:
    """Say how well each record matches the text, between 0 and 1: its words, less something for each typo."""
    if not words:
        return np.ones(len(matches.slots), np.float64)
    return np.asarray(np.clip((matches.words - TYPO_RELEVANCE * matches.typos) / words, 0.0, 1.0), np.float64)
