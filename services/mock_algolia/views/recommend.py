"""Recommend: `POST /1/indexes/*/recommendations`. https://www.algolia.com/doc/rest-api/recommend"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from time import perf_counter
from typing import Any

import orjson

from services.mock_algolia.access.caller import Caller
from services.mock_algolia.engine.parameters.schema import PARAM_TYPES, SETTING_TYPES
from services.mock_algolia.errors import Refused, missing_index
from services.mock_algolia.parameters import search_parameters
from services.mock_algolia.recommend import events
from services.mock_algolia.recommend.content import Content, plain_names
from services.mock_algolia.recommend.nearness import Nearness
from services.mock_algolia.recommend.rules import RulesEffect, effect_of
from services.mock_algolia.records.projection import projected
from services.mock_algolia.store import LiveIndex, Store
from services.mock_algolia.views.objects import hidden_attributes
from services.mock_algolia.views.reading import listed_requests, whole_number
from services.mock_algolia.views.recommend_rules import rules_collection
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]
Scores = dict[str, float]
_OF_AN_ITEM = ("related-products", "bought-together", "looking-similar")
_MODELS = (*_OF_AN_ITEM, "trending-items", "trending-facets")
_MOST = 30
_FIELDS = fields(
    "indexName model threshold maxRecommendations queryParameters objectID fallbackParameters facetName facetValue"
)
_SELECTING = (
    "filters", "facetFilters", "numericFilters", "tagFilters", "aroundLatLng", "insideBoundingBox", "insidePolygon",
)  # fmt: skip
_AROUND = ("aroundRadius", "aroundPrecision", "minimumAroundRadius")


class RecommendViews:
    """Answers recommendation requests from events and records."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._contents: dict[tuple[int, int, bool], Content | Nearness] = {}
        self._lock = threading.Lock()

    def routes(self) -> list[Route]:
        """List the operation."""
        return [Route("POST", "/1/indexes/*/recommendations", "search", self.recommendations, fields("requests"))]

    def recommendations(self, call: Call) -> Any:
        """Answer with recommended items or facet values, one result for each request (getRecommendations)."""
        requests = listed_requests(call.body)
        return {"results": [self._answer(call.caller, request) for request in requests]}

    def _answer(self, caller: Caller, request: Mapping[str, Any]) -> Body:
        started = perf_counter()
        if strange := request.keys() - _FIELDS:
            raise Refused(f"Unknown parameter: {min(strange)}")
        index, model = request.get("indexName"), request.get("model")
        if not isinstance(index, str):
            raise Refused("Invalid request: missing indexName")
        if model not in _MODELS:
            raise Refused(f"Invalid model '{model}': expected one of {', '.join(sorted(_MODELS))}")
        caller.needs_index(index)
        live = self._store.catalog.get(index)
        if live is None:
            raise missing_index(index)
        threshold = _threshold(request)
        most = whole_number(request, "maxRecommendations", 0, low=0, high=1000) or _MOST
        if model == "trending-facets":
            hits = self._trending_facets(index, live, request, threshold)[:most]
        else:
            hits = self._items(caller, index, live, request, threshold, min(most, _MOST))
        return {
            "hits": hits,
            "nbHits": len(hits),
            "page": 0,
            "nbPages": 1 if hits else 0,
            "hitsPerPage": most,
            "index": index,
            "params": "",
            "query": "",
            "exhaustiveNbHits": True,
            "exhaustiveTypo": True,
            "exhaustive": {"nbHits": True, "typo": True},
            "renderingContent": {},
            "processingTimeMS": int((perf_counter() - started) * 1000),
        }

    # Items

    def _items(
        self, caller: Caller, index: str, live: LiveIndex, request: Mapping[str, Any], threshold: float, most: int
    ) -> list[Body]:
        params = _parameters(_mapping(request, "queryParameters"))
        source = self._source(live, request) if request["model"] in _OF_AN_ITEM else None
        change = self._rules(index, live, request, params, source)
        scores = self._scores(index, live, request, source)
        params = {**params, **change.params}
        allowed = self._allowed(caller, live, params)
        ranked = [
            (object_id, score)
            for object_id, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
            if score >= threshold
            and object_id in live.records
            and object_id not in change.hidden
            and (allowed is None or object_id in allowed)
        ]
        ranked = change.promoted_into([pair for pair in ranked if pair[0] in live.records])[:most]
        ranked += self._fallback(caller, live, request, source, {pair[0] for pair in ranked}, most - len(ranked))
        wanted = params.get("attributesToRetrieve")
        names = [wanted] if isinstance(wanted, str) else wanted
        hidden = hidden_attributes(self._store, live, caller)
        return [
            {**projected(orjson.loads(live.records[object_id]), names, hidden), "_score": round(score, 2)}
            for object_id, score in ranked
            if object_id in live.records
        ]

    def _source(self, live: LiveIndex, request: Mapping[str, Any]) -> str:
        source = request.get("objectID")
        if not isinstance(source, str) or not source:
            raise Refused(f"Invalid request: model {request['model']} needs an objectID")
        return source

    def _scores(self, index: str, live: LiveIndex, request: Mapping[str, Any], source: str | None) -> Scores:
        names = {index, live.main or index}
        seen = [{**event, "index": index} for event in self._store.events if event["index"] in names]
        match request["model"]:
            case "related-products":
                return events.related(seen, index, str(source))
            case "bought-together":
                return events.bought_together(seen, index, str(source))
            case "looking-similar":
                return self._content(live).similar(str(source))
        scores = events.trending(seen, index)
        facet, value = request.get("facetName"), request.get("facetValue")
        if facet is None or value is None:
            return scores
        return {item: score for item, score in scores.items() if str(value) in _facet_values(live, item, str(facet))}

    def _content(self, live: LiveIndex) -> Content | Nearness:
        key = (live.id, live.version, live.engine.preparing)
        with self._lock:
            content = self._contents.get(key)
            if content is None:
                attributes = plain_names(live.effective_settings(self._store.catalog).get("searchableAttributes"))
                vectors = live.engine.vectors()
                records = dict(live.records)
                content = Nearness(records, attributes, vectors) if vectors else Content(records, attributes)
                self._contents = {one: kept for one, kept in self._contents.items() if one[0] != live.id}
                self._contents[key] = content
        return content

    def _allowed(self, caller: Caller, live: LiveIndex, params: Mapping[str, Any]) -> set[str] | None:
        restricted = caller.restrict({name: params[name] for name in (*_SELECTING, *_AROUND) if name in params})
        if not any(restricted.get(name) for name in _SELECTING):
            return None
        return set(live.engine.matching_ids({**restricted, "enableRules": False, "distinct": False}))

    def _fallback(
        self,
        caller: Caller,
        live: LiveIndex,
        request: Mapping[str, Any],
        source: str | None,
        shown: set[str],
        missing: int,
    ) -> list[tuple[str, float]]:
        asked = _mapping(request, "fallbackParameters")
        if missing <= 0 or not asked:
            return []
        params = caller.restrict(_parameters(asked))
        found = live.engine.browse_ids({**params, "enableRules": False, "distinct": False})
        left = [object_id for object_id in found if object_id not in shown and object_id != source]
        return [(object_id, 0.0) for object_id in left[:missing]]

    def _rules(
        self, index: str, live: LiveIndex, request: Mapping[str, Any], params: Mapping[str, Any], source: str | None
    ) -> RulesEffect:
        rules = self._store.documents.get(rules_collection(index, request["model"]), {})
        asked = params.get("ruleContexts") or []
        contexts = asked if isinstance(asked, list) else [asked]

        def fits(filters: str) -> bool:
            return source is not None and source in live.engine.matching_ids({"filters": filters, "enableRules": False})

        return effect_of(rules.values(), {str(one) for one in contexts}, fits)

    # Facets

    def _trending_facets(self, index: str, live: LiveIndex, request: Mapping[str, Any], threshold: float) -> list[Body]:
        facet = request.get("facetName")
        if not isinstance(facet, str) or not facet:
            raise Refused("Invalid request: model trending-facets needs a facetName")
        items = self._scores(index, live, {"model": "trending-items"}, None)
        values = {item: _facet_values(live, item, facet) for item in items}
        scores = events.trending_facets(items, values)
        return [
            {"facetName": facet, "facetValue": value, "_score": round(score, 2)}
            for value, score in sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
            if score >= threshold
        ]


def _threshold(request: Mapping[str, Any]) -> float:
    """Read the score that a recommendation needs; it is required (documented: clients that let it out send 0)."""
    if "threshold" not in request:
        raise Refused("Invalid request: missing threshold")
    value = request["threshold"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 100:
        raise Refused("threshold must be a number between 0 and 100")
    return float(value)


def _parameters(request: Mapping[str, Any]) -> dict[str, Any]:
    """Merge the forms of a recommendation's parameters, without the settings that may stand among them."""
    return {
        name: value
        for name, value in search_parameters(request).items()
        if name in PARAM_TYPES or name not in SETTING_TYPES
    }


def _mapping(request: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = request.get(name) or {}
    if not isinstance(value, Mapping):
        raise Refused(f"{name} must be an object")
    return value


def _facet_values(live: LiveIndex, item: str, facet: str) -> list[str]:
    body = live.records.get(item)
    if body is None:
        return []
    return list(_texts(projected(orjson.loads(body), [facet]), facet.split(".")))


def _texts(value: Any, path: list[str]) -> Iterable[str]:
    if isinstance(value, list):
        for item in value:
            yield from _texts(item, path)
    elif path and isinstance(value, Mapping):
        yield from _texts(value.get(path[0]), path[1:])
    elif not path and isinstance(value, bool):
        yield "true" if value else "false"
    elif not path and isinstance(value, (str, int, float)):
        yield str(value)
