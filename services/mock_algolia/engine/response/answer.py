"""The fields of a response beside its hits: facets, and what a search says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from services.mock_algolia.engine.arrays import Ints
from services.mock_algolia.engine.matching.selection import Selection
from services.mock_algolia.engine.query.parsing import parse_query
from services.mock_algolia.engine.query.search_request import Asked
from services.mock_algolia.engine.ranking.ordering import order
from services.mock_algolia.engine.response.facets import facet_counts, requested

_RANKING_INFO = ("parsedQuery", "serverUsed", "indexUsed", "timeoutCounts", "timeoutHits")
_ALWAYS = ("message", "warning", "cursor", "abTestVariantID", "_rankingInfo")
_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def facets(asked: Asked, selection: Selection, names: Sequence[str]) -> tuple[dict[str, Any], bool]:
    """(the response's fields on facets, whether every value of every facet is in them)."""
    limit = int(asked.get("maxValuesPerFacet"))
    alphabetical = asked.get("sortFacetValuesBy") == "alpha"
    slots: Ints = selection.matches.slots
    after: Ints | None = None
    counts: dict[str, Any] = {}
    stats: dict[str, Any] = {}
    complete = True
    for name in requested(asked.reader, names):
        counted = slots
        if asked.params.get("facetingAfterDistinct") or asked.settings.faceting[name].after_distinct:
            if after is None:
                after = slots[order(asked, selection, len(slots))[0]]
            counted = after
        values, whole, found = facet_counts(asked.reader, name, counted, limit, alphabetical)
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
    asked: Asked, selection: Selection, index_name: str, original_query: str, complete: bool, milliseconds: int
) -> dict[str, Any]:
    """What the response says of the search."""
    params, applied = asked.params, asked.applied
    exhaustive = {"nbHits": True}
    if params.get("facets"):
        exhaustive |= {"facetsCount": True, "facetValues": complete}
    if applied.rules:
        exhaustive["rulesMatch"] = True
    if asked.get("typoTolerance") not in (False, "false"):
        exhaustive["typo"] = True
    out: dict[str, Any] = {
        "exhaustiveNbHits": True, "exhaustiveTypo": True, "exhaustive": exhaustive, "query": original_query,
        "params": encode_params(params), "index": index_name,
    }  # fmt: skip
    if selection.removed:
        out["queryAfterRemoval"] = _after_removal(asked, selection)
    if params.get("getRankingInfo"):
        out["parsedQuery"] = selection.query.text
        out["serverUsed"] = "mock"
        out["indexUsed"] = index_name
        out["timeoutCounts"] = False
        out["timeoutHits"] = False
    if selection.geo.centre is not None:
        out["aroundLatLng"] = ",".join(str(number) for number in selection.geo.centre)
        if selection.geo.radius is None and selection.radius is not None:
            out["automaticRadius"] = str(round(selection.radius))
    if applied.rules:
        out["appliedRules"] = [{"objectID": identity} for identity in applied.rules]
    user_data = [*applied.user_data]
    if asked.settings["userData"] is not None:
        user_data.append(asked.settings["userData"])
    if user_data:
        out["userData"] = user_data
    out["renderingContent"] = applied.rendering or asked.get("renderingContent") or {}
    out["processingTimeMS"] = milliseconds
    out["processingTimingsMS"] = {"total": milliseconds}
    return out


def _after_removal(asked: Asked, selection: Selection) -> str:
    """The query with the words that were removed marked."""
    text = str(asked.params.get("query") or "")
    words = parse_query(text, asked.params, asked.settings, asked.dictionaries).words
    removed = set(selection.removed)
    return " ".join(f"<em>{word.text}</em>" if at in removed else word.text for at, word in enumerate(words))


def chosen_fields(asked: Asked, out: dict[str, Any]) -> dict[str, Any]:
    """The fields that `responseFields` asks for, and those that always come."""
    wanted = asked.get("responseFields")
    if not wanted or "*" in wanted:
        return out
    kept = {*_ALWAYS, *wanted}
    if asked.params.get("getRankingInfo"):
        kept.update(_RANKING_INFO)
    return {name: value for name, value in out.items() if name in kept}


def encode_params(params: Mapping[str, Any]) -> str:
    """The `params` field of a response: the parameters url-encoded, structures as JSON."""
    flat = {name: value if isinstance(value, str) else _compact(value) for name, value in params.items()}
    return urlencode(flat, errors="replace")
