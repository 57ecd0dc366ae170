"""Which records a search finds, and what every criterion says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.matching.filtering import conjunction, filter_mask, geo_bucket, geo_mask, scores
from services.mock_algolia.engine.matching.fusion import Fusion, fuse
from services.mock_algolia.engine.matching.matches import Matches
from services.mock_algolia.engine.matching.scoring import Scored, match, run
from services.mock_algolia.engine.parameters import filter_grammar as grammar
from services.mock_algolia.engine.parameters.geo import GeoQuery, geo_query
from services.mock_algolia.engine.query.expansion import make_plan
from services.mock_algolia.engine.query.parsing import Query, parse_query
from services.mock_algolia.engine.query.search_request import Asked
from services.mock_algolia.engine.stopwatch import Stopwatch

MAX_REMOVED = 5  # words that removeWordsIfNoResults takes away at most (documented)


@dataclass(frozen=True)
class Selection:
    """All matches of a search in criteria arrays, and what was found on the way."""

    query: Query
    matches: Matches
    scored: Scored | None
    metres: Floats | None
    radius: float | None
    geo: GeoQuery
    filtered: Bools
    removed: tuple[int, ...] = ()
    fusion: Fusion | None = None


def select(asked: Asked, watch: Stopwatch) -> Selection:
    """Find all matches."""
    params, reader = asked.params, asked.reader
    query = parse_query(str(params.get("query") or ""), params, asked.settings, asked.dictionaries)
    if params.get("similarQuery"):
        query = query.with_optional(range(len(query.words)))
    place = geo_query(params)
    allowed = filter_mask(reader, conjunction(params))
    metres: Floats | None = None
    radius: float | None = None
    if place.active:
        allowed, metres, radius = geo_mask(reader, place, allowed)
    allowed = _without_hidden(asked, allowed)
    scored: Scored | None = None
    removed: tuple[int, ...] = ()
    watch.mark("parsing and filters")
    if query.words or query.excluded:
        plan = make_plan(query, params, asked.settings, reader.snapshot.dictionary, asked.synonyms, asked.dictionaries)
        watch.mark("expansion")
        scored = _tolerated(asked, run(reader, plan, params, allowed))
        if not len(scored.slots) and len(query.words) > 1:
            scored, query, removed = _with_fewer_words(asked, scored, query, allowed)
        slots = scored.slots
        criteria = (scored.typos, scored.words, scored.proximity, scored.attribute, scored.exact)
    else:
        slots = np.nonzero(allowed)[0]
        criteria = (np.zeros(len(slots), np.int32),) * 5
    near = None if metres is None else geo_bucket(metres[slots], place)
    matches = Matches(slots, *criteria, _filter_scores(asked, slots), near)
    selection = Selection(query, matches, scored, metres, radius, place, allowed, removed)
    watch.mark("matching")
    if asked.embedder is not None and query.words:
        selection = _fused(asked, selection)
        watch.mark("vectors")
    return selection


def _without_hidden(asked: Asked, allowed: Bools) -> Bools:
    """Leave out what rules hide."""
    if not asked.applied.hidden:
        return allowed
    allowed = allowed.copy()
    slot_of = asked.reader.snapshot.corpus.slot_of
    for identity in asked.applied.hidden:
        slot = slot_of.get(identity, -1)
        if 0 <= slot < asked.reader.slots:
            allowed[slot] = False
    return allowed


def _fused(asked: Asked, selection: Selection) -> Selection:
    """Join the keyword matches with those near in meaning."""
    assert asked.embedder is not None  # noqa: S101 - the caller looked
    reader, allowed = asked.reader, selection.filtered
    if selection.query.excluded:
        only = Query((), selection.query.excluded)
        kept = match(reader, only, asked.params, allowed, asked.synonyms, asked.dictionaries)
        allowed = np.zeros(reader.slots, np.bool_)
        allowed[kept.slots] = True
    matches, fusion = fuse(reader, selection, allowed, asked.embedder, asked.synonyms, asked.params)
    if selection.metres is not None:
        matches = replace(matches, geo=geo_bucket(selection.metres[matches.slots], selection.geo))
    return replace(selection, matches=replace(matches, filters=_filter_scores(asked, matches.slots)), fusion=fusion)


def _filter_scores(asked: Asked, slots: Ints) -> Ints | None:
    """The filters score of each match; None where nothing scores."""
    adding = bool(asked.params.get("sumOrFiltersScores"))
    optional = grammar.optional_filters(asked.params.get("optionalFilters"))
    scored = tuple(group for group in conjunction(asked.params) if any(one.kind != "numeric" for one in group))
    total: Ints | None = None
    if optional:
        total = scores(asked.reader, optional, slots, adding)
    if scored and (
        asked.params.get("getRankingInfo") or any(one.score != 1 or len(group) > 1 for group in scored for one in group)
    ):
        more = scores(asked.reader, scored, slots, adding)
        total = more if total is None else total + more
    return total


def _tolerated(asked: Asked, scored: Scored) -> Scored:
    """Only the matches with as few typos as typoTolerance `min` or `strict` asks for."""
    mode = asked.get("typoTolerance")
    if mode not in ("min", "strict") or not len(scored.slots):
        return scored
    levels = np.unique(scored.typos)
    ceiling = levels[0] if mode == "min" else levels[:2][-1]
    return scored.take(scored.typos <= ceiling)


def _with_fewer_words(
    asked: Asked, scored: Scored, query: Query, allowed: Bools
) -> tuple[Scored, Query, tuple[int, ...]]:
    """What removeWordsIfNoResults finds: (matches, the words that were left, positions of those removed)."""
    mode = asked.get("removeWordsIfNoResults")
    size = len(query.words)
    attempts: list[tuple[int, ...]] = []
    if mode == "allOptional":
        attempts = [tuple(range(size))]
    elif mode in ("lastWords", "firstWords"):
        order = range(size - 1, 0, -1) if mode == "lastWords" else range(size - 1)
        attempts = [tuple(order[: count + 1]) for count in range(min(len(order), MAX_REMOVED))]
    for positions in attempts:
        if mode == "allOptional":
            looser = query.with_optional(positions)
            found = run(asked.reader, replace(scored.plan, required=0), asked.params, allowed)
        else:
            looser = query.without(positions)
            found = match(asked.reader, looser, asked.params, allowed, asked.synonyms, asked.dictionaries)
        found = _tolerated(asked, found)
        if len(found.slots):
            return found, looser, positions
    return scored, query, ()
