"""One suite for every search index: the fake in memory, and Algolia's client on each server that stands for Algolia."""

from __future__ import annotations

from typing import Any

from services.index_writer.course_index import CourseIndex, chunks_of


def records(*names: str, content_hash: str = "h") -> list[dict[str, Any]]:
    return [{"objectID": name, "title": name, "content_hash": content_hash} for name in names]


def test_is_not_listed_before_something_is_written(index: CourseIndex) -> None:
    assert index.indices() == {}


def test_lists_what_was_written(index: CourseIndex) -> None:
    index.batch("courses", records("A+1", "A+2"), [])
    state = index.indices()["courses"]
    assert (state.entries, state.pending) == (2, False)


def test_creates_replaces_and_deletes_in_one_batch(index: CourseIndex) -> None:
    index.batch("courses", records("A+1", "A+2"), [])
    index.batch("courses", records("A+2", "A+3", content_hash="new"), ["A+1"])
    assert index.hashes("courses") == {"A+2": "new", "A+3": "new"}
    assert index.count("courses") == 2


def test_reads_some_records_whole_and_leaves_out_what_is_not_there(index: CourseIndex) -> None:
    index.batch("courses", records("A+1", "A+2", "A+3"), [])
    found = index.records("courses", ["A+3", "nowhere", "A+1"])
    assert found == {one["objectID"]: one for one in records("A+1", "A+3")}


def test_replaces_a_record_whole(index: CourseIndex) -> None:
    index.batch("courses", [{"objectID": "A+1", "a": 1, "content_hash": "x"}], [])
    index.batch("courses", [{"objectID": "A+1", "b": 1}], [])
    assert index.get("courses", "A+1") == {"objectID": "A+1", "b": 1}
    assert index.hashes("courses") == {"A+1": None}


def test_deletes_what_is_not_there_without_complaint(index: CourseIndex) -> None:
    index.batch("courses", [], ["A+1"])
    index.delete("courses_tmp_1")


def test_reads_more_records_than_one_page_holds(index: CourseIndex) -> None:
    names = [f"A+{number}" for number in range(2500)]
    index.batch("courses", records(*names), [])
    assert sorted(index.hashes("courses")) == sorted(names)


def test_keeps_ids_with_every_sort_of_character(index: CourseIndex) -> None:
    names = ["MITx+6.00.1x", "A B/C%2F", "数+据", "O'Hara+“1”", "a?b#c"]
    index.batch("courses", records(*names), [])
    assert sorted(index.hashes("courses")) == sorted(names)
    found = [index.get("courses", name) for name in names]
    assert [one["title"] for one in found if one] == names


def test_configures_an_index_and_reads_the_configuration_back(index: CourseIndex) -> None:
    synonym = {"objectID": "ml", "type": "synonym", "synonyms": ["ml", "machine learning"]}
    rule = {"objectID": "r", "conditions": [{"pattern": "x", "anchoring": "contains"}], "consequence": {"params": {}}}
    index.set_settings("courses", {"searchableAttributes": ["title"]})
    index.replace_synonyms("courses", [synonym, {**synonym, "objectID": "old"}])
    index.replace_synonyms("courses", [synonym])
    index.replace_rules("courses", [{**rule, "objectID": "old"}])
    index.replace_rules("courses", [rule])
    found = index.configuration("courses")
    assert found.settings["searchableAttributes"] == ["title"]
    assert [one["objectID"] for one in found.synonyms] == ["ml"]
    assert [one["objectID"] for one in found.rules] == ["r"]


def test_copies_records_and_configuration(index: CourseIndex) -> None:
    index.batch("courses", records("A+1"), [])
    index.set_settings("courses", {"searchableAttributes": ["title"]})
    index.copy("courses", "courses_tmp_1")
    index.batch("courses", [], ["A+1"])
    assert index.count("courses_tmp_1") == 1
    assert index.configuration("courses_tmp_1").settings["searchableAttributes"] == ["title"]


def test_moves_one_index_over_another(index: CourseIndex) -> None:
    index.batch("courses", records("old"), [])
    index.batch("courses_tmp_1", records("new"), [])
    index.move("courses_tmp_1", "courses")
    assert index.hashes("courses") == {"new": "h"}
    assert set(index.indices()) == {"courses"}


def test_ignores_a_move_of_what_is_not_there(index: CourseIndex) -> None:
    index.batch("courses", records("A+1"), [])
    index.move("courses_tmp_1", "courses")
    assert index.count("courses") == 1


def test_knows_no_record_where_there_is_none(index: CourseIndex) -> None:
    assert index.get("courses", "A+1") is None
    index.batch("courses", records("A+2"), [])
    assert index.get("courses", "A+1") is None


def test_swaps_a_record_only_from_the_version_that_it_has(index: CourseIndex) -> None:
    index.update_from("courses_sync", "lock", 0, {"holder": "first"})
    index.update_from("courses_sync", "lock", 0, {"holder": "late"})
    index.update_from("courses_sync", "lock", 7, {"holder": "wrong"})
    assert index.get("courses_sync", "lock") == {"objectID": "lock", "holder": "first", "version": 1}
    index.update_from("courses_sync", "lock", 1, {"holder": "second"})
    assert index.get("courses_sync", "lock") == {"objectID": "lock", "holder": "second", "version": 2}


def test_creates_no_record_from_a_version_that_never_was(index: CourseIndex) -> None:
    index.update_from("courses_sync", "lock", 3, {"holder": "wrong"})
    assert index.get("courses_sync", "lock") is None


def test_counts_a_batch_as_many_operations_and_reading_as_reading(index: CourseIndex) -> None:
    index.batch("courses", records("A+1", "A+2"), ["A+3"])
    index.move("courses", "courses_2")
    assert index.writes == 4
    before = index.reads
    index.hashes("courses_2")
    assert (index.writes, index.reads) == (4, before + 1)


def test_divides_records_by_number_and_by_bytes() -> None:
    small = [{"a": number} for number in range(5)]
    assert [len(part) for part in chunks_of(small, 2, 10_000)] == [2, 2, 1]
    assert [len(part) for part in chunks_of(small, 100, 20)] == [2, 2, 1]
    assert [len(part) for part in chunks_of(small, 100, 1)] == [1, 1, 1, 1, 1]
    assert list(chunks_of([], 1, 1)) == []
