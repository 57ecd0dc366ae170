"""One search, from its parameters to the documented response."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine import filters as grammar
from services.mock_algolia.engine.arrays import Bools, Floats, Ints
from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.facets import facet_counts, requested, search_values
from services.mock_algolia.engine.fusion import Fusion, fuse
from services.mock_algolia.engine.geo import GeoQuery, geo_query
from services.mock_algolia.engine.hits import HitShaper, Ranked
from services.mock_algolia.engine.languages import Dictionaries, plural_forms
from services.mock_algolia.engine.masks import conjunction, filter_mask, geo_bucket, geo_mask, scores
from services.mock_algolia.engine.matching import Scored, match, run
from services.mock_algolia.engine.plan import make_plan
from services.mock_algolia.engine.query import Query, languages, parse_query
from services.mock_algolia.engine.ranking import Matches, best, keys, ranking_of, relevance
from services.mock_algolia.engine.reader import Reader
from services.mock_algolia.engine.rules import Applied, apply_rules
from services.mock_algolia.engine.schema import search_params
from services.mock_algolia.engine.semantic import Embedder
from services.mock_algolia.engine.settings import parse_sort
from services.mock_algolia.engine.synonyms import Synonyms

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


class Search:
    """One search over one snapshot."""

    def __init__(
        self,
        reader: Reader,
        params: Mapping[str, Any],
        synonyms: Synonyms,
        rules: Sequence[Mapping[str, Any]],
        dictionaries: Dictionaries,
    ) -> None:
        self.began = self._last = time.perf_counter()
        self.spent: list[tuple[str, float]] = []
        self.reader = reader
        self.settings = reader.settings
        self.synonyms = synonyms
        self.dictionaries = dictionaries
        given = self._implied(search_params(params))
        self.original_query = str(given.get("query") or "")
        self.applied = Applied(given)
        if rules and given.get("enableRules", self.settings["enableRules"]):
            self.applied = apply_rules(rules, given, self.settings, self._facet_values, self._alike(given))
            self.applied.params = search_params(self.applied.params)
        self.params: Mapping[str, Any] = self.applied.params
        self.embedder: Embedder | None = None
        self.neural = bool(self.get("mode") == "neuralSearch" and str(self.params.get("query") or "").strip())

    def get(self, name: str) -> Any:
        """A parameter: of the search, else of the index, else the documented default."""
        return self.params.get(name, self.settings.get(name))

    def _implied(self, params: dict[str, Any]) -> dict[str, Any]:
        if params.get("naturalLanguages"):
            spoken = params["naturalLanguages"]
            params.setdefault("removeStopWords", spoken)
            params.setdefault("ignorePlurals", spoken)
            params.setdefault("removeWordsIfNoResults", "allOptional")
            params["ruleContexts"] = [*(params.get("ruleContexts") or []), "natural_language"]
        if params.get("similarQuery"):
            params.update(query=params["similarQuery"], queryType="prefixNone", removeStopWords=True)
        return params

    def _facet_values(self, name: str) -> Iterable[str]:
        if name not in self.settings.faceting:
            return ()
        view = self.reader.facet(name)
        return view.values[: len(view.numbers)]

    def _alike(self, params: Mapping[str, Any]) -> Any:
        spoken = languages(self.settings, "ignorePlurals", params) or ["en"]

        def alike(pattern: str, word: str) -> bool:
            if pattern == word or word in plural_forms(pattern, spoken, self.dictionaries):
                return True
            if any(alternative.words == (pattern,) for alternative in self.synonyms.of([word])):
                return True
            from rapidfuzz.distance import OSA

            return len(word) >= 4 and OSA.distance(pattern, word) <= (2 if len(word) >= 8 else 1)

        return alike

    def _mark(self, part: str) -> None:
        now = time.perf_counter()
        self.spent.append((part, now - self._last))
        self._last = now

    # -- which records

    def select(self) -> Selection:
        """Find all matches."""
        params, reader = self.params, self.reader
        query = parse_query(str(params.get("query") or ""), params, self.settings, self.dictionaries)
        if params.get("similarQuery"):
            query = query.with_optional(range(len(query.words)))
        place = geo_query(params)
        allowed = filter_mask(reader, conjunction(params))
        metres: Floats | None = None
        radius: float | None = None
        if place.active:
            allowed, metres, radius = geo_mask(reader, place, allowed)
        if self.applied.hidden:
            allowed = allowed.copy()
            slot_of = reader.snapshot.corpus.slot_of
            for identity in self.applied.hidden:
                slot = slot_of.get(identity, -1)
                if 0 <= slot < reader.slots:
                    allowed[slot] = False
        scored: Scored | None = None
        removed: tuple[int, ...] = ()
        self._mark("parsing and filters")
        if query.words or query.excluded:
            plan = make_plan(query, params, self.settings, reader.snapshot.dictionary, self.synonyms, self.dictionaries)
            self._mark("expansion")
            scored = self._tolerated(run(reader, plan, params, allowed))
            if not len(scored.slots) and len(query.words) > 1:
                scored, query, removed = self._with_fewer_words(scored, query, allowed)
            slots = scored.slots
            criteria = (scored.typos, scored.words, scored.proximity, scored.attribute, scored.exact)
        else:
            slots = np.nonzero(allowed)[0]
            criteria = (np.zeros(len(slots), np.int32),) * 5
        near = None if metres is None else geo_bucket(metres[slots], place)
        matches = Matches(slots, *criteria, self._filter_scores(slots), near)
        selection = Selection(query, matches, scored, metres, radius, place, allowed, removed)
        if self.neural and self.embedder is not None and query.words:
            self._mark("matching")
            selection = self._fused(selection)
            self._mark("vectors")
            return selection
        self._mark("matching")
        return selection

    def _fused(self, selection: Selection) -> Selection:
        assert self.embedder is not None  # noqa: S101 - the caller looked
        allowed = selection.filtered
        if selection.query.excluded:
            only = Query((), selection.query.excluded)
            kept = match(self.reader, only, self.params, allowed, self.synonyms, self.dictionaries)
            allowed = np.zeros(self.reader.slots, np.bool_)
            allowed[kept.slots] = True
        matches, fusion = fuse(self.reader, selection, allowed, self.embedder, self.synonyms, self.params)
        if selection.metres is not None:
            matches = replace(matches, geo=geo_bucket(selection.metres[matches.slots], selection.geo))
        return replace(selection, matches=replace(matches, filters=self._filter_scores(matches.slots)), fusion=fusion)

    def _filter_scores(self, slots: Ints) -> Ints:
        adding = bool(self.params.get("sumOrFiltersScores"))
        optional = grammar.optional_filters(self.params.get("optionalFilters"))
        scored = tuple(group for group in conjunction(self.params) if any(one.kind != "numeric" for one in group))
        total: Ints = np.zeros(len(slots), np.int32)
        if optional:
            total = total + scores(self.reader, optional, slots, adding)
        if scored and (
            self.params.get("getRankingInfo")
            or any(one.score != 1 or len(group) > 1 for group in scored for one in group)
        ):
            total = total + scores(self.reader, scored, slots, adding)
        return total

    def _tolerated(self, scored: Scored) -> Scored:
        mode = self.get("typoTolerance")
        if mode not in ("min", "strict") or not len(scored.slots):
            return scored
        levels = np.unique(scored.typos)
        ceiling = levels[0] if mode == "min" else levels[:2][-1]
        return scored.take(scored.typos <= ceiling)

    def _with_fewer_words(self, scored: Scored, query: Query, allowed: Bools) -> tuple[Scored, Query, tuple[int, ...]]:
        mode = self.get("removeWordsIfNoResults")
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
                plan = replace(scored.plan, required=0)
                found = run(self.reader, plan, self.params, allowed)
            else:
                looser = query.without(positions)
                found = match(self.reader, looser, self.params, allowed, self.synonyms, self.dictionaries)
            found = self._tolerated(found)
            if len(found.slots):
                return found, looser, positions
        return scored, query, ()

    # -- in which order

    @property
    def relevant_sort(self) -> bool:
        """Whether this is a virtual replica's sort (no other index has one): relevant hits, by custom ranking."""
        return bool(self.settings.get("virtual"))

    def _sorted_part(self, selection: Selection) -> Selection:
        """Only the hits relevant enough for a virtual replica's sort."""
        found = relevance(selection.matches, len(selection.query.words))
        share = int(self.get("relevancyStrictness")) / 100
        kept = np.nonzero(found >= share * (found.max() if len(found) else 0))[0]
        fusion = selection.fusion
        if fusion is not None:
            fusion = Fusion(fusion.keyword[kept], fusion.semantic[kept], fusion.neural[kept])
        return replace(selection, matches=selection.matches.take(kept), fusion=fusion)

    def order(self, selection: Selection, wanted: int) -> tuple[Ints, int]:
        """(positions in the matches of the first `wanted` hits, number of hits). Applies distinct."""
        ranking = ranking_of(self.reader, self.params)
        if self.relevant_sort:
            ranking = ["custom", *(name for name in ranking if name != "custom")]
        if selection.fusion is not None:
            sorts = list(itertools.takewhile(parse_sort, ranking))
            sort_keys = keys(self.reader, selection.matches, ranking[len(sorts) :], True)
            lead = keys(self.reader, selection.matches, sorts, True)[:-1]
            sort_keys = [*lead, -selection.fusion.neural, *sort_keys]
        else:
            sort_keys = keys(self.reader, selection.matches, ranking, selection.scored is not None)
        count = len(selection.matches.slots)
        level = int(self.get("distinct") or 0)
        attribute = self.get("attributeForDistinct")
        if not level or not attribute:
            return best(sort_keys, wanted), count
        order = best(sort_keys, count)
        kept = distinct(self.reader.sort_keys(attribute, "group")[selection.matches.slots[order]], level)
        return order[kept][:wanted], int(kept.sum())

    def window(self) -> tuple[int, int, dict[str, int]]:
        """(first hit, hits wanted, what the response says of paging)."""
        limit = int(self.settings["paginationLimitedTo"])
        if "offset" in self.params or "length" in self.params:
            first = int(self.params.get("offset", 0))
            size = int(self.params.get("length", self.get("hitsPerPage")))
            return first, max(0, min(size, limit - first)), {"offset": first, "length": size}
        size = int(self.get("hitsPerPage"))
        page = int(self.params.get("page", 0))
        first = page * size
        return first, max(0, min(size, limit - first)), {"page": page, "hitsPerPage": size}

    # -- the response

    def response(self, index_name: str) -> dict[str, Any]:
        """The documented search response."""
        selection = self.select()
        every = len(selection.matches.slots)
        if self.relevant_sort:
            selection = self._sorted_part(selection)
        first, size, paging = self.window()
        promoted = self._promoted(selection)
        positions, count = self._ordered(selection, first + size, promoted)
        self._mark("ranking")
        shaper = HitShaper(self.reader, self.params, selection, self.synonyms, bool(self.params.get("getRankingInfo")))
        hits = shaper.hits(positions[first : first + size])
        self._mark("hits")
        out: dict[str, Any] = {"hits": hits, "nbHits": count}
        if "page" in paging:
            limit = int(self.settings["paginationLimitedTo"])
            per_page = paging["hitsPerPage"]
            reachable = min(count, limit)
            out.update(page=paging["page"], nbPages=-(-reachable // per_page) if per_page else 0, hitsPerPage=per_page)
        else:
            out.update(paging)
        facets = self.params.get("facets")
        if facets:
            self._facets(out, selection, facets)
        else:
            out.update(exhaustiveFacetsCount=True)
        self._mark("facets")
        if self.relevant_sort:
            out["nbSortedHits"], out["nbHits"] = count, max(every, count)
        self._notes(out, selection, index_name)
        return self._fields(out)

    def _promoted(self, selection: Selection) -> dict[int, int]:
        wanted: dict[int, int] = {}
        slot_of = self.reader.snapshot.corpus.slot_of
        seen: set[int] = set()
        for position, identity in self.applied.promoted:
            slot = slot_of.get(identity, -1)
            if not 0 <= slot < self.reader.slots or not self.reader.snapshot.alive[slot] or slot in seen:
                continue
            if identity in self.applied.hidden or (self.applied.filter_promotes and not selection.filtered[slot]):
                continue
            while position in wanted:
                position += 1
            wanted[position] = slot
            seen.add(slot)
        return wanted

    def _ordered(self, selection: Selection, wanted: int, promoted: Mapping[int, int]) -> tuple[list[Ranked], int]:
        chosen, count = self.order(selection, wanted)
        slots = selection.matches.slots
        if not promoted:
            return [Ranked(int(slots[at]), int(at)) for at in chosen], count
        special = set(promoted.values())
        place = {int(slot): at for at, slot in enumerate(slots)}
        organic = [Ranked(int(slots[at]), int(at)) for at in chosen if int(slots[at]) not in special]
        total = count + sum(1 for slot in special if slot not in place)
        out: list[Ranked] = []
        rest = iter(organic)
        pending = dict(promoted)
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

    def _facets(self, out: dict[str, Any], selection: Selection, facets: Sequence[str]) -> None:
        limit = int(self.get("maxValuesPerFacet"))
        alphabetical = self.get("sortFacetValuesBy") == "alpha"
        slots: Ints = selection.matches.slots
        after: Ints | None = None
        out["facets"] = {}
        stats: dict[str, Any] = {}
        complete = True
        for name in requested(self.reader, facets):
            counted = slots
            if self.params.get("facetingAfterDistinct") or self.settings.faceting[name].after_distinct:
                if after is None:
                    after = slots[self.order(selection, len(slots))[0]]
                counted = after
            values, whole, found = facet_counts(self.reader, name, counted, limit, alphabetical)
            complete = complete and whole
            if values:
                out["facets"][name] = values
            if found:
                stats[name] = found
        if stats:
            out["facets_stats"] = stats
        out["exhaustiveFacetsCount"] = True
        out["_complete"] = complete

    def _notes(self, out: dict[str, Any], selection: Selection, index_name: str) -> None:
        complete = out.pop("_complete", True)
        exhaustive = {"facetsCount": True, "facetValues": complete, "nbHits": True, "rulesMatch": True, "typo": True}
        if self.get("typoTolerance") in (False, "false"):
            del exhaustive["typo"]
        out["exhaustiveNbHits"] = True
        out["exhaustiveTypo"] = True
        out["exhaustive"] = exhaustive
        out["query"] = self.original_query
        out["params"] = encode_params(self.params)
        out["index"] = index_name
        if selection.removed:
            out["queryAfterRemoval"] = self._after_removal(selection)
        if self.params.get("getRankingInfo"):
            out["parsedQuery"] = selection.query.text
            out["serverUsed"] = "mock"
            out["indexUsed"] = index_name
            out["timeoutCounts"] = False
            out["timeoutHits"] = False
        if selection.geo.centre is not None:
            out["aroundLatLng"] = ",".join(str(number) for number in selection.geo.centre)
            if selection.geo.radius is None and selection.radius is not None:
                out["automaticRadius"] = str(round(selection.radius))
        if self.applied.rules:
            out["appliedRules"] = [{"objectID": identity} for identity in self.applied.rules]
        user_data = [*self.applied.user_data]
        if self.settings["userData"] is not None:
            user_data.append(self.settings["userData"])
        if user_data:
            out["userData"] = user_data
        rendering = self.applied.rendering or self.get("renderingContent")
        out["renderingContent"] = rendering or {}
        out["processingTimeMS"] = max(1, round((time.perf_counter() - self.began) * 1000))
        out["processingTimingsMS"] = {"total": out["processingTimeMS"]}

    def _after_removal(self, selection: Selection) -> str:
        words = parse_query(str(self.params.get("query") or ""), self.params, self.settings, self.dictionaries).words
        removed = set(selection.removed)
        return " ".join(f"<em>{word.text}</em>" if at in removed else word.text for at, word in enumerate(words))

    def _fields(self, out: dict[str, Any]) -> dict[str, Any]:
        wanted = self.get("responseFields")
        if not wanted or "*" in wanted:
            return out
        kept = {"message", "warning", "cursor", "abTestVariantID", "_rankingInfo", *wanted}
        if self.params.get("getRankingInfo"):
            kept |= {"parsedQuery", "serverUsed", "indexUsed", "timeoutCounts", "timeoutHits"}
        return {name: value for name, value in out.items() if name in kept}

    def facet_values(self, facet: str, facet_query: str) -> dict[str, Any]:
        """The response of a facet value search."""
        declared = self.settings.faceting.get(facet)
        if declared is None or not declared.searchable:
            raise BadRequest(
                f"Cannot search in `{facet}` attribute, you need to add `searchable({facet})` to attributesForFaceting."
            )
        selection = self.select()
        words = self.settings.tokenizer.words(facet_query)
        limit = int(self.params.get("maxFacetHits", 10))
        tags = (str(self.get("highlightPreTag")), str(self.get("highlightPostTag")))
        hits = search_values(
            self.reader, facet, selection.matches.slots, words, limit, self.get("sortFacetValuesBy") == "alpha", tags
        )
        return {
            "facetHits": hits,
            "exhaustiveFacetsCount": True,
            "exhaustive": {"facetsCount": True},
            "processingTimeMS": max(1, round((time.perf_counter() - self.began) * 1000)),
        }


def distinct(group: Floats, level: int) -> Bools:
    """Which of ordered hits stay when each group keeps its first `level`; hits without the attribute all stay."""
    kept = np.ones(len(group), np.bool_)
    order = np.argsort(group, kind="stable")
    ordered = group[order]
    seen = np.arange(len(group), dtype=np.int64)
    fresh: npt.NDArray[Any] = np.ones(len(group), np.bool_)
    fresh[1:] = ordered[1:] != ordered[:-1]
    start = np.maximum.accumulate(np.where(fresh, seen, 0)) if len(group) else seen
    kept[order] = (seen - start < level) | np.isnan(ordered)
    return kept


def encode_params(params: Mapping[str, Any]) -> str:
    """The `params` field of a response: the parameters url-encoded, structures as JSON."""
    import json

    flat = {
        name: value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        for name, value in params.items()
    }
    return urlencode(flat, errors="replace")
