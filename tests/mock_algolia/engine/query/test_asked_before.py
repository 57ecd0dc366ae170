"""A search like an earlier one, read without reading it all again, asks the same as one that is read whole."""

from __future__ import annotations

from typing import Any

import pytest

from services.mock_algolia.engine.errors import BadRequest
from services.mock_algolia.engine.parameters.schema import search_params
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.asked_before import LONGEST, MOST, asked_before
from services.mock_algolia.engine.query.search_request import SearchRequest
from tests.contracts.algolia.requests import SEARCH_ONLY, SETTING_OR_SEARCH

EVERY = [(name, value) for name, values in {**SEARCH_ONLY, **SETTING_OR_SEARCH}.items() for value in values]


@pytest.mark.parametrize("mode", ["keywordSearch", "neuralSearch"])
@pytest.mark.parametrize(("name", "value"), EVERY, ids=lambda one: str(one)[:40])
def test_asks_the_same_as_when_it_is_read_whole(name: str, value: Any, mode: str) -> None:
    settings = Settings({"mode": mode, "attributeForDistinct": "org", "userData": {"a": 1}})
    for query in ("first", "second", " ", ""):
        for params in (
            {"query": query, name: value},
            {name: value, "query": query, "page": 1, "facets": None},
            {name: value},
        ):
            known = asked_before(params, settings)
            if known is not None:
                whole = SearchRequest.of(search_params(params), settings)
                assert known == whole
                assert list(known.given.items()) == list(whole.given.items())  # `params` of the response tells them so


def test_tells_values_apart_that_are_equal_in_python() -> None:
    settings = Settings({})
    asked_before({"query": "a", "hitsPerPage": 1}, settings)

    with pytest.raises(BadRequest):
        asked_before({"query": "a", "hitsPerPage": True}, settings)


@pytest.mark.parametrize("params", [{"query": 1}, {"query": None}, {"query": "a", "similarQuery": "b"}])
def test_leaves_to_be_read_whole_what_depends_on_the_query(params: dict[str, Any]) -> None:
    assert asked_before(params, Settings({})) is None


def test_remembers_no_more_than_so_many_searches() -> None:
    settings = Settings({})
    for page in range(MOST + 10):
        asked_before({"query": "a", "page": page}, settings)
    asked_before({"query": "a", "filters": " OR ".join(["a:b"] * LONGEST)}, settings)

    assert len(settings.asked) == 10
