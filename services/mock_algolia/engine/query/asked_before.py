"""A search like an earlier one but for its query, as a search box asks at every key: there is no more to read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mock_algolia.engine.parameters.schema import search_params
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.search_request import SearchRequest

MOST = 256
"""Kinds of searches remembered for an index."""
LONGEST = 4096
"""Characters of a kind that is remembered."""
_READ_WITH_THE_QUERY = ("similarQuery", "naturalLanguages")


def asked_before(params: Mapping[str, Any], settings: Settings) -> SearchRequest | None:
    """Read a search that no rule changes, its parameters resolved once for every query; None: read it whole."""
    query = params.get("query", "")
    if type(query) is not str or any(name in params for name in _READ_WITH_THE_QUERY):
        return None
    kind = repr([pair for pair in params.items() if pair[0] != "query"])  # tells 1, 1.0, "1" and true apart
    known = settings.asked.get(kind)
    if known is None:
        typed = search_params({name: value for name, value in params.items() if name != "query"})
        if typed.get("mode", settings["mode"]) == "neuralSearch":
            return None
        known = SearchRequest.of(typed, settings)
        if len(kind) <= LONGEST:
            if len(settings.asked) >= MOST:
                settings.asked.clear()
            settings.asked[kind] = known
    rest = known.given
    given = {
        name: query if name == "query" else rest[name] for name in params if name == "query" or name in rest
    }  # in the order in which they came, for `params` of the response
    return known.asking(query, given)
