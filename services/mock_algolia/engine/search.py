"""One search over one snapshot: records found, ordered, and answered in the documented form."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.engine.corpus.reader import Reader
from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.matching.selection import select
from services.mock_algolia.engine.query.search_request import SearchRequest
from services.mock_algolia.engine.query.window import TOO_FAR
from services.mock_algolia.engine.ranking.ordering import Standing, order, page, promoted, rank, sorted_part, standing
from services.mock_algolia.engine.response.answer import chosen_fields, facets, notes
from services.mock_algolia.engine.response.facets import search_values
from services.mock_algolia.engine.response.hits import HitShaper
from services.mock_algolia.engine.stopwatch import Stopwatch


class Search:
    """One search; `watch` began with the reading of its parameters."""

    def __init__(self, request: SearchRequest, reader: Reader, watch: Stopwatch) -> None:
        self.request = request
        self.reader = reader
        self.watch = watch

    def response(self, index_name: str) -> dict[str, Any]:
        """Answer with the documented search response."""
        return self.explained(index_name)[0]

    def explained(self, index_name: str, reasons: bool = False) -> tuple[dict[str, Any], list[Standing]]:
        """Answer, and tell of each hit what every criterion of the tie-break saw (nothing without `reasons`)."""
        request, reader, watch = self.request, self.reader, self.watch
        selection = select(request, reader, watch)
        every = len(selection.matches.slots)
        if request.relevant_sort:
            selection = sorted_part(request, selection)
        window = request.window
        places = promoted(request, reader, selection)
        ranked, count = rank(request, reader, selection, window.first + window.size, places)
        shown = page(ranked, window.first, window.size)
        standings = standing(request, reader, selection, shown) if reasons else []
        watch.mark("ranking")
        hits = HitShaper(request, reader, selection).hits(shown)
        watch.mark("hits")
        too_far = window.is_too_far(count)
        if too_far:  # nothing is counted then, neither (reported answers: algolia/hn-search 230)
            count = every = 0
        out: dict[str, Any] = {"hits": hits, "nbHits": count}
        out.update(window.counted(count))
        complete = True
        if request.facets:
            fields, complete = facets(request, reader, selection)
            out.update(fields)
        watch.mark("facets")
        if request.relevant_sort:
            out["nbSortedHits"], out["nbHits"] = count, max(every, count)
        if too_far:
            out["message"] = TOO_FAR.format(window.limit)
        out.update(notes(request, reader, selection, index_name, complete, watch.milliseconds))
        watch.mark("the rest")
        return chosen_fields(request, out), standings

    def ids(self) -> list[str]:
        """List the ids of all matches in ranking order."""
        selection = select(self.request, self.reader, self.watch)
        slots = selection.matches.slots
        ordered = order(self.request, self.reader, selection, len(slots)).positions
        ids = self.reader.snapshot.corpus.ids
        return [ids[slot] for slot in slots[ordered].tolist()]

    def facet_values(self, facet: str, facet_query: str) -> dict[str, Any]:
        """Answer a facet value search."""
        request, reader = self.request, self.reader
        declared = reader.settings.faceting.get(facet)
        if declared is None or not declared.searchable:
            raise BadRequest(
                f"Cannot search in `{facet}` attribute, you need to add `searchable({facet})` to attributesForFaceting."
            )
        selection = select(request, reader, self.watch)
        hits = search_values(
            reader,
            facet,
            selection.matches.slots,
            reader.settings.tokenizer.words(facet_query),
            request.max_facet_hits,
            request.facets_by_name,
            request.highlight_tags,
        )
        return {
            "facetHits": hits,
            "exhaustiveFacetsCount": True,
            "exhaustive": {"facetsCount": True},
            "processingTimeMS": self.watch.milliseconds,
        }
