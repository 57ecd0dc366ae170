"""Which rules a search hears: it looks at those that wait for one of its words, and misses none of the others."""

from __future__ import annotations

from typing import Any

import pytest

from services.mock_algolia.engine import Index
from services.mock_algolia.engine.parameters.settings import Settings
from services.mock_algolia.engine.query.rule_matching import Rules

RECORDS = [
    {"objectID": "bees", "title": "Keeping bees", "level": "Introductory"},
    {"objectID": "law", "title": "Law of the sea", "level": "Advanced"},
]
SETTINGS = {"attributesForFaceting": ["level"], "searchableAttributes": ["title"]}
BEES = {"pattern": "bees", "anchoring": "contains"}


def rule(*conditions: dict[str, Any], identity: str = "r") -> dict[str, Any]:
    return {"objectID": identity, "conditions": list(conditions), "consequence": {"userData": identity}}


def index_with(*rules: dict[str, Any]) -> Index:
    index = Index(SETTINGS, rules=rules)
    index.apply(RECORDS)
    return index


@pytest.mark.parametrize(
    ("conditions", "search", "heard"),
    [
        ((BEES,), {"query": "keeping Bees"}, True),
        ((BEES,), {"query": "keeping bee"}, False),
        ((BEES,), {"query": ""}, False),
        ((BEES | {"anchoring": "startsWith"},), {"query": "keeping bees"}, False),
        ((BEES | {"anchoring": "endsWith"},), {"query": "keeping bees"}, True),
        ((BEES | {"alternatives": True},), {"query": "keeping beees"}, True),
        (({"pattern": "keeping bees"},), {"query": "keeping law"}, False),
        (({"pattern": "", "anchoring": "is"},), {"query": ""}, True),
        (({"pattern": "{facet:level} law"},), {"query": "advanced law"}, True),
        (({"context": "shop"},), {"query": "law", "ruleContexts": ["shop"]}, True),
        (({"filters": "level:Advanced"},), {"query": "law", "filters": "level:Advanced"}, True),
        ((BEES, {"context": "shop"}), {"query": "law", "ruleContexts": ["shop"]}, True),
        ((BEES, {"pattern": "law"}), {"query": "law"}, True),
        ((BEES, {"pattern": "law"}), {"query": "sea"}, False),
        ((), {"query": "law"}, True),
    ],
)
def test_hears_a_rule_whatever_it_waits_for(
    conditions: tuple[dict[str, Any], ...], search: dict[str, Any], heard: bool
) -> None:
    others = [rule({"pattern": f"word{number}"}, identity=f"other-{number}") for number in range(50)]

    answer = index_with(*others, rule(*conditions)).search(search, index_name="courses")

    assert answer.get("userData") == (["r"] if heard else None)


def test_is_heard_once_however_many_of_its_words_are_there() -> None:
    answer = index_with(rule(BEES, {"pattern": "keeping"})).search({"query": "keeping bees bees"}, index_name="courses")

    assert answer["userData"] == ["r"]


@pytest.mark.parametrize("search", [{"query": "law"}, {"query": ""}, {"query": "keeping", "similarQuery": "law"}])
def test_answers_as_without_rules_where_all_wait_for_other_words(search: dict[str, Any]) -> None:
    plain, ruled = (Index(SETTINGS, rules=rules) for rules in ([], [rule(BEES)]))
    for index in (plain, ruled):
        index.apply(RECORDS)
    asked = {**search, "filters": "level:Advanced", "ruleContexts": ["shop"]}

    with_rules, without = (index.search(asked, index_name="courses") for index in (ruled, plain))

    times = ("processingTimeMS", "processingTimingsMS")
    assert {k: v for k, v in with_rules.items() if k not in times} == {
        k: v for k, v in without.items() if k not in times
    }


def test_tells_that_no_rule_has_to_be_looked_at() -> None:
    tokenizer = Settings({}).tokenizer

    assert Rules([rule(BEES)], tokenizer).wait_for_other_words("Law of the sea")
    assert not Rules([rule(BEES)], tokenizer).wait_for_other_words("Keeping BEES")
    assert not Rules([rule(BEES), rule({"context": "shop"}, identity="s")], tokenizer).wait_for_other_words("law")
