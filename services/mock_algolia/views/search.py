"""Searching: one index, many queries, facet values, and browsing from page to page."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from time import perf_counter
from typing import Any

from services.mock_algolia.errors import Refused, missing_index
from services.mock_algolia.parameters import search_parameters, typed
from services.mock_algolia.store import Store
from services.mock_algolia.store.live import Catalog
from services.mock_algolia.views.browsing import Browsing
from services.mock_algolia.views.reading import listed_requests, live_index, whole_number
from services.mock_algolia.wire.route import Call, Route, fields

_ENVELOPE = ("indexName", "type", "facet", "maxFacetHits", "apiKey", "appID", "strategy")


class SearchViews:
    """`/query`, `*/queries`, `/facets/{name}/query`, `/browse`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._browsing = Browsing()

    def routes(self) -> list[Route]:
        """List the reading operations."""
        index = "/1/indexes/<index:index>"
        return [
            Route("POST", f"{index}/query", "search", self.search),
            Route("GET", f"{index}/query", "search", self.search),
            Route("GET", index, "search", self.search),
            Route("POST", "/1/indexes/*/queries", "search", self.queries, fields("requests strategy")),
            Route("POST", f"{index}/queries", "search", self.index_queries, fields("requests strategy")),
            Route("POST", f"{index}/facets/<name:facet>/query", "search", self.facet_values),
            Route("POST", f"{index}/browse", "browse", self.browse),
            Route("GET", f"{index}/browse", "browse", self.browse),
        ]

    def search(self, call: Call, index: str) -> Any:
        """Search one index (searchSingleIndex)."""
        params = search_parameters({**typed(call.args), **call.body})
        return self._search(self._store.catalog, index, call, params)

    def _search(self, catalog: Catalog, index: str, call: Call, params: dict[str, Any]) -> dict[str, Any]:
        live = catalog.get(index)
        if live is None:
            raise missing_index(index)
        for name in _ENVELOPE:
            params.pop(name, None)
        if "cursor" in params:
            raise Refused("Unknown parameter: cursor")
        answer = live.engine.search(
            call.caller.restrict(params), index_name=index, unretrievable=call.caller.sees_unretrievable
        )
        if params.get("clickAnalytics") in (True, "true"):
            answer["queryID"] = secrets.token_hex(16)
        return answer

    def queries(self, call: Call) -> Any:
        """Run several queries against what is live now, all of them seeing the same indexes (search)."""
        requests = listed_requests(call.body)
        strategy = call.body.get("strategy") or call.args.get("strategy") or "none"
        if strategy not in ("none", "stopIfEnoughMatches"):
            raise Refused(f"Invalid strategy '{strategy}': expected 'none' or 'stopIfEnoughMatches'")
        catalog = self._store.catalog
        results: list[dict[str, Any]] = []
        enough = False
        for request in requests:
            index = request.get("indexName")
            if not isinstance(index, str):
                raise Refused("Invalid request: each query needs an indexName")
            call.caller.needs_index(index)
            if enough:
                results.append(_skipped(index))
                continue
            result = self._one_of_many(catalog, index, call, request)
            results.append(result)
            enough = strategy == "stopIfEnoughMatches" and 0 < result.get("hitsPerPage", 0) <= result.get("nbHits", 0)
        return {"results": results}

    def index_queries(self, call: Call, index: str) -> Any:
        """Run several queries against one index."""
        requests = listed_requests(call.body)
        catalog = self._store.catalog
        return {"results": [self._one_of_many(catalog, index, call, request) for request in requests]}

    def _one_of_many(self, catalog: Catalog, index: str, call: Call, request: Mapping[str, Any]) -> dict[str, Any]:
        params = search_parameters(request)
        if request.get("type", "default") == "facet":
            facet = request.get("facet")
            if not isinstance(facet, str):
                raise Refused("Invalid request: a query of type 'facet' needs a facet")
            return self._facet_values(catalog, index, call, facet, params)
        if request.get("type", "default") != "default":
            raise Refused("Invalid request: type must be 'default' or 'facet'")
        return self._search(catalog, index, call, params)

    def facet_values(self, call: Call, index: str, facet: str) -> Any:
        """Search in the values of a facet (searchForFacetValues)."""
        params = search_parameters({**typed(call.args), **call.body})
        return self._facet_values(self._store.catalog, index, call, facet, params)

    def _facet_values(
        self, catalog: Catalog, index: str, call: Call, facet: str, params: dict[str, Any]
    ) -> dict[str, Any]:
        live = catalog.get(index)
        if live is None:
            raise missing_index(index)
        started = perf_counter()
        for name in ("indexName", "type", "facet", "apiKey", "appID"):
            params.pop(name, None)
        if not isinstance(params.get("facetQuery", ""), str):
            raise Refused("facetQuery must be a string")
        whole_number(params, "maxFacetHits", 10, low=1, high=100)
        result = live.engine.search_facet_values(facet, call.caller.restrict(params))
        return {"processingTimeMS": int((perf_counter() - started) * 1000), **result}

    def browse(self, call: Call, index: str) -> Any:
        """Read an index page by page, every record once (browse)."""
        live = live_index(self._store, index)
        params = search_parameters({**typed(call.args), **call.body})
        return self._browsing.page(self._store, index, live, call.caller, params)


def _skipped(index: str) -> dict[str, Any]:
    return {
        "hits": [],
        "nbHits": 0,
        "page": 0,
        "nbPages": 0,
        "hitsPerPage": 0,
        "processed": False,
        "processingTimeMS": 0,
        "index": index,
        "query": "",
        "params": "",
    }
