"""The course document: what goes into the index comes out again, and its hash tells whether anything changed."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.course_record import CourseRecord, CourseRun, course_key_of

texts = st.text(max_size=30)
states = st.sampled_from(["Available now", "Upcoming", "Archived"])
runs = st.builds(
    CourseRun,
    course_run_id=texts,
    start=st.none() | texts,
    end=st.none() | texts,
    availability=st.none() | states,
    invitation_only=st.booleans(),
)
records = st.builds(
    CourseRecord,
    course_key=st.text(min_size=1, max_size=12),
    title=texts,
    org=texts,
    level=st.none() | texts,
    skills=st.lists(texts, max_size=3).map(tuple),
    runs=st.lists(runs, max_size=3).map(tuple),
    availability=states,
    invitation_only=st.booleans(),
    hours=st.none() | st.integers(1, 999),
    enrollment_count=st.integers(0, 10**6),
    url=st.none() | texts,
)


@given(records)
def test_comes_out_of_json_as_it_went_in(record: CourseRecord) -> None:
    assert CourseRecord.from_json(json.loads(json.dumps(record.to_json()))) == record


@given(records, records)
def test_hashes_are_equal_exactly_when_the_documents_are(one: CourseRecord, other: CourseRecord) -> None:
    assert (one.content_hash == other.content_hash) == (one == other)


def test_stores_the_key_as_object_id_and_the_rank_beside_the_availability() -> None:
    document = CourseRecord(course_key="X+1", title="T", availability="Archived").to_json()
    assert (document["objectID"], document["availability_rank"]) == ("X+1", 2)
    assert document["content_hash"] == CourseRecord(course_key="X+1", title="T", availability="Archived").content_hash


def test_reads_what_search_answers_with_less_and_with_more_than_was_stored() -> None:
    hit: dict[str, Any] = {"objectID": "X+1", "title": "T", "level": None, "_highlightResult": {}, "surprise": 1}
    assert CourseRecord.from_json(hit) == CourseRecord(course_key="X+1", title="T")


def test_reads_the_runs_of_an_index_that_an_older_sync_wrote() -> None:
    old = CourseRecord.from_json({"objectID": "X+1", "runs": ["course-v1:X+1+a"]})
    assert old.runs == (CourseRun(course_run_id="course-v1:X+1+a"),)


def test_reads_no_pacing_that_is_none() -> None:
    read = CourseRecord.from_json({"objectID": "X+1", "runs": [{"course_run_id": "course-v1:X+1+a", "pacing": "odd"}]})
    assert read.runs == (CourseRun(course_run_id="course-v1:X+1+a"),)


def test_refuses_a_document_without_any_key() -> None:
    with pytest.raises(KeyError):
        CourseRecord.from_json({"title": "T"})


@given(records)
def test_measures_what_is_sent(record: CourseRecord) -> None:
    sent = json.dumps(record.to_json(), ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    assert record.encoded_size() == len(sent)


def test_measures_bytes_rather_than_characters() -> None:
    record = CourseRecord(course_key="X+1", title="T")
    assert replace(record, title="数").encoded_size() == record.encoded_size() + 2


@pytest.mark.parametrize(
    ("key", "course"),
    [
        ("course-v1:MITx+6.00+2026", "MITx+6.00"),
        ("MITx+6.00", "MITx+6.00"),
        ("course-v1:A+B+C+D", "A+B"),
        ("MITx/6.00/2012", "MITx+6.00"),
        ("A/B", "A/B"),
    ],
)
def test_reduces_a_run_to_its_course(key: str, course: str) -> None:
    assert course_key_of(key) == course


def test_names_every_file_that_a_new_field_touches() -> None:
    """Taken from a field that is in all of them; what ranks by it or answers of it is not part of adding one."""
    root = Path(__file__).parents[2]
    named = set(re.findall(r"[\w/]+\.(?:py|yaml)", CourseRecord.__doc__ or "")) | {"course_record.py"}
    holders = {
        path.relative_to(root).as_posix()
        for path in [*(root / "services").rglob("*.py"), *(root / "fixtures").glob("*.py"), root / "openapi.yaml"]
        if "enrollment_count" in path.read_text("utf-8")
    } - {
        "services/coursematch/recommendation/others.py",
        "services/coursematch/recommendation/path.py",
        "services/advisor/dialogue/planner.py",
        "services/advisor/dialogue/telling.py",
    }
    assert {path for path in holders if not any(path.endswith(name) for name in named)} == set()
    assert {name for name in named if not any(path.endswith(name) for path in holders)} == set()
