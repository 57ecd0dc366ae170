"""The fields of a response beside its hits: facets, and what a search says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from services.mock_algolia.engine.arrays import Ints
from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.query.parsing import parse_query
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.ranking.ordering import order
from services.mock_algolia.engine.response.facets import facet_counts, requested

_RANKING_INFO = ("parsedQuery", "serverUsed", "indexUsed", "timeoutCounts", "timeoutHits")
_ALWAYS = ("message", "warning", "cursor", "abTestVariantID", "_rankingInfo")
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def facets(request: SearchRequest, reader: Reader, selection: Selection) -> tuple[dict[str, Any], bool]:
    """Count facets: (the response's fields on them, whether every value of every facet is in them)."""
    slots: Ints = selection.matches.slots
    after: Ints | None = None
    counts: dict[str, Any] = {}
    stats: dict[str, Any] = {}
    complete = True
    for name in requested(reader, request.facets):
        counted = slots
        if request.faceting_after_distinct or reader.settings.faceting[name].after_distinct:
            if after is None:
                after = slots[order(request, reader, selection, len(slots)).positions]
            counted = after
        values, whole, found = facet_counts(reader, name, counted, request.max_values_per_facet, request.facets_by_name)
        complete = complete and whole
        if values:
            counts[name] = values
        if found:
            stats[name] = found
    out: dict[str, Any] = {"facets": counts}
    if stats:
        out["facets_stats"] = stats
    out["exhaustiveFacetsCount"] = True
    return out, complete


def notes(
    request: SearchRequest, reader: Reader, selection: Selection, index_name: str, complete: bool, milliseconds: int
) -> dict[str, Any]:
    """Say of the search what the response says of it."""
    effects, place = request.effects, request.place
    exhaustive = {"nbHits": True}
    if request.facets:
        exhaustive |= {"facetsCount": True, "facetValues": complete}
    if effects.rules:
        exhaustive["rulesMatch"] = True
    if request.typo_tolerance != "false":
        exhaustive["typo"] = True
    out: dict[str, Any] = {
        "exhaustiveNbHits": True, "exhaustiveTypo": True, "exhaustive": exhaustive, "query": request.original_query,
        "params": encode_params(request.given), "index": index_name,
    }  # fmt: skip
    if selection.removed:
        out["queryAfterRemoval"] = _after_removal(request, reader, selection)
    if request.ranking_info:
        out["parsedQuery"] = selection.query.text
        out["serverUsed"] = "mock"
        out["indexUsed"] = index_name
        out["timeoutCounts"] = False
        out["timeoutHits"] = False
    if place.centre is not None:
        out["aroundLatLng"] = ",".join(str(number) for number in place.centre)
        if place.radius is None and selection.radius is not None:
            out["automaticRadius"] = str(round(selection.radius))
    if effects.rules:
        out["appliedRules"] = [{"objectID": identity} for identity in effects.rules]
    if request.user_data:
        out["userData"] = list(request.user_data)
    out["renderingContent"] = request.rendering_content
    out["processingTimeMS"] = milliseconds
    out["processingTimingsMS"] = {"total": milliseconds}
    return out


def _after_removal(request: SearchRequest, reader: Reader, selection: Selection) -> str:
    """Write the query with the words that were removed marked."""
    words = parse_query(request, reader.settings.tokenizer, reader.dictionaries).words
    removed = set(selection.removed)
    return " ".join(f"<em>{word.text}</em>" if at in removed else word.text for at, word in enumerate(words))


def chosen_fields(request: SearchRequest, out: dict[str, Any]) -> dict[str, Any]:
    """Keep the fields that `responseFields` asks for, and those that always come."""
    wanted = request.response_fields
    if not wanted or "*" in wanted:
        return out
    kept = {*_ALWAYS, *wanted}
    if request.ranking_info:
        kept.update(_RANKING_INFO)
    return {name: value for name, value in out.items() if name in kept}


def encode_params(params: Mapping[str, Any]) -> str:
    """Write the `params` field of a response: the parameters url-encoded, structures as JSON."""
    return "&".join(
        [_pair(name, value if isinstance(value, str) else _written(value)) for name, value in params.items()]
    )


@lru_cache(maxsize=1024)
def _pair(name: str, text: str) -> str:
    return urlencode({name: text}, errors="replace")


def _written(value: Any) -> str:
    if type(value) is list and set(map(type, value)) == {str}:
        return _list_written(tuple(value))
    return str(value) if type(value) is int else _compact(value)


@lru_cache(maxsize=256)
def _list_written(texts: tuple[str, ...]) -> str:
    return _compact(texts)
