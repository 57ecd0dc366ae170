"""One search, from its parameters to the documented response."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from rapidfuzz.distance import OSA

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.language.languages import Dictionaries, plural_forms
from services.mock_algolia.engine.matching.selection import select
from services.mock_algolia.engine.parameters.schema import search_params
from services.mock_algolia.engine.parameters.synonyms import Synonyms
from services.mock_algolia.engine.query.parsing import languages
from services.mock_algolia.engine.query.rules import Applied, apply_rules
from services.mock_algolia.engine.query.search_request import Asked
from services.mock_algolia.engine.ranking.ordering import Window, order, promoted, rank, sorted_part
from services.mock_algolia.engine.response.answer import chosen_fields, facets, notes
from services.mock_algolia.engine.response.facets import search_values
from services.mock_algolia.engine.response.hits import HitShaper
from services.mock_algolia.engine.stopwatch import Stopwatch


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
        self.watch = Stopwatch()
        given = _implied(search_params(params))
        self.original_query = str(given.get("query") or "")
        applied = Applied(given)
        if rules and given.get("enableRules", reader.settings["enableRules"]):
            alike = _alike(given, reader, synonyms, dictionaries)
            applied = apply_rules(rules, given, reader.settings, lambda name: _facet_values(reader, name), alike)
            applied.params = search_params(applied.params)
        self.asked = Asked(reader, applied.params, synonyms, dictionaries, applied)

    @property
    def neural(self) -> bool:
        """Whether the search asks for meaning too."""
        return bool(self.asked.get("mode") == "neuralSearch" and str(self.asked.params.get("query") or "").strip())

    def response(self, index_name: str) -> dict[str, Any]:
        """The documented search response."""
        asked, watch = self.asked, self.watch
        selection = select(asked, watch)
        every = len(selection.matches.slots)
        if asked.relevant_sort:
            selection = sorted_part(asked, selection)
        window = Window.of(asked)
        ranked, count = rank(asked, selection, window.first + window.size, promoted(asked, selection))
        watch.mark("ranking")
        hits = HitShaper(asked, selection).hits(ranked[window.first : window.first + window.size])
        watch.mark("hits")
        out: dict[str, Any] = {"hits": hits, "nbHits": count}
        out.update(window.counted(count, int(asked.settings["paginationLimitedTo"])))
        complete = True
        if wanted := asked.params.get("facets"):
            fields, complete = facets(asked, selection, wanted)
            out.update(fields)
        watch.mark("facets")
        if asked.relevant_sort:
            out["nbSortedHits"], out["nbHits"] = count, max(every, count)
        out.update(notes(asked, selection, index_name, self.original_query, complete, watch.milliseconds))
        watch.mark("the rest")
        return chosen_fields(asked, out)

    def ids(self) -> list[str]:
        """The ids of all matches in ranking order."""
        selection = select(self.asked, self.watch)
        ordered, _ = order(self.asked, selection, len(selection.matches.slots))
        ids = self.asked.reader.snapshot.corpus.ids
        return [ids[slot] for slot in selection.matches.slots[ordered].tolist()]

    def facet_values(self, facet: str, facet_query: str) -> dict[str, Any]:
        """The response of a facet value search."""
        asked = self.asked
        declared = asked.settings.faceting.get(facet)
        if declared is None or not declared.searchable:
            raise BadRequest(
                f"Cannot search in `{facet}` attribute, you need to add `searchable({facet})` to attributesForFaceting."
            )
        selection = select(asked, self.watch)
        hits = search_values(
            asked.reader,
            facet,
            selection.matches.slots,
            asked.settings.tokenizer.words(facet_query),
            int(asked.params.get("maxFacetHits", 10)),
            asked.get("sortFacetValuesBy") == "alpha",
            (str(asked.get("highlightPreTag")), str(asked.get("highlightPostTag"))),
        )
        return {
            "facetHits": hits,
            "exhaustiveFacetsCount": True,
            "exhaustive": {"facetsCount": True},
            "processingTimeMS": self.watch.milliseconds,
        }


def _implied(params: dict[str, Any]) -> dict[str, Any]:
    """Add what `naturalLanguages` and `similarQuery` stand for."""
    if params.get("naturalLanguages"):
        spoken = params["naturalLanguages"]
        params.setdefault("removeStopWords", spoken)
        params.setdefault("ignorePlurals", spoken)
        params.setdefault("removeWordsIfNoResults", "allOptional")
        params["ruleContexts"] = [*(params.get("ruleContexts") or []), "natural_language"]
    if params.get("similarQuery"):
        params.update(query=params["similarQuery"], queryType="prefixNone", removeStopWords=True)
    return params


def _facet_values(reader: Reader, name: str) -> Iterable[str]:
    if name not in reader.settings.faceting:
        return ()
    view = reader.facet(name)
    return view.values[: len(view.numbers)]


def _alike(
    params: Mapping[str, Any], reader: Reader, synonyms: Synonyms, dictionaries: Dictionaries
) -> Callable[[str, str], bool]:
    """What counts as the same word for a rule with `alternatives`: plurals, synonyms, typos."""
    spoken = languages(reader.settings, "ignorePlurals", params) or ["en"]

    def alike(pattern: str, word: str) -> bool:
        if pattern == word or word in plural_forms(pattern, spoken, dictionaries):
            return True
        if any(alternative.words == (pattern,) for alternative in synonyms.of([word])):
            return True
        return len(word) >= 4 and OSA.distance(pattern, word) <= (2 if len(word) >= 8 else 1)

    return alike
