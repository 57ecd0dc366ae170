"""Which hits come first: ties broken, groups kept, promoted records in their places, and only the page asked for."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.parameters.settings import parse_sort
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.ranking.criteria import Criterion, at_positions, best, criteria, relevance


class Ranked(NamedTuple):
    """A hit: its slot, its position among the matches (-1: promoted without matching), promoted or not.

    `behind` counts the hits of its group that stand before it: 0 but for grouping (`distinct` of 2 and more).
    """

    slot: int
    at: int
    promoted: bool = False
    behind: int = 0


class Standing(NamedTuple):
    """What each criterion saw of a hit, by name, less being better; `by`: a place that no criterion gave."""

    saw: dict[str, float]
    by: str
    """`rule`: promoted; `group`: behind the best of its group; empty: ranked."""


class Order(NamedTuple):
    """Positions among the matches, how many of its group stand before each (None: never any), how many groups."""

    positions: Ints
    behind: Ints | None
    groups: int


def sorted_part(request: SearchRequest, selection: Selection) -> Selection:
    """Keep the hits relevant enough for a virtual replica's sort."""
    found = relevance(selection.matches, len(selection.query.words))
    share = request.relevancy_strictness / 100
    kept = np.nonzero(found >= share * (found.max() if len(found) else 0))[0]
    fusion = selection.fusion
    return replace(
        selection, matches=selection.matches.take(kept), fusion=None if fusion is None else fusion.take(kept)
    )


def order(request: SearchRequest, reader: Reader, selection: Selection, wanted: int) -> Order:
    """Order the matches, the first `wanted` of them. Applies distinct: of grouped hits it gives `wanted` groups."""
    matches = selection.matches
    sort_keys = [criterion.key for criterion in tie_break(request, reader, selection)]
    count = len(matches.slots)
    if not request.distinct or not request.distinct_by:
        return Order(best(sort_keys, count, wanted), None, count)
    ordered = best(sort_keys, count, count)
    groups = reader.sort_keys(request.distinct_by, "group")[matches.slots[ordered]]
    kept = distinct(groups, request.distinct)
    if request.distinct == 1:
        return Order(ordered[kept][:wanted], None, int(kept.sum()))
    arranged, behind = together(groups[kept])
    shown = np.cumsum(behind == 0) <= wanted
    return Order(ordered[kept][arranged][shown], behind[shown], int(np.count_nonzero(behind == 0)))


def tie_break(request: SearchRequest, reader: Reader, selection: Selection) -> list[Criterion]:
    """List the criteria of a search, each where the ranking has it."""
    matches, ranking = selection.matches, request.ranking
    if request.relevant_sort:
        ranking = ("custom", *(name for name in ranking if name != "custom"))
    if selection.fusion is None:
        return criteria(reader, matches, ranking, selection.scored is not None)
    sorts = list(itertools.takewhile(parse_sort, ranking))
    lead = criteria(reader, matches, sorts, True)[:-1]
    meaning = Criterion("neural", at_positions(-selection.fusion.neural))
    return [*lead, meaning, *criteria(reader, matches, ranking[len(sorts) :], True)]


def promoted(request: SearchRequest, reader: Reader, selection: Selection) -> dict[int, int]:
    """Place the records that rules promote: position → slot."""
    wanted: dict[int, int] = {}
    effects, snapshot = request.effects, reader.snapshot
    seen: set[int] = set()
    for position, identity in effects.promoted:
        slot = snapshot.corpus.slot_of.get(identity, -1)
        if not 0 <= slot < reader.slots or not snapshot.alive[slot] or slot in seen:
            continue
        if identity in effects.hidden or (effects.filter_promotes and not selection.filtered[slot]):
            continue
        while position in wanted:
            position += 1
        wanted[position] = slot
        seen.add(slot)
    return wanted


def rank(
    request: SearchRequest, reader: Reader, selection: Selection, wanted: int, places: Mapping[int, int]
) -> tuple[list[Ranked], int]:
    """Rank the matches: (the first `wanted` hits or groups, promoted records in their `places`; how many there are)."""
    chosen, behind, count = order(request, reader, selection, wanted)
    slots = selection.matches.slots
    if not places:
        if behind is None:
            return list(map(Ranked, slots[chosen].tolist(), chosen.tolist())), count
        never = itertools.repeat(False)
        return list(map(Ranked, slots[chosen].tolist(), chosen.tolist(), never, behind.tolist())), count
    special = set(places.values())
    place = {int(slot): at for at, slot in enumerate(slots)}
    organic = [Ranked(int(slots[at]), int(at)) for at in chosen if int(slots[at]) not in special]
    total = count + sum(1 for slot in special if slot not in place)
    out: list[Ranked] = []
    rest = iter(organic)
    pending = dict(places)
    while len(out) < wanted:
        if len(out) in pending:
            slot = pending.pop(len(out))
            out.append(Ranked(slot, place.get(slot, -1), True))
            continue
        following = next(rest, None)
        if following is None:
            out.extend(Ranked(slot, place.get(slot, -1), True) for _, slot in sorted(pending.items()))
            break
        out.append(following)
    return out, total


def page(ranked: Sequence[Ranked], first: int, size: int) -> list[Ranked]:
    """Give `size` places from place `first` on: a place is a hit, or a group of hits."""
    if not any(one.behind for one in ranked):
        return list(ranked[first : first + size])
    place = itertools.accumulate(one.behind == 0 for one in ranked)
    return [one for one, at in zip(ranked, place, strict=True) if first < at <= first + size]


def standing(request: SearchRequest, reader: Reader, selection: Selection, ranked: Sequence[Ranked]) -> list[Standing]:
    """Tell of ranked hits what every criterion of the tie-break saw."""
    matched = [one.at for one in ranked if one.at >= 0]
    chosen = np.array(matched, np.int32)
    columns = {found.name: found.key(chosen).tolist() for found in tie_break(request, reader, selection)}
    saw = {at: {name: column[row] for name, column in columns.items()} for row, at in enumerate(matched)}
    return [Standing(saw.get(one.at, {}), "rule" if one.promoted else "group" if one.behind else "") for one in ranked]


def together(group: Floats) -> tuple[Ints, Ints]:
    """Put each group of ordered hits where its best one stands: (positions, how many of its group before each)."""
    places = np.arange(len(group))
    named = np.where(np.isnan(group), -1.0 - places, group)  # a hit without the attribute is a group of its own
    _, firsts, inverse = np.unique(named, return_index=True, return_inverse=True)
    leaders = firsts[inverse]
    arranged = np.argsort(leaders, kind="stable")
    begins = np.where(leaders[arranged] == arranged, places, 0)
    return arranged, places - np.maximum.accumulate(begins) if len(group) else places


def distinct(group: Floats, level: int) -> Bools:
    """Tell which of ordered hits stay when each group keeps its first `level`; hits without the attribute all stay."""
    kept = np.ones(len(group), np.bool_)
    by_group = np.argsort(group, kind="stable")
    ordered = group[by_group]
    seen = np.arange(len(group), dtype=np.int64)
    fresh: npt.NDArray[Any] = np.ones(len(group), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(fresh, seen, 0)) if len(group) else seen
    kept[by_group] = (seen - start < level) | np.isnan(ordered)
    return kept
