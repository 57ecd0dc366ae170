"""One search as it is asked: every parameter resolved once, and read as an attribute by all that follows.

A parameter is the search's own, else the index's setting, else the documented default. Whatever stands in `given` after
this module is only for showing (`params` of the response).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.mock_algolia.engine.language.languages import LANGUAGES
from services.mock_algolia.engine.parameters import filter_lists as lists
from services.mock_algolia.engine.parameters.filter_grammar import Conjunction
from services.mock_algolia.engine.parameters.geo import GeoQuery, geo_query
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.window import Window

Get = Callable[[str], Any]


@dataclass(frozen=True)
class RuleEffects:
    """What the rules did beside changing parameters."""

    rules: tuple[str, ...] = ()
    user_data: tuple[Any, ...] = ()
    promoted: tuple[tuple[int, str], ...] = ()
    """(position, objectID)"""
    hidden: frozenset[str] = frozenset()
    filter_promotes: bool = False
    rendering: Mapping[str, Any] | None = None


NO_EFFECTS = RuleEffects()


@dataclass(frozen=True)
class SearchRequest:
    """What a search asks. Names are Algolia's in Python's spelling; where values were read further, their own."""

    given: Mapping[str, Any]
    effects: RuleEffects
    original_query: str
    """The query before rules changed it."""

    # Words
    query: str
    similar: bool
    """Whether the query is a `similarQuery`: every word optional, `words` the first criterion."""
    advanced_syntax: frozenset[str]
    """The features of the advanced syntax that are on."""
    query_type: str
    stop_words_of: tuple[str, ...]
    """Languages whose stop words are removed."""
    plurals_of: tuple[str, ...]
    """Languages whose plurals are ignored."""
    optional_words: tuple[str, ...]
    remove_words_if_no_results: str
    synonyms: bool
    neural: bool
    """Whether meaning counts too."""

    # Typos
    typo_tolerance: str
    """true, false, min or strict"""
    no_typos_on_words: frozenset[str]
    typos_on_numbers: bool
    one_typo_from: int
    """Letters of a word that may have one typo; `two_typos_from` likewise."""
    two_typos_from: int

    # Which records
    filters: Conjunction
    """Filters of every form."""
    optional_filters: Conjunction
    sum_or_filters_scores: bool
    place: GeoQuery

    # Attributes
    restricted_to: tuple[str, ...]
    no_typos_on: frozenset[str]
    no_prefixes_on: frozenset[str]
    no_exactness_on: frozenset[str]

    # Criteria
    ranking: tuple[str, ...]
    min_proximity: int
    attribute_computed_by: str
    """best, minProximity or sum"""
    exact_on_single_word: str
    alternatives_as_exact: frozenset[str]
    relevant_sort: bool
    """Whether this is a virtual replica's sort (no other index has one): relevant hits, by custom ranking."""
    relevancy_strictness: int
    distinct: int
    """How many records of a group are shown; 0: no grouping."""
    distinct_by: str | None
    window: Window

    # Response
    facets: tuple[str, ...]
    faceting_after_distinct: bool
    max_values_per_facet: int
    facets_by_name: bool
    """Whether facet values come in alphabetical order."""
    max_facet_hits: int
    attributes_to_retrieve: tuple[str, ...] | None
    unretrievable: frozenset[str]
    attributes_to_highlight: tuple[str, ...] | None
    attributes_to_snippet: tuple[str, ...]
    highlight_tags: tuple[str, str]
    snippet_ellipsis: str
    only_matching_elements: bool
    """restrictHighlightAndSnippetArrays"""
    replace_synonyms: bool
    response_fields: tuple[str, ...]
    ranking_info: bool
    rendering_content: Mapping[str, Any]
    user_data: tuple[Any, ...]

    @classmethod
    def of(
        cls,
        params: Mapping[str, Any],
        settings: Settings,
        effects: RuleEffects = NO_EFFECTS,
        original_query: str | None = None,
    ) -> SearchRequest:
        """Resolve typed parameters (`schema.search_params`) over settings; BadRequest for what cannot be read."""
        get = resolver(params, settings)
        query = str(params.get("query") or "")
        tolerance = _tolerance(get("typoTolerance"))
        ranking = tuple(params.get("ranking") or settings["ranking"])
        own_data = settings["userData"]
        return cls(
            given=params,
            effects=effects,
            original_query=query if original_query is None else original_query,
            query=query,
            similar=bool(params.get("similarQuery")),
            advanced_syntax=frozenset(get("advancedSyntaxFeatures") or ()) if get("advancedSyntax") else frozenset(),
            query_type=get("queryType"),
            stop_words_of=languages("removeStopWords", get),
            plurals_of=languages("ignorePlurals", get),
            optional_words=_texts(get("optionalWords")),
            remove_words_if_no_results=get("removeWordsIfNoResults"),
            synonyms=params.get("synonyms", True),
            neural=get("mode") == "neuralSearch" and bool(query.strip()),
            typo_tolerance=tolerance,
            no_typos_on_words=frozenset(word.lower() for word in get("disableTypoToleranceOnWords") or ()),
            typos_on_numbers=get("allowTyposOnNumericTokens"),
            one_typo_from=get("minWordSizefor1Typo"),
            two_typos_from=get("minWordSizefor2Typos"),
            filters=lists.conjunction(params),
            optional_filters=lists.optional_filters(params.get("optionalFilters")),
            sum_or_filters_scores=bool(params.get("sumOrFiltersScores")),
            place=geo_query(params),
            restricted_to=_texts(params.get("restrictSearchableAttributes")),
            no_typos_on=frozenset(get("disableTypoToleranceOnAttributes") or ()),
            no_prefixes_on=frozenset(settings["disablePrefixOnAttributes"] or ()),
            no_exactness_on=frozenset(get("disableExactOnAttributes") or ()),
            ranking=_first(ranking, tolerance in ("min", "strict"), bool(params.get("similarQuery"))),
            min_proximity=get("minProximity"),
            attribute_computed_by=_attribute_computed_by(get),
            exact_on_single_word=get("exactOnSingleWordQuery"),
            alternatives_as_exact=frozenset(get("alternativesAsExact") or ()),
            relevant_sort=bool(settings.get("virtual")),
            relevancy_strictness=int(get("relevancyStrictness")),
            distinct=int(get("distinct") or 0) if get("attributeForDistinct") else 0,
            distinct_by=get("attributeForDistinct"),
            window=Window.of(params, get),
            facets=_texts(params.get("facets")),
            faceting_after_distinct=bool(params.get("facetingAfterDistinct")),
            max_values_per_facet=int(get("maxValuesPerFacet")),
            facets_by_name=get("sortFacetValuesBy") == "alpha",
            max_facet_hits=int(params.get("maxFacetHits", 10)),
            attributes_to_retrieve=_texts_or_all(get("attributesToRetrieve")),
            unretrievable=frozenset(settings["unretrievableAttributes"] or ()),
            attributes_to_highlight=_texts_or_all(get("attributesToHighlight")),
            attributes_to_snippet=_texts(get("attributesToSnippet")),
            highlight_tags=(str(get("highlightPreTag")), str(get("highlightPostTag"))),
            snippet_ellipsis=str(get("snippetEllipsisText")),
            only_matching_elements=bool(get("restrictHighlightAndSnippetArrays")),
            replace_synonyms=bool(get("replaceSynonymsInHighlight")),
            response_fields=_texts(get("responseFields")),
            ranking_info=bool(params.get("getRankingInfo")),
            rendering_content=effects.rendering or get("renderingContent") or {},
            user_data=effects.user_data if own_data is None else (*effects.user_data, own_data),
        )

    def asking(self, query: str, given: Mapping[str, Any]) -> SearchRequest:
        """Ask the same of another query, where meaning does not count (`neural`): nothing else depends on the query."""
        other = object.__new__(SearchRequest)  # `replace` would resolve some sixty fields again
        other.__dict__.update(self.__dict__, query=query, original_query=query, given=given)
        return other


def resolver(params: Mapping[str, Any], settings: Settings) -> Get:
    """Make the one look-up of a parameter: of the search, else of the index, else the documented default."""

    def get(name: str) -> Any:
        return params[name] if name in params else settings.get(name)

    return get


def languages(name: str, get: Get) -> tuple[str, ...]:
    """List the languages that `ignorePlurals` or `removeStopWords` asks for; none when it is off.

    Without a list of its own: `queryLanguages`, else the list of the other one, else every language (documented).
    """
    own = _language_list(get(name))
    if own or get(name) not in (True, "true"):
        return own
    spoken = get("queryLanguages")
    if spoken:
        return tuple(spoken)
    return _language_list(get("removeStopWords" if name == "ignorePlurals" else "ignorePlurals")) or LANGUAGES


def _language_list(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) and value not in ("true", "false"):
        value = value.split(",")
    return tuple(str(item).strip() for item in value) if isinstance(value, list) else ()


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) and value else tuple(value or ())


def _texts_or_all(value: Any) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)


def _tolerance(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _first(ranking: tuple[str, ...], typo: bool, words: bool) -> tuple[str, ...]:
    """Put first what a search puts first: typo with `min` and `strict`, words with similarQuery (both documented)."""
    for name, ahead in (("typo", typo), ("words", words)):
        if ahead:
            ranking = (name, *(other for other in ranking if other != name))
    return ranking


def _attribute_computed_by(get: Get) -> str:
    """Tell how the attribute criterion is computed; the newer parameter, where it is set, before the older one."""
    strategy = get("attributeCriteriaComputedBy")
    if strategy is None:
        strategy = "minProximity" if get("attributeCriteriaComputedByMinProximity") else "best"
    return str(strategy)
