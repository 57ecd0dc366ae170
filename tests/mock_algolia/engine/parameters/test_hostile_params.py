"""Whatever a search is given, it answers or refuses; it never breaks."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine import BadRequest, Index, validate_rule, validate_settings, validate_synonym
from services.mock_algolia.engine.parameters.schema import PARAM_TYPES, SETTING_TYPES

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 2000)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        ["true", "min", "all", "a:1", "n>1", "*", "asc(n)", "neuralSearch", "[1,2]", "{", "1,2,3,4", "title:3"]
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
filter_text = st.lists(
    st.sampled_from(
        [
            "kind",
            ":",
            "a",
            '"',
            "'",
            "(",
            ")",
            "AND",
            "OR",
            "NOT",
            "n",
            ">",
            "<=",
            "1",
            "TO",
            " ",
            "\\",
            ",",
            "<score=2>",
            "_tags",
        ]
    ),
    max_size=9,
).map(" ".join)


@pytest.fixture(scope="module")
def index() -> Index:
    made = Index(
        {"attributesForFaceting": ["kind"], "attributeForDistinct": "kind", "searchableAttributes": ["title"]}, [], []
    )
    made.apply(
        [
            {
                "objectID": str(at),
                "title": "some jazz music",
                "kind": "ab"[at % 2],
                "n": at,
                "_geoloc": {"lat": at, "lng": 1},
            }
            for at in range(5)
        ],
        [],
    )
    return made


@settings(max_examples=300, deadline=None)
@given(params=st.dictionaries(st.sampled_from(sorted(PARAM_TYPES)), json_values, max_size=4))
def test_any_parameters_are_answered_or_refused(index: Index, params: dict[str, Any]) -> None:
    with suppress(BadRequest):
        assert index.search({"query": "jazz", **params}, index_name="i") is not None


@settings(max_examples=300, deadline=None)
@given(text=filter_text | st.text(max_size=20))
def test_any_filter_is_answered_or_refused(index: Index, text: str) -> None:
    for name in ("filters", "facetFilters", "numericFilters", "tagFilters", "optionalFilters"):
        with suppress(BadRequest):
            index.search({name: text}, index_name="i")


@settings(max_examples=200, deadline=None)
@given(query=st.text(max_size=40), advanced=st.booleans())
def test_any_query_text_is_answered(index: Index, query: str, advanced: bool) -> None:
    index.search(
        {
            "query": query,
            "advancedSyntax": advanced,
            "removeStopWords": True,
            "ignorePlurals": True,
            "attributesToSnippet": ["*:3"],
        },
        index_name="i",
    )


@settings(max_examples=200, deadline=None)
@given(given_settings=st.dictionaries(st.sampled_from(sorted(SETTING_TYPES)), json_values, max_size=3))
def test_settings_that_pass_validation_can_be_searched_with(given_settings: dict[str, Any]) -> None:
    with suppress(BadRequest):
        searched(validate_settings(given_settings))


def searched(index_settings: dict[str, Any], synonyms: Any = (), rules: Any = ()) -> None:
    made = Index(index_settings, synonyms, rules)
    made.apply([{"objectID": "a", "title": "jazz", "tag": "jazz", "n": 1}], [])
    made.search({"query": "jazz", "facets": ["*"]}, index_name="i")


ODD: list[Any] = [3, -1, True, None, "x", [], ["x"], [3], [[1]], [{"x": 1}], {}, {"a": 1}, {"a": "b"}, {"a": {"b": 3}}]
CONDITION = {"pattern": "{facet:tag}", "anchoring": "contains"}


def rule(consequence: Any = None, condition: Any = None, **more: Any) -> dict[str, Any]:
    conditions = [CONDITION if condition is None else condition]
    return {"objectID": "r", "conditions": conditions, "consequence": consequence or {}, **more}


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_odd_rules_are_refused_or_searched_with(odd: Any) -> None:
    rules = [
        *(
            rule({"params": {name: odd}})
            for name in ("query", "automaticFacetFilters", "filters", "optionalFilters", "optionalWords")
        ),
        *(rule({name: odd}) for name in ("promote", "hide", "params", "userData", "filterPromotes")),
        *(
            rule(condition={"pattern": "jazz", "anchoring": "is", name: odd})
            for name in ("pattern", "anchoring", "context", "filters")
        ),
        *(rule(**{name: odd}) for name in ("conditions", "validity", "enabled")),
        rule({"params": {"query": {"edits": odd, "remove": odd}}}),
        rule({"params": {"automaticFacetFilters": [{"facet": odd, "score": odd}]}}),
        rule({"promote": [{"objectIDs": odd, "position": 0}]}),
        rule(validity=[{"from": odd, "until": odd}]),
    ]
    for one in rules:
        with suppress(BadRequest):
            searched({"attributesForFaceting": ["tag"]}, rules=[validate_rule(one)])


@pytest.mark.parametrize("odd", ODD, ids=repr)
@pytest.mark.parametrize("kind", ["synonym", "oneWaySynonym", "altCorrection1", "altCorrection2", "placeholder"])
def test_odd_synonyms_are_refused_or_searched_with(odd: Any, kind: str) -> None:
    whole = {
        "objectID": "s", "type": kind, "synonyms": ["jazz", "blues"], "input": "jazz", "word": "jazz",
        "corrections": ["blues"], "placeholder": "<p>", "replacements": ["jazz"],
    }  # fmt: skip
    for name in whole:
        with suppress(BadRequest):
            searched({}, synonyms=[validate_synonym({**whole, name: odd})])
