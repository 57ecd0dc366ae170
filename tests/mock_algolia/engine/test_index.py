"""The index as a whole: updates, snapshots, settings, dumps, many threads."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from services.mock_algolia.engine import (
    BadRequest,
    DumpRefused,
    Index,
    validate_record,
    validate_rule,
    validate_settings,
)

SETTINGS: dict[str, Any] = {
    "searchableAttributes": ["title", "unordered(about)"],
    "attributesForFaceting": ["kind", "n"],
    "customRanking": ["desc(n)"],
}


def made(count: int) -> list[dict[str, Any]]:
    words = "machine learning data science cooking history music painting".split()  # noqa: SIM905 - reads better as words
    return [
        {
            "objectID": f"r{at}",
            "title": f"{words[at % 8]} {words[at * 3 % 7]}",
            "about": " ".join(words[(at + step) % 8] for step in range(5)),
            "kind": f"k{at % 3}",
            "n": at % 11,
        }
        for at in range(count)
    ]


def filled(count: int = 50, settings: dict[str, Any] | None = None) -> Index:
    index = Index(settings or SETTINGS, [], [])
    index.apply(made(count), [])
    return index


def answer(index: Index, **params: Any) -> dict[str, Any]:
    found = index.search({"getRankingInfo": True, "facets": ["*"], **params}, index_name="i")
    return {name: value for name, value in found.items() if not name.startswith("processing")}


def test_sees_an_update_at_once_and_keeps_its_place_among_equals() -> None:
    index = filled(3, {"searchableAttributes": ["title"]})
    index.apply([{"objectID": "r0", "title": "zebra"}], [])
    assert [hit["objectID"] for hit in answer(index, query="")["hits"]] == ["r0", "r1", "r2"]
    assert [hit["objectID"] for hit in answer(index, query="zebra")["hits"]] == ["r0"]


def test_forgets_deleted_records() -> None:
    index = filled(3)
    index.apply([], ["r1", "unknown"])
    assert answer(index, query="")["nbHits"] == 2
    assert index.count == 2


def test_takes_the_last_of_equal_ids() -> None:
    index = Index(SETTINGS, [], [])
    index.apply([{"objectID": "a", "title": "one"}, {"objectID": "a", "title": "two"}], [])
    assert answer(index, query="two")["nbHits"] == 1
    assert answer(index, query="one")["nbHits"] == 0


def test_answers_the_same_whatever_the_batches() -> None:
    whole, bits = filled(60), Index(SETTINGS, [], [])
    for record in made(60):
        bits.apply([record], [])
    for query in ("machine", "mashine lear", "data", ""):
        assert answer(whole, query=query) == answer(bits, query=query)


def test_changed_settings_answer_like_a_fresh_index() -> None:
    index = filled(40)
    changed = {
        **SETTINGS,
        "searchableAttributes": ["about"],
        "attributesForFaceting": ["title"],
        "customRanking": ["asc(n)"],
    }
    index.reconfigure(changed, [{"objectID": "s", "type": "synonym", "synonyms": ["ml", "machine learning"]}], [])
    fresh = Index(changed, [{"objectID": "s", "type": "synonym", "synonyms": ["ml", "machine learning"]}], [])
    fresh.apply(made(40), [])
    for query in ("ml", "cooking", ""):
        assert answer(index, query=query) == answer(fresh, query=query)


def test_a_loaded_dump_answers_as_the_index_did_and_takes_writes() -> None:
    index = filled(50)
    index.apply([], ["r7"])
    again = Index.load(index.dump(), SETTINGS, [], [])
    for query in ("machine", "mashine lear", ""):
        assert answer(again, query=query) == answer(index, query=query)
    again.apply([{"objectID": "new", "title": "zebra"}], ["r1"])
    assert answer(again, query="zebra")["nbHits"] == 1
    assert again.count == 49


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"PK\x03\x04 cut short"])
def test_refuses_what_is_no_dump(damage: bytes) -> None:
    with pytest.raises(DumpRefused):
        Index.load(damage, SETTINGS)


def test_refuses_a_dump_of_other_settings() -> None:
    with pytest.raises(DumpRefused):
        Index.load(filled(3).dump(), {**SETTINGS, "searchableAttributes": ["about"]})


def test_readers_see_whole_writes_only() -> None:
    index = Index({"attributesForFaceting": ["batch"]}, [], [])
    index.apply([{"objectID": f"r{at}", "batch": 0, "title": "jazz"} for at in range(30)], [])
    stop = threading.Event()
    mixed: list[Any] = []

    def read() -> None:
        while not stop.is_set():
            found = index.search({"query": "jazz", "facets": ["batch"]}, index_name="i")
            if found["nbHits"] != 30 or len(found["facets"]["batch"]) != 1:
                mixed.append(found["facets"])

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for batch in range(1, 60):
        index.apply([{"objectID": f"r{at}", "batch": batch, "title": "jazz"} for at in range(30)], [])
    stop.set()
    for reader in readers:
        reader.join()
    assert not mixed


def test_two_writers_lose_nothing() -> None:
    index = Index({}, [], [])

    def write(name: str) -> None:
        for at in range(100):
            index.apply([{"objectID": f"{name}{at}", "title": name}], [])

    writers = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert index.count == 400


def test_browses_every_match_in_order() -> None:
    index = filled(1500)
    found = index.browse_ids({"query": "machine", "filters": "kind:k1"})
    assert len(found) == answer(index, query="machine", filters="kind:k1")["nbHits"]
    assert index.matching_ids({"filters": "n > 9"}) == [f"r{at}" for at in range(1500) if at % 11 > 9]


def test_custom_dictionary_entries_count() -> None:
    entries = {
        "stopwords": [{"objectID": "1", "language": "en", "word": "zzz"}],
        "plurals": [{"objectID": "2", "language": "en", "words": ["ox", "oxen"]}],
    }
    index = Index({"searchableAttributes": ["title"]}, [], [], dictionaries=entries)
    index.apply([{"objectID": "a", "title": "ox cart"}], [])
    found = index.search({"query": "zzz oxen cart", "removeStopWords": ["en"], "ignorePlurals": ["en"]}, index_name="i")
    assert found["nbHits"] == 1


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"title": "x"}, "objectID"),
        ({"objectID": ""}, "objectID"),
        ({"objectID": "a", "text": "x" * 100_001}, "too big"),
        ({"objectID": "a", "text": "\ud800"}, "UTF-8"),
        ({"objectID": "a", "n": float("nan")}, "finite"),
        ({"objectID": "a", "n": 10**30}, "cannot be stored"),
        ({"objectID": "a", "_geoloc": {"lat": 1}}, "_geoloc"),
        ([], "object"),
    ],
)
def test_refuses_records_that_cannot_be(record: Any, why: str) -> None:
    with pytest.raises(BadRequest, match=why):
        validate_record(record)


def test_refuses_settings_and_rules_that_break_the_documented_shape() -> None:
    for settings in (
        {"colour": 1},
        {"hitsPerPage": "many"},
        {"customRanking": ["likes"]},
        {"attributesForFaceting": "x"},
    ):
        with pytest.raises(BadRequest):
            validate_settings(settings)
    for rule in ({}, {"objectID": "r"}, {"objectID": "r", "consequence": {}, "conditions": [{"anchoring": "is"}]}):
        with pytest.raises(BadRequest):
            validate_rule(rule)
