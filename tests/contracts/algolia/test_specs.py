"""Every specification at every door, and the README that is made from them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.algolia.doors import Door, EngineDoor, Refused
from tests.contracts.algolia.readme import READMES, render, replaced
from tests.contracts.algolia.specs import Case, features

CASES = [pytest.param(case, id=f"{case.feature}-{case.name}") for feature in features() for case in feature.cases]


@pytest.mark.parametrize("case", CASES)
def test_answers_as_specified(door: Door, case: Case) -> None:
    if case.engine_only and not isinstance(door, EngineDoor):
        pytest.skip("a matter of how the engine was started: run by the engine's door")
    expect = dict(case.expect)
    if "error" in expect:
        with pytest.raises(Refused) as refusal:
            door.answer(case)
        assert refusal.value.status == expect["error"]["status"]
        assert expect["error"]["message"] in refusal.value.message
        return
    found = door.answer(case)
    if "facet_hits" in expect:
        assert found["facetHits"] == expect["facet_hits"]
    if "exactly" in expect:
        assert {name: found.get(name) for name in expect["exactly"]} == expect["exactly"]
        assert "hits" not in found
        return
    hits: list[dict[str, Any]] = found.get("hits", [])
    if "ids" in expect:
        assert [hit["objectID"] for hit in hits] == expect["ids"], case.why
    by_id = {hit["objectID"]: hit for hit in hits}
    for identity, wanted in expect.get("ranking", {}).items():
        assert {name: by_id[identity]["_rankingInfo"].get(name) for name in wanted} == wanted
    for kind, key in (("_highlightResult", "highlight"), ("_snippetResult", "snippet")):
        for identity, wanted in expect.get(key, {}).items():
            assert {name: by_id[identity][kind][name]["value"] for name in wanted} == wanted
    if "leaf" in expect:
        leaf = hits[0]["_highlightResult"]
        for step in expect["leaf"]["path"]:
            leaf = leaf[step]
        assert leaf == expect["leaf"]["value"]
    if "hit" in expect:
        assert {name: value for name, value in hits[0].items() if not name.startswith("_")} == expect["hit"]
    for name, values in expect.get("leading", {}).items():
        assert [hit.get(name) for hit in hits] == values
    if expect.get("no_highlight"):
        assert "_highlightResult" not in hits[0]
    assert {name: found.get(name) for name in expect.get("response", {})} == expect.get("response", {})


MIXED = [case for feature in features() for case in feature.cases if feature.name.startswith("Numbers and texts")]


@pytest.mark.parametrize("case", MIXED, ids=lambda case: case.name)
def test_mixed_types_answer_alike_whatever_came_first(case: Case) -> None:
    answers = []
    for records in (case.records, case.records[::-1], sorted(case.records, key=lambda one: str(one.get("v")))):
        found = EngineDoor().answer(replace(case, records=records))
        for hit in found["hits"]:
            del hit["_rankingInfo"]  # it tells the order of arrival
        answers.append({name: value for name, value in found.items() if "processing" not in name})
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize("path", READMES, ids=lambda path: path.parent.name)
def test_the_readme_table_is_made_from_the_specifications(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert replaced(text, render()) == text, "run: python -m tests.contracts.algolia.readme"
