"""Records, through the official client: what it writes is what it reads back."""

from __future__ import annotations

from typing import Any

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock


def browse(client: SearchClientSync, index: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    client.browse_objects(index, lambda page: found.extend(hit.to_dict() for hit in page.hits), params or None)
    return found


def test_saves_many_and_browses_them_all_once(client: SearchClientSync) -> None:
    client.save_objects("courses", [{"objectID": str(n), "n": n} for n in range(2345)], wait_for_tasks=True)

    found = browse(client, "courses")

    assert sorted(hit["n"] for hit in found) == list(range(2345))


def test_browsing_goes_on_over_a_snapshot_while_records_come_and_go(client: SearchClientSync) -> None:
    client.save_objects("courses", [{"objectID": str(n)} for n in range(30)])
    first = client.browse("courses", {"hitsPerPage": 10})
    client.delete_objects("courses", [str(n) for n in range(10)])
    client.save_objects("courses", [{"objectID": f"new {n}"} for n in range(10)])

    second = client.browse("courses", {"cursor": first.cursor})
    third = client.browse("courses", {"cursor": second.cursor})

    ids = [hit.object_id for page in (first, second, third) for hit in page.hits]
    assert len(ids) == len(set(ids)) == 30
    assert third.cursor is None


def test_makes_an_id_for_a_record_without_one(client: SearchClientSync) -> None:
    saved = client.save_object("courses", {"title": "Algebra"})

    assert client.get_object("courses", saved.object_id) == {"objectID": saved.object_id, "title": "Algebra"}


@pytest.mark.parametrize("name", ["a b", "ü/ö", "100%", "a%2Fb", "*", "a+b?c#d", "\u0000x", "日本"])
def test_reads_back_any_object_id(client: SearchClientSync, name: str) -> None:
    client.add_or_update_object("courses", name, {"t": 1})

    assert client.get_object("courses", name) == {"objectID": name, "t": 1}
    client.delete_object("courses", name)
    with pytest.raises(RequestException, match="ObjectID does not exist"):
        client.get_object("courses", name)


@pytest.mark.parametrize("name", ["a b", "ü/ö", "100%", "a%2Fb", "x*y", "日本"])
def test_any_index_name_works(client: SearchClientSync, name: str) -> None:
    client.save_object(name, {"objectID": "1"})

    assert [index.name for index in client.list_indices().items] == [name]
    assert client.search_single_index(name, {"query": ""}).nb_hits == 1


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        (1, {"_operation": "Increment", "value": 2}, 3),
        (None, {"_operation": "Increment", "value": 2}, 2),
        (5, {"_operation": "Decrement", "value": 2}, 3),
        (["a"], {"_operation": "Add", "value": "a"}, ["a", "a"]),
        (["a"], {"_operation": "AddUnique", "value": "a"}, ["a"]),
        (["a"], {"_operation": "AddUnique", "value": "b"}, ["a", "b"]),
        (["a", "b", "a"], {"_operation": "Remove", "value": "a"}, ["b"]),
        (1, {"_operation": "IncrementFrom", "value": 1}, 2),
        (1, {"_operation": "IncrementFrom", "value": 2}, 1),
        (1, {"_operation": "IncrementSet", "value": 7}, 7),
        (9, {"_operation": "IncrementSet", "value": 7}, 9),
        ({"deep": 1}, {"deeper": 2}, {"deeper": 2}),
    ],
)
def test_updates_one_attribute_in_place(client: SearchClientSync, before: Any, change: Any, after: Any) -> None:
    record = {"objectID": "1", "kept": True} | ({} if before is None else {"value": before})
    client.save_object("courses", record)

    client.partial_update_object("courses", "1", {"value": change})

    assert client.get_object("courses", "1") == {"objectID": "1", "kept": True, "value": after}


def test_a_refused_guard_leaves_the_whole_record_alone(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1", "version": 5, "title": "old"})

    client.partial_update_object(
        "courses", "1", {"version": {"_operation": "IncrementFrom", "value": 4}, "title": "new"}
    )

    assert client.get_object("courses", "1")["title"] == "old"


@pytest.mark.parametrize(
    ("operation", "value", "made"),
    [("IncrementFrom", 0, True), ("IncrementFrom", 3, False), ("IncrementSet", 1, True), ("IncrementSet", 0, False)],
)
def test_a_guard_decides_whether_a_missing_record_is_made(
    client: SearchClientSync, operation: str, value: int, made: bool
) -> None:
    client.save_object("courses", {"objectID": "other"})

    client.partial_update_object("courses", "1", {"v": {"_operation": operation, "value": value}})

    assert len(browse(client, "courses")) == 1 + made


def test_a_partial_update_makes_a_missing_record_unless_told_not_to(client: SearchClientSync) -> None:
    client.partial_update_object("courses", "made", {"a": 1})
    client.partial_update_object("courses", "not made", {"a": 1}, create_if_not_exists=False)

    assert [hit["objectID"] for hit in browse(client, "courses")] == ["made"]


def test_a_batch_applies_its_actions_in_order(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "old"})

    client.batch(
        "courses",
        {
            "requests": [
                {"action": "addObject", "body": {"objectID": "a", "n": 1}},
                {"action": "clear", "body": {}},
                {"action": "addObject", "body": {"objectID": "b", "n": 1}},
                {
                    "action": "partialUpdateObject",
                    "body": {"objectID": "b", "n": {"_operation": "Increment", "value": 4}},
                },
                {"action": "partialUpdateObjectNoCreate", "body": {"objectID": "c", "n": 1}},
                {"action": "addObject", "body": {"objectID": "d"}},
                {"action": "deleteObject", "body": {"objectID": "d"}},
                {"action": "updateObject", "body": {"objectID": "e", "n": 2}},
                {"action": "deleteObject", "body": {"objectID": "e"}},
                {"action": "addObject", "body": {"objectID": "e", "n": 3}},
            ]
        },
    )

    assert sorted((hit["objectID"], hit["n"]) for hit in browse(client, "courses")) == [("b", 5), ("e", 3)]


def test_a_batch_with_one_bad_action_changes_nothing(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "a"})

    with pytest.raises(RequestException) as refused:
        client.batch(
            "courses",
            {"requests": [{"action": "addObject", "body": {"objectID": "b"}}, {"action": "deleteObject", "body": {}}]},
        )

    assert refused.value.status_code == 400
    assert [hit["objectID"] for hit in browse(client, "courses")] == ["a"]


def test_one_request_writes_to_many_indexes(client: SearchClientSync) -> None:
    answer = client.multiple_batch(
        {
            "requests": [
                {"action": "addObject", "indexName": "a", "body": {"objectID": "1"}},
                {"action": "addObject", "indexName": "b", "body": {"objectID": "2"}},
                {"action": "addObject", "indexName": "a", "body": {"objectID": "3"}},
            ]
        }
    )

    assert answer.object_ids == ["1", "2", "3"]
    assert set(answer.task_id) == {"a", "b"}
    for index, task in answer.task_id.items():
        client.wait_for_task(index, task)
    found = client.get_objects(
        {"requests": [{"indexName": "a", "objectID": "3"}, {"indexName": "b", "objectID": "nowhere"}]}
    )
    assert found.results == [{"objectID": "3"}, None]


def test_deletes_what_filters_select(client: SearchClientSync) -> None:
    client.set_settings("courses", {"attributesForFaceting": ["level"]})
    client.save_objects("courses", [{"objectID": str(n), "level": "ab"[n % 2], "n": n} for n in range(10)])

    client.delete_by("courses", {"filters": "level:a AND n > 2"})

    assert sorted(hit["n"] for hit in browse(client, "courses")) == [0, 1, 2, 3, 5, 7, 9]


@pytest.mark.parametrize(
    "nothing", [{}, {"filters": ""}, {"query": "algebra"}, {"facetFilters": [[]]}, {"tagFilters": [], "hitsPerPage": 1}]
)
def test_refuses_to_delete_by_nothing(client: SearchClientSync, nothing: dict[str, Any]) -> None:
    client.save_object("courses", {"objectID": "1", "t": "algebra"})

    with pytest.raises(RequestException, match="DeleteByQuery endpoint does not support"):
        client.custom_post("1/indexes/courses/deleteByQuery", None, nothing)

    assert client.search_single_index("courses").nb_hits == 1


def test_clearing_keeps_settings_synonyms_and_rules(client: SearchClientSync) -> None:
    client.set_settings("courses", {"searchableAttributes": ["title"]})
    client.save_synonyms("courses", [{"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}])
    client.save_object("courses", {"objectID": "1"})

    client.clear_objects("courses")

    assert browse(client, "courses") == []
    assert client.get_settings("courses").searchable_attributes == ["title"]
    assert client.search_synonyms("courses").nb_hits == 1


def test_shows_only_the_attributes_asked_for(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1", "a": 1, "b": {"c": 2, "d": 3}, "e": [{"f": 1, "g": 2}]})

    assert client.get_object("courses", "1", ["a"]) == {"objectID": "1", "a": 1}
    assert client.get_object("courses", "1", ["b.c", "e.g"]) == {"objectID": "1", "b": {"c": 2}, "e": [{"g": 2}]}


def test_hides_unretrievable_attributes_from_search_keys(algolia: AlgoliaMock, client: SearchClientSync) -> None:
    client.set_settings("courses", {"unretrievableAttributes": ["secret"]})
    client.save_object("courses", {"objectID": "1", "secret": "x", "open": "y"})

    with SearchClientSync.create_with_config(algolia.client_config(algolia.search_key)) as searcher:
        assert searcher.get_object("courses", "1") == {"objectID": "1", "open": "y"}
    assert client.get_object("courses", "1")["secret"] == "x"


def test_reading_what_does_not_exist_is_404(client: SearchClientSync) -> None:
    for read in (
        lambda: client.search_single_index("nowhere"),
        lambda: client.get_object("nowhere", "1"),
        lambda: client.get_settings("nowhere"),
        lambda: client.browse("nowhere"),
        lambda: client.search({"requests": [{"indexName": "nowhere"}]}),
    ):
        with pytest.raises(RequestException, match="Index nowhere does not exist") as missing:
            read()
        assert missing.value.status_code == 404
