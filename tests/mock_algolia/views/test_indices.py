"""Indexes as wholes: settings, synonyms and rules, copies, moves, replicas, replace_all_objects."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from algoliasearch.http.exceptions import RequestException
from algoliasearch.search.client import SearchClientSync

from services.mock_algolia import AlgoliaMock

RULE = {
    "objectID": "r",
    "conditions": [{"pattern": "algebra", "anchoring": "contains"}],
    "consequence": {"params": {"query": "geometry"}},
}


def titles(client: SearchClientSync, index: str, query: str = "") -> list[str]:
    return [str(hit.to_dict()["title"]) for hit in client.search_single_index(index, {"query": query}).hits]


def fill(client: SearchClientSync, index: str = "courses") -> None:
    client.set_settings(index, {"searchableAttributes": ["title"], "customRanking": ["asc(n)"]})
    client.save_synonyms(index, [{"objectID": "s", "type": "synonym", "synonyms": ["maths", "algebra"]}])
    client.save_rules(index, [RULE])
    client.save_objects(index, [{"objectID": str(n), "title": title, "n": n} for n, title in enumerate("abc")])


def test_settings_merge_and_null_resets_one(client: SearchClientSync) -> None:
    client.set_settings("courses", {"hitsPerPage": 7, "searchableAttributes": ["title"]})
    client.set_settings("courses", {"hitsPerPage": 8})
    assert client.get_settings("courses").hits_per_page == 8
    assert client.get_settings("courses").searchable_attributes == ["title"]

    client.set_settings_with_http_info("courses", {"hitsPerPage": None})

    assert client.get_settings("courses").hits_per_page == 20


def test_unknown_settings_are_refused(client: SearchClientSync) -> None:
    with pytest.raises(RequestException) as refused:
        client.set_settings_with_http_info("courses", {"noSuchSetting": 1})

    assert refused.value.status_code == 400


def test_saves_searches_replaces_and_clears_rules_and_synonyms(client: SearchClientSync) -> None:
    fill(client)
    client.save_rules("courses", [{**RULE, "objectID": "other"}])
    assert {rule.object_id for rule in client.search_rules("courses", {"query": "algebra"}).hits} == {"r", "other"}
    client.save_rules("courses", [{**RULE, "objectID": "only"}], clear_existing_rules=True)
    assert [rule.object_id for rule in client.search_rules("courses").hits] == ["only"]
    client.save_synonyms(
        "courses", [{"objectID": "t", "type": "onewaysynonym", "input": "x", "synonyms": ["y"]}],
        replace_existing_synonyms=True,
    )  # fmt: skip
    assert [one.object_id for one in client.search_synonyms("courses", {"query": "y"}).hits] == ["t"]
    assert client.search_synonyms("courses", {"query": "y", "type": "synonym"}).nb_hits == 0
    assert client.get_rule("courses", "only").object_id == "only"

    client.delete_rule("courses", "only")
    client.clear_synonyms("courses")

    assert client.search_rules("courses").nb_hits == client.search_synonyms("courses").nb_hits == 0


def test_copies_all_or_the_named_parts(client: SearchClientSync) -> None:
    fill(client)

    client.operation_index("courses", {"operation": "copy", "destination": "whole"})
    client.operation_index("courses", {"operation": "copy", "destination": "part", "scope": ["settings", "rules"]})

    assert titles(client, "whole") == ["a", "b", "c"]
    assert client.search_synonyms("whole").nb_hits == 1
    assert client.get_settings("part").custom_ranking == ["asc(n)"]
    assert client.search_rules("part").nb_hits == 1
    assert client.search_synonyms("part").nb_hits == 0
    assert titles(client, "part") == []


def test_moving_replaces_the_destination_and_frees_the_name(client: SearchClientSync) -> None:
    fill(client)
    client.save_object("target", {"objectID": "old", "title": "old"})

    client.operation_index("courses", {"operation": "move", "destination": "target"})

    assert titles(client, "target") == ["a", "b", "c"]
    assert [index.name for index in client.list_indices().items] == ["target"]


def test_moving_or_deleting_what_does_not_exist_is_ignored(client: SearchClientSync) -> None:
    moved = client.operation_index("nowhere", {"operation": "move", "destination": "anywhere"})
    deleted = client.delete_index("nowhere")

    client.wait_for_task("nowhere", moved.task_id)
    client.wait_for_task("whatever", deleted.task_id)
    assert client.list_indices().items == []


def test_replaces_all_objects_keeping_settings(client: SearchClientSync) -> None:
    fill(client)

    client.replace_all_objects("courses", [{"objectID": str(n), "title": "new", "n": n} for n in range(2500)])

    assert client.search_single_index("courses", {"query": "new"}).nb_hits == 2500
    assert client.get_settings("courses").custom_ranking == ["asc(n)"]
    assert client.search_rules("courses").nb_hits == 1
    assert [index.name for index in client.list_indices().items] == ["courses"]


def test_readers_see_before_or_after_replace_all_objects(algolia: AlgoliaMock, client: SearchClientSync) -> None:
    size = 300
    generations = [[{"objectID": str(n), "generation": g} for n in range(size)] for g in range(6)]
    client.set_settings("courses", {"attributesForFaceting": ["generation"]})
    client.save_objects("courses", generations[0])
    seen: list[dict[str, int]] = []
    done = threading.Event()

    def read() -> None:
        with SearchClientSync.create_with_config(algolia.client_config()) as reader:
            while not done.is_set():
                answer = reader.search_single_index("courses", {"query": "", "facets": ["generation"]})
                seen.append((answer.facets or {}).get("generation", {}))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for generation in generations[1:]:
        client.replace_all_objects("courses", generation, batch_size=50)
    done.set()
    for reader in readers:
        reader.join()

    assert seen
    assert all(list(counts.values()) == [size] for counts in seen)


def test_standard_replicas_mirror_records_in_their_own_order(client: SearchClientSync) -> None:
    fill(client)
    client.set_settings("courses", {"replicas": ["by_n_desc"]})
    assert client.get_settings("by_n_desc").searchable_attributes == ["title"]
    assert client.get_settings("by_n_desc").primary == "courses"

    client.set_settings("by_n_desc", {"ranking": ["desc(n)"]})
    client.save_object("courses", {"objectID": "3", "title": "d", "n": 3})
    client.delete_object("courses", "0")

    assert titles(client, "by_n_desc") == ["d", "c", "b"]
    assert titles(client, "courses") == ["b", "c", "d"]


def test_virtual_replicas_sort_the_primarys_results(client: SearchClientSync) -> None:
    fill(client)
    client.set_settings("courses", {"replicas": ["virtual(newest)"]})

    client.set_settings("newest", {"customRanking": ["desc(n)"]})

    assert titles(client, "newest") == ["c", "b", "a"]
    listed = {index.name: index for index in client.list_indices().items}
    assert listed["newest"].virtual
    assert listed["courses"].replicas == ["newest"]


def test_settings_synonyms_and_rules_are_forwarded_on_demand(client: SearchClientSync) -> None:
    client.save_object("courses", {"objectID": "1"})
    client.set_settings("courses", {"replicas": ["copy"]})

    client.set_settings("courses", {"hitsPerPage": 3}, forward_to_replicas=True)
    client.set_settings("courses", {"queryType": "prefixNone"})
    client.save_rules("courses", [RULE], forward_to_replicas=True)
    client.save_synonyms("courses", [{"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}])

    assert client.get_settings("copy").hits_per_page == 3
    assert client.get_settings("copy").query_type == "prefixLast"
    assert client.search_rules("copy").nb_hits == 1
    assert client.search_synonyms("copy").nb_hits == 0


def test_replicas_refuse_writes_and_deletion_until_unlinked(client: SearchClientSync) -> None:
    fill(client)
    client.set_settings("courses", {"replicas": ["copy"]})
    for write in (lambda: client.save_object("copy", {"objectID": "9"}), lambda: client.delete_index("copy")):
        with pytest.raises(RequestException) as refused:
            write()
        assert refused.value.status_code == 403

    client.set_settings("courses", {"replicas": []})

    assert titles(client, "copy") == ["a", "b", "c"]
    client.save_object("copy", {"objectID": "9", "title": "z", "n": 9})
    assert titles(client, "courses") == ["a", "b", "c"]
    client.delete_index("copy")


def test_deleting_a_primary_leaves_its_replicas_independent(client: SearchClientSync) -> None:
    fill(client)
    client.set_settings("courses", {"replicas": ["copy"]})

    client.delete_index("courses")

    assert titles(client, "copy") == ["a", "b", "c"]
    assert client.get_settings("copy").primary is None


def test_replicas_follow_a_primary_that_is_replaced(client: SearchClientSync) -> None:
    fill(client)
    client.set_settings("courses", {"replicas": ["copy"]})

    client.replace_all_objects("courses", [{"objectID": "new", "title": "new", "n": 1}])

    assert titles(client, "copy") == ["new"]
    assert client.get_settings("courses").replicas == ["copy"]


def test_pages_through_rules_and_synonyms(client: SearchClientSync) -> None:
    client.save_synonyms(
        "courses", [{"objectID": str(n), "type": "synonym", "synonyms": ["a", f"b{n}"]} for n in range(1005)]
    )
    found: list[Any] = []

    client.browse_synonyms("courses", lambda page: found.extend(page.hits))

    assert len({one.object_id for one in found}) == 1005
