"""The parameters of searches and settings: names, types, bounds, defaults, as in Algolia's API specification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from services.mock_algolia.engine.errors import BadRequest


@dataclass(frozen=True)
class Type:
    """What a parameter may hold: JSON kinds, allowed strings, and bounds for whole numbers."""

    kinds: tuple[str, ...]
    choices: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


BOOL = Type(("boolean",))
STRING = Type(("string",))
STRINGS = Type(("strings",))
OBJECT = Type(("object",))
ANY = Type(("any",))
FILTER_LIST = Type(("string", "array"))


def integer(low: int | None = None, high: int | None = None) -> Type:
    """Allow a whole number between bounds."""
    return Type(("integer",), low=low, high=high)


def choice(*choices: str) -> Type:
    """Allow one of some strings."""
    return Type(("string",), choices)


def choices(*allowed: str) -> Type:
    """Allow some of some strings."""
    return Type(("strings",), allowed)


_LANGUAGES = Type(("boolean", "strings"))
_COMMON: dict[str, Type] = {  # settings that a search may override
    "attributesToRetrieve": STRINGS, "ranking": STRINGS, "relevancyStrictness": integer(0, 100),
    "attributesToHighlight": STRINGS, "attributesToSnippet": STRINGS, "highlightPreTag": STRING,
    "highlightPostTag": STRING, "snippetEllipsisText": STRING, "restrictHighlightAndSnippetArrays": BOOL,
    "hitsPerPage": integer(0, 1000), "minWordSizefor1Typo": integer(0), "minWordSizefor2Typos": integer(0),
    "typoTolerance": Type(("boolean", "string"), ("true", "false", "min", "strict")),
    "allowTyposOnNumericTokens": BOOL, "disableTypoToleranceOnAttributes": STRINGS,
    "ignorePlurals": Type(("boolean", "string", "strings")), "removeStopWords": _LANGUAGES, "queryLanguages": STRINGS,
    "decompoundQuery": BOOL, "enableRules": BOOL, "enablePersonalization": BOOL,
    "queryType": choice("prefixLast", "prefixAll", "prefixNone"),
    "removeWordsIfNoResults": choice("none", "lastWords", "firstWords", "allOptional"),
    "mode": choice("keywordSearch", "neuralSearch"), "semanticSearch": OBJECT, "advancedSyntax": BOOL,
    "optionalWords": Type(("string", "strings")), "disableExactOnAttributes": STRINGS,
    "exactOnSingleWordQuery": choice("attribute", "none", "word"),
    "alternativesAsExact": choices("ignorePlurals", "singleWordSynonym", "multiWordsSynonym", "ignoreConjugations"),
    "advancedSyntaxFeatures": choices("exactPhrase", "excludeWords"),
    "distinct": Type(("boolean", "integer"), low=0, high=4),
    "replaceSynonymsInHighlight": BOOL, "minProximity": integer(1, 7), "responseFields": STRINGS,
    "maxValuesPerFacet": integer(0, 1000), "sortFacetValuesBy": choice("count", "alpha"),
    "attributeCriteriaComputedByMinProximity": BOOL,
    "attributeCriteriaComputedBy": choice("best", "minProximity", "sum"), "renderingContent": OBJECT,
    "enableReRanking": BOOL,
    "reRankingApplyFilter": Type(("string", "array")), "maxFacetHits": integer(1, 100),
    "keepDiacriticsOnCharacters": STRING,
}  # fmt: skip

SETTING_TYPES: dict[str, Type] = {
    **_COMMON,
    "attributesForFaceting": STRINGS, "replicas": STRINGS, "paginationLimitedTo": integer(0, 20000),
    "unretrievableAttributes": STRINGS, "disableTypoToleranceOnWords": STRINGS, "attributesToTransliterate": STRINGS,
    "camelCaseAttributes": STRINGS, "decompoundedAttributes": OBJECT, "indexLanguages": STRINGS,
    "disablePrefixOnAttributes": STRINGS, "allowCompressionOfIntegerArray": BOOL,
    "numericAttributesForFiltering": STRINGS, "numericAttributesToIndex": STRINGS, "separatorsToIndex": STRING,
    "searchableAttributes": STRINGS, "attributesToIndex": STRINGS, "userData": ANY, "customNormalization": OBJECT,
    "attributeForDistinct": STRING, "customRanking": STRINGS, "version": integer(),
    "primary": STRING, "slaves": STRINGS,
}  # fmt: skip

_POINTS = Type(("array", "string"))
PARAM_TYPES: dict[str, Type] = {
    **_COMMON,
    "query": STRING, "similarQuery": STRING, "filters": STRING, "facetFilters": FILTER_LIST,
    "optionalFilters": FILTER_LIST, "numericFilters": FILTER_LIST, "tagFilters": FILTER_LIST,
    "sumOrFiltersScores": BOOL, "restrictSearchableAttributes": STRINGS, "facets": STRINGS,
    "facetingAfterDistinct": BOOL, "page": integer(0), "offset": integer(0), "length": integer(0, 1000),
    "aroundLatLng": STRING, "aroundLatLngViaIP": BOOL, "aroundRadius": Type(("integer", "string"), ("all",), low=1),
    "aroundPrecision": Type(("integer", "array"), low=0), "minimumAroundRadius": integer(1),
    "insideBoundingBox": _POINTS, "insidePolygon": _POINTS, "naturalLanguages": STRINGS, "ruleContexts": STRINGS,
    "personalizationImpact": integer(0, 100), "userToken": STRING, "getRankingInfo": BOOL, "synonyms": BOOL,
    "allowReRankingOnPersonalization": BOOL,
    "clickAnalytics": BOOL, "analytics": BOOL, "analyticsTags": STRINGS, "percentileComputation": BOOL,
    "enableABTest": BOOL, "facetQuery": STRING, "cursor": STRING, "explain": STRINGS, "nbSortedHits": integer(),
    "disableTypoToleranceOnWords": STRINGS, "attributeForDistinct": STRING, "getVersion": integer(),
    "maxHits": integer(),
    "userData": ANY, "aroundRadiusUnit": STRING, "extensions": OBJECT,
}  # fmt: skip

DEFAULTS: dict[str, Any] = {
    "attributesForFaceting": None, "searchableAttributes": None, "customRanking": None, "attributeForDistinct": None,
    "numericAttributesForFiltering": None, "unretrievableAttributes": None, "disableTypoToleranceOnWords": None,
    "disablePrefixOnAttributes": None, "camelCaseAttributes": None, "decompoundedAttributes": None,
    "attributesToTransliterate": None,
    "separatorsToIndex": "", "keepDiacriticsOnCharacters": "", "customNormalization": None, "indexLanguages": None,
    "paginationLimitedTo": 1000, "userData": None, "replicas": None, "primary": None,
    "attributesToRetrieve": None,
    "ranking": ["typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"],
    "relevancyStrictness": 100, "attributesToHighlight": None, "attributesToSnippet": None,
    "highlightPreTag": "<em>", "highlightPostTag": "</em>", "snippetEllipsisText": "…",
    "restrictHighlightAndSnippetArrays": False, "hitsPerPage": 20, "minWordSizefor1Typo": 4,
    "minWordSizefor2Typos": 8, "typoTolerance": True, "allowTyposOnNumericTokens": True,
    "disableTypoToleranceOnAttributes": None, "ignorePlurals": False, "removeStopWords": False,
    "queryLanguages": None, "decompoundQuery": True, "enableRules": True, "enablePersonalization": False,
    "queryType": "prefixLast", "removeWordsIfNoResults": "none", "mode": "keywordSearch", "semanticSearch": None,
    "advancedSyntax": False, "optionalWords": None, "disableExactOnAttributes": None,
    "exactOnSingleWordQuery": "attribute", "alternativesAsExact": ["ignorePlurals", "singleWordSynonym"],
    "advancedSyntaxFeatures": ["exactPhrase", "excludeWords"], "distinct": 0, "replaceSynonymsInHighlight": False,
    "minProximity": 1, "responseFields": ["*"], "maxValuesPerFacet": 100, "sortFacetValuesBy": "count",
    "attributeCriteriaComputedByMinProximity": False, "attributeCriteriaComputedBy": None,
    "renderingContent": None, "enableReRanking": True,
    "maxFacetHits": 10,
}  # fmt: skip

_NAMES = {
    "boolean": "a boolean", "string": "a string", "strings": "an array of strings", "integer": "an integer",
    "object": "an object", "array": "an array",
}  # fmt: skip


def _fits(value: Any, kind: str) -> bool:
    match kind:
        case "any":
            return True
        case "boolean":
            return isinstance(value, bool)
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "strings":
            return isinstance(value, list) and all(isinstance(item, str) for item in value)
        case "array":
            return isinstance(value, list)
        case _:
            return isinstance(value, Mapping)


def check(name: str, value: Any, wanted: Type) -> None:
    """Raise BadRequest when the value is of the wrong type or out of bounds."""
    if not any(_fits(value, kind) for kind in wanted.kinds):
        names = " or ".join(_NAMES[kind] for kind in wanted.kinds)
        raise BadRequest(f'Invalid value for "{name}" parameter, expected {names}')
    given = [value] if isinstance(value, str) else value if isinstance(value, list) else ()
    if wanted.choices and any(one not in wanted.choices for one in given):
        raise BadRequest(f'Invalid value for "{name}" parameter, expected one of: {", ".join(wanted.choices)}')
    if isinstance(value, int) and not isinstance(value, bool):
        low = wanted.low or 0
        high = wanted.high if wanted.high is not None else 2147483647
        if (wanted.low is not None and value < low) or value > high:
            raise BadRequest(f'Invalid value for "{name}" parameter, expected integer between {low} and {high}')


def _coerced(value: Any, wanted: Type) -> Any:
    """Read texts of url-encoded parameters as what they mean; a bare string where a list is wanted becomes one."""
    if isinstance(value, float) and value.is_integer() and "integer" in wanted.kinds:
        return int(value)
    if not isinstance(value, str):
        return value
    text = value.strip()
    if "boolean" in wanted.kinds and text in ("true", "false", "1", "0") and value not in wanted.choices:
        return text in ("true", "1")
    if "integer" in wanted.kinds and text.lstrip("-").isdecimal():
        return int(text)
    if "strings" in wanted.kinds:
        if text.startswith("["):
            try:
                return orjson.loads(text)
            except ValueError:
                return value
        if "string" in wanted.kinds:
            return value
        return [part.strip() for part in text.split(",")] if text else []
    if ("object" in wanted.kinds or "array" in wanted.kinds) and text[:1] in ("{", "["):
        try:
            return orjson.loads(text)
        except ValueError:
            return value
    return value


def search_params(params: Mapping[str, Any]) -> dict[str, Any]:
    """Type the parameters of one search; BadRequest for unknown names and wrong values. Nulls are left out."""
    out: dict[str, Any] = {}
    for name, value in params.items():
        wanted = PARAM_TYPES.get(name)
        if wanted is None:
            raise BadRequest(f"Unknown parameter: {name}")
        if value is None:
            continue
        value = _coerced(value, wanted)
        check(name, value, wanted)
        out[name] = value
    return out
