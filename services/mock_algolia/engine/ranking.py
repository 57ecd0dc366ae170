"""Tie-breaking: records in the order of the ranking criteria, lexicographically, over all matches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.arrays import Floats, Ints
from services.mock_algolia.engine.reader import Reader
from services.mock_algolia.engine.settings import CRITERIA, parse_sort

Key = npt.NDArray[Any]


@dataclass(frozen=True)
class Matches:
    """The matching records and what the criteria say of each, in parallel arrays."""

    slots: Ints
    typos: Ints
    words: Ints
    proximity: Ints
    attribute: Ints
    exact: Ints
    filters: Ints
    geo: Floats | None

    def take(self, chosen: npt.NDArray[Any]) -> Matches:
        """The chosen ones."""
        return Matches(
            self.slots[chosen], self.typos[chosen], self.words[chosen], self.proximity[chosen],
            self.attribute[chosen], self.exact[chosen], self.filters[chosen],
            None if self.geo is None else self.geo[chosen],
        )  # fmt: skip


def ranking_of(reader: Reader, params: Mapping[str, Any]) -> list[str]:
    """The criteria in force. `min` and `strict` put typo first, similarQuery puts words first (both documented)."""
    ranking = list(params.get("ranking") or reader.settings["ranking"])
    if params.get("typoTolerance", reader.settings["typoTolerance"]) in ("min", "strict"):
        ranking = ["typo", *(name for name in ranking if name != "typo")]
    if params.get("similarQuery"):
        ranking = ["words", *(name for name in ranking if name != "words")]
    return ranking


def _sorted_key(values: Floats, descending: bool) -> Key:
    key = -values if descending else values
    return np.where(np.isnan(key), np.inf, key)


def keys(reader: Reader, matches: Matches, ranking: Sequence[str], searching: bool) -> list[Key]:
    """One ascending key per criterion that can tell records apart, in order; the last is the order of arrival."""
    out: list[Key] = []

    def add(key: Key) -> None:
        out.append(key)

    has_attributes = bool(reader.settings.searchable)
    for name in ranking:
        if name in CRITERIA and name not in ("geo", "filters", "custom"):
            if not searching or (name == "attribute" and not has_attributes):
                continue
            match name:
                case "typo":
                    add(matches.typos)
                case "words":
                    add(-matches.words)
                case "proximity":
                    add(matches.proximity)
                case "attribute":
                    add(matches.attribute)
                case _:
                    add(-matches.exact)
        elif name == "geo":
            if matches.geo is not None:
                add(matches.geo)
        elif name == "filters":
            add(-matches.filters)
        elif name == "custom":
            for sort in reader.settings.custom_ranking:
                add(_sorted_key(reader.sort_keys(sort.name)[matches.slots], sort.descending))
        elif sort_by := parse_sort(name):
            add(_sorted_key(reader.sort_keys(sort_by.name)[matches.slots], sort_by.descending))
    add(reader.snapshot.sequence[matches.slots])
    return out


def best(keys_: Sequence[Key], wanted: int) -> Ints:
    """Positions of the `wanted` first records in order; exact, without sorting what cannot be among them."""
    count = len(keys_[0])
    wanted = min(wanted, count)
    if wanted <= 0:
        return np.empty(0, np.int32)
    tied = np.arange(count)
    sure: list[npt.NDArray[Any]] = []
    need = wanted
    for key in keys_:
        if len(tied) <= max(4 * need, 64):
            break
        values = key[tied]
        edge = np.partition(values, need - 1)[need - 1]
        below = values < edge
        sure.append(tied[below])
        need -= len(sure[-1])
        tied = tied[values == edge]
    chosen = np.concatenate([*sure, tied])
    order = np.lexsort([key[chosen] for key in reversed(keys_)])
    return chosen[order][:wanted].astype(np.int32)


def relevance(matches: Matches, words: int) -> Floats:
    """How well each record matches the text, between 0 and 1: its words, less a quarter for each typo."""
    if not words:
        return np.ones(len(matches.slots), np.float64)
    return np.asarray(np.clip((matches.words - 0.25 * matches.typos) / words, 0.0, 1.0), np.float64)
