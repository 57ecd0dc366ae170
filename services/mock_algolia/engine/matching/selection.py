"""Which records a search finds, and what every criterion says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.matching.filtering import filter_mask, geo_bucket, geo_mask, scores
from services.mock_algolia.engine.matching.fusion import Fusion, fuse
from services.mock_algolia.engine.matching.matches import Matches
from services.mock_algolia.engine.matching.scoring import Scored, match, run
from services.mock_algolia.engine.query.expansion import make_plan
from services.mock_algolia.engine.query.parsing import Query, parse_query
from services.mock_algolia.engine.query.search_request import SearchRequest
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
    filtered: Bools
    removed: tuple[int, ...] = ()
    fusion: Fusion | None = None


def select(request: SearchRequest, reader: Reader, watch: Stopwatch) -> Selection:
    """Find all matches."""
    query = parse_query(request, reader.settings.tokenizer, reader.dictionaries)
    if request.similar:
        query = query.with_optional(range(len(query.words)))
    allowed = filter_mask(reader, request.filters)
    metres: Floats | None = None
    radius: float | None = None
    if request.place.active:
        allowed, metres, radius = geo_mask(reader, request.place, allowed)
    allowed = _without_hidden(request, reader, allowed)
    scored: Scored | None = None
    removed: tuple[int, ...] = ()
    watch.mark("parsing and filters")
    if query.words or query.excluded:
        plan = make_plan(query, request, reader)
        watch.mark("expansion")
        scored = _tolerated(request, run(reader, plan, request, allowed))
        if not len(scored.slots) and len(query.words) > 1:
            scored, query, removed = _with_fewer_words(request, reader, scored, query, allowed)
        slots = scored.slots
        criteria = (scored.typos, scored.words, scored.proximity, scored.attribute, scored.exact)
    else:
        slots = np.nonzero(allowed)[0]
        criteria = (np.zeros(len(slots), np.int32),) * 5
    matches = Matches(slots, *criteria, _filter_scores(request, reader, slots), _near(request, metres, slots))
    selection = Selection(query, matches, scored, metres, radius, allowed, removed)
    watch.mark("matching")
    if reader.embedder is not None and query.words:
        selection = _fused(request, reader, selection)
        watch.mark("vectors")
    return selection


def _without_hidden(request: SearchRequest, reader: Reader, allowed: Bools) -> Bools:
    """Leave out what rules hide."""
    if not request.effects.hidden:
        return allowed
    allowed = allowed.copy()
    slot_of = reader.snapshot.corpus.slot_of
    for identity in request.effects.hidden:
        slot = slot_of.get(identity, -1)
        if 0 <= slot < reader.slots:
            allowed[slot] = False
    return allowed


def _near(request: SearchRequest, metres: Floats | None, slots: Ints) -> Floats | None:
    return None if metres is None else geo_bucket(metres[slots], request.place)


def _fused(request: SearchRequest, reader: Reader, selection: Selection) -> Selection:
    """Join the keyword matches with those near in meaning."""
    allowed = selection.filtered
    if selection.query.excluded:
        kept = match(reader, Query((), selection.query.excluded), request, allowed)
        allowed = np.zeros(reader.slots, np.bool_)
        allowed[kept.slots] = True
    matches, fusion = fuse(request, reader, selection.query, selection.scored, selection.matches, allowed)
    matches = replace(
        matches,
        geo=_near(request, selection.metres, matches.slots),
        filters=_filter_scores(request, reader, matches.slots),
    )
    return replace(selection, matches=matches, fusion=fusion)


def _filter_scores(request: SearchRequest, reader: Reader, slots: Ints) -> Ints | None:
    """Score each match by the filters; None where nothing scores."""
    adding = request.sum_or_filters_scores
    scored = tuple(group for group in request.filters if any(one.kind != "numeric" for one in group))
    total: Ints | None = None
    if request.optional_filters:
        total = scores(reader, request.optional_filters, slots, adding)
    if scored and (request.ranking_info or any(one.score != 1 or len(group) > 1 for group in scored for one in group)):
        # What a record had to meet to be here, it meets: only in a choice of several may one score more than another.
        more = scores(reader, tuple(group for group in scored if len(group) > 1), slots, adding)
        more += np.int32(sum(group[0].score for group in scored if len(group) == 1))
        total = more if total is None else total + more
    return total


def _tolerated(request: SearchRequest, scored: Scored) -> Scored:
    """Keep the matches with as few typos as typoTolerance `min` or `strict` asks for."""
    if request.typo_tolerance not in ("min", "strict") or not len(scored.slots):
        return scored
    levels = np.unique(scored.typos)
    ceiling = levels[0] if request.typo_tolerance == "min" else levels[:2][-1]
    return scored.take(scored.typos <= ceiling)


def _with_fewer_words(
    request: SearchRequest, reader: Reader, scored: Scored, query: Query, allowed: Bools
) -> tuple[Scored, Query, tuple[int, ...]]:
    """Find what removeWordsIfNoResults finds: (matches, the words that were left, positions of those removed)."""
    mode = request.remove_words_if_no_results
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
            found = run(reader, replace(scored.plan, required=0), request, allowed)
        else:
            looser = query.without(positions)
            found = match(reader, looser, request, allowed)
        found = _tolerated(request, found)
        if len(found.slots):
            return found, looser, positions
    return scored, query, ()
