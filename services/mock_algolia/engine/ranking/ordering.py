"""Which hits come first: ties broken, groups kept, promoted records in their places, and only the page asked for."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.matching.fusion import Fusion
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.parameters.settings import parse_sort
from services.mock_algolia.engine.query.search_request import Asked
from services.mock_algolia.engine.ranking.criteria import at_positions, best, keys, ranking_of, relevance


class Ranked(NamedTuple):
    """A hit: its slot, its position among the matches (-1: promoted without matching), promoted or not."""

    slot: int
    at: int
    promoted: bool = False


@dataclass(frozen=True)
class Window:
    """The part of the hits that was asked for, and what the response says of it."""

    first: int
    size: int
    paging: dict[str, int]

    @classmethod
    def of(cls, asked: Asked) -> Window:
        """The window of `page` and `hitsPerPage`, or `offset` and `length`."""
        params, limit = asked.params, int(asked.settings["paginationLimitedTo"])
        if "offset" in params or "length" in params:
            first = int(params.get("offset", 0))
            size = int(params.get("length", asked.get("hitsPerPage")))
            paging = {"offset": first, "length": size}
        else:
            size = int(asked.get("hitsPerPage"))
            page = int(params.get("page", 0))
            first = page * size
            paging = {"page": page, "hitsPerPage": size}
        return cls(first, max(0, min(size, limit - first)), paging)

    def counted(self, count: int, limit: int) -> dict[str, int]:
        """What the response says of paging when so many hits were found."""
        if "page" not in self.paging:
            return self.paging
        per_page = self.paging["hitsPerPage"]
        pages = -(-min(count, limit) // per_page) if per_page else 0
        return {"page": self.paging["page"], "nbPages": pages, "hitsPerPage": per_page}


def sorted_part(asked: Asked, selection: Selection) -> Selection:
    """Only the hits relevant enough for a virtual replica's sort."""
    found = relevance(selection.matches, len(selection.query.words))
    share = int(asked.get("relevancyStrictness")) / 100
    kept = np.nonzero(found >= share * (found.max() if len(found) else 0))[0]
    fusion = selection.fusion
    if fusion is not None:
        fusion = Fusion(fusion.keyword[kept], fusion.semantic[kept], fusion.neural[kept])
    return replace(selection, matches=selection.matches.take(kept), fusion=fusion)


def order(asked: Asked, selection: Selection, wanted: int) -> tuple[Ints, int]:
    """(positions in the matches of the first `wanted` hits, number of hits). Applies distinct."""
    reader, matches = asked.reader, selection.matches
    ranking = ranking_of(reader, asked.params)
    if asked.relevant_sort:
        ranking = ["custom", *(name for name in ranking if name != "custom")]
    if selection.fusion is not None:
        sorts = list(itertools.takewhile(parse_sort, ranking))
        sort_keys = keys(reader, matches, ranking[len(sorts) :], True)
        lead = keys(reader, matches, sorts, True)[:-1]
        sort_keys = [*lead, at_positions(-selection.fusion.neural), *sort_keys]
    else:
        sort_keys = keys(reader, matches, ranking, selection.scored is not None)
    count = len(matches.slots)
    level = int(asked.get("distinct") or 0)
    attribute = asked.get("attributeForDistinct")
    if not level or not attribute:
        return best(sort_keys, count, wanted), count
    ordered = best(sort_keys, count, count)
    kept = distinct(reader.sort_keys(attribute, "group")[matches.slots[ordered]], level)
    return ordered[kept][:wanted], int(kept.sum())


def promoted(asked: Asked, selection: Selection) -> dict[int, int]:
    """Position → slot of the records that rules promote."""
    wanted: dict[int, int] = {}
    applied, snapshot = asked.applied, asked.reader.snapshot
    seen: set[int] = set()
    for position, identity in applied.promoted:
        slot = snapshot.corpus.slot_of.get(identity, -1)
        if not 0 <= slot < asked.reader.slots or not snapshot.alive[slot] or slot in seen:
            continue
        if identity in applied.hidden or (applied.filter_promotes and not selection.filtered[slot]):
            continue
        while position in wanted:
            position += 1
        wanted[position] = slot
        seen.add(slot)
    return wanted


def rank(asked: Asked, selection: Selection, wanted: int, places: Mapping[int, int]) -> tuple[list[Ranked], int]:
    """(the first `wanted` hits, promoted records in their `places`; the number of hits)."""
    chosen, count = order(asked, selection, wanted)
    slots = selection.matches.slots
    if not places:
        return list(map(Ranked, slots[chosen].tolist(), chosen.tolist())), count
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


def distinct(group: Floats, level: int) -> Bools:
    """Which of ordered hits stay when each group keeps its first `level`; hits without the attribute all stay."""
    kept = np.ones(len(group), np.bool_)
    by_group = np.argsort(group, kind="stable")
    ordered = group[by_group]
    seen = np.arange(len(group), dtype=np.int64)
    fresh: npt.NDArray[Any] = np.ones(len(group), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(fresh, seen, 0)) if len(group) else seen
    kept[by_group] = (seen - start < level) | np.isnan(ordered)
    return kept
