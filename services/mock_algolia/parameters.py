"""Search parameters in every form the clients send them: flat, nested, URL-encoded, with the types of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from services.mock_algolia.errors import Refused


def search_parameters(request: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the forms of parameters into one flat mapping: beside each other, in `params` as an object or encoded."""
    params = request.get("params")
    if params is None:
        return {k: v for k, v in request.items() if k != "params"} if "params" in request else dict(request)
    flat = {key: value for key, value in request.items() if key != "params"}
    if isinstance(params, Mapping):
        return {**flat, **params}
    if isinstance(params, str):
        return {**flat, **decoded(params)}
    raise Refused("params must be a string or an object")


def decoded(query_string: str) -> dict[str, Any]:
    """Read URL-encoded search parameters, giving each value the type that the parameter has in JSON."""
    return typed(dict(parse_qsl(query_string.lstrip("?"), keep_blank_values=True, max_num_fields=1000)))


def typed(pairs: Mapping[str, str]) -> dict[str, Any]:
    """Give URL-encoded values the types they have in JSON."""
    return {name: _typed(name, value) for name, value in pairs.items()}


_TEXT = frozenset(
    """
    query similarQuery filters aroundLatLng cursor sortFacetValuesBy highlightPreTag highlightPostTag facetQuery
    snippetEllipsisText userToken attributeForDistinct analyticsTags restrictSources facet facetName queryType
    separatorsToIndex keepDiacriticsOnCharacters exactOnSingleWordQuery removeWordsIfNoResults mode
    """.split()
)
_LISTS = frozenset(
    """
    facets attributesToRetrieve attributesToHighlight attributesToSnippet restrictSearchableAttributes
    ruleContexts responseFields naturalLanguages queryLanguages analyticsTags disableTypoToleranceOnAttributes
    disableExactOnAttributes alternativesAsExact advancedSyntaxFeatures customRanking ranking optionalWords
    facetFilters optionalFilters numericFilters tagFilters searchableAttributes unretrievableAttributes
    attributesForFaceting restrictIndices
    """.split()
)


def _typed(name: str, value: str) -> Any:
    if name in _LISTS:
        return _listed(name, value)
    if name in _TEXT:
        return value
    if value in {"true", "false"}:
        return value == "true"
    if value[:1] in {"[", "{"}:
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError:
            return value
    if value.lstrip("-").isdecimal() and len(value) < 19:
        return int(value)
    return value


def _listed(name: str, value: str) -> Any:
    if value[:1] == "[":
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            raise Refused(f"Invalid value for '{name}': {value}") from error
    if not value:
        return []
    return [part.strip() for part in value.split(",")]
