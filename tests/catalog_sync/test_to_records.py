"""Course runs become records: one a course, the run to enrol in chosen by the clock, nothing left to chance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun, instant
from services.catalog_sync.to_records import MAX_RECORD_BYTES, active_run, to_records
from tests.catalog_sync.site import run_item

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def run(key: str = "X+1", name: str = "2026", **fields: Any) -> LmsRun:
    made = LmsRun.from_json(run_item(key, name, **fields))
    assert made is not None
    return made


def days(number: int) -> str:
    return (NOW + timedelta(days=number)).isoformat()


def test_makes_one_record_of_several_runs() -> None:
    (record,) = to_records([run(name="b"), run(name="a")], {}, NOW).records
    assert (record.course_key, [one.course_run_id for one in record.runs]) == (
        "X+1",
        ["course-v1:X+1+a", "course-v1:X+1+b"],
    )


def test_leaves_out_hidden_runs_and_courses_with_none_but_hidden_ones() -> None:
    runs = [run(hidden=True, name="a"), run(name="b"), run("X+2", hidden=True)]
    (record,) = to_records(runs, {}, NOW).records
    assert [one.course_run_id for one in record.runs] == ["course-v1:X+1+b"]


@pytest.mark.parametrize(
    ("dates", "availability"),
    [
        ({"start": days(-1), "end": days(1)}, "Available now"),
        ({"start": days(-1), "end": None}, "Available now"),
        ({"start": None, "end": None}, "Available now"),
        ({"start": days(1), "end": days(9)}, "Upcoming"),
        ({"start": days(-9), "end": days(-1)}, "Archived"),
        ({"start": days(-9), "end": days(0)}, "Archived"),
        ({"start": days(0), "end": None}, "Available now"),
        ({"start": "soon", "end": 7}, "Available now"),
        ({"start": "2030-01-01T00:00:00Z", "start_type": "empty"}, "Available now"),
        ({"start": "2030-01-01T00:00:00Z", "start_type": "timestamp"}, "Upcoming"),
    ],
)
def test_tells_availability_by_the_clock(dates: dict[str, Any], availability: str) -> None:
    (record,) = to_records([run(**dates)], {}, NOW).records
    assert record.availability == availability
    assert dates.get("start_type") != "empty" or record.start is None, "no date was given"


@pytest.mark.parametrize(
    ("runs", "chosen"),
    [
        ([run(name="old", start=days(-99)), run(name="new", start=days(-9))], "new"),
        ([run(name="next", start=days(9)), run(name="later", start=days(99))], "next"),
        ([run(name="gone", end=days(-1)), run(name="next", start=days(9))], "next"),
        ([run(name="open", start=days(-9)), run(name="next", start=days(9))], "open"),
        ([run(name="full", enrollment_end=days(-1)), run(name="open", start=days(-400))], "open"),
        ([run(name="guests", invitation_only=True), run(name="all", start=days(-400))], "all"),
        ([run(name="guests", invitation_only=True), run(name="all", end=days(-1))], "all"),
    ],
    ids=[
        "latest",
        "soonest",
        "upcoming over archived",
        "open over upcoming",
        "enrolment open",
        "without invitation",
        "archived rather than by invitation",
    ],
)
def test_chooses_the_run_to_enrol_in(runs: list[LmsRun], chosen: str) -> None:
    assert active_run(tuple(runs), NOW).id == f"course-v1:X+1+{chosen}"


@given(st.permutations([run(name="a"), run(name="b"), run("X+2"), run("X+3", end=days(-1))]))
def test_gives_the_same_records_whatever_the_order_of_the_pages(runs: list[LmsRun]) -> None:
    assert to_records(runs, {}, NOW) == to_records(sorted(runs, key=lambda one: one.id), {}, NOW)


@pytest.mark.parametrize(
    ("told", "pacing"), [("self", "self"), ("instructor", "instructor"), ("weekly", None), (None, None)]
)
def test_tells_whether_a_run_goes_at_a_learner_s_own_pace(told: str | None, pacing: str | None) -> None:
    (record,) = to_records([run(pacing=told)], {}, NOW).records
    assert [one.pacing for one in record.runs] == [pacing]


def test_tells_each_run_with_its_dates() -> None:
    runs = [
        run(name="a", start="2026-01-05T08:00:00+01:00", end=days(-1), enrollment_end="2026-02-01T00:00:00Z"),
        run(name="b", start=days(5), enrollment_start=days(1)),
    ]
    (record,) = to_records(runs, {}, NOW).records
    past, coming = record.runs
    assert (past.start, past.enrollment_end) == ("2026-01-05T07:00:00Z", "2026-02-01T00:00:00Z")
    assert (past.availability, coming.availability) == ("Archived", "Upcoming")
    assert (coming.start, coming.enrollment_start) == ("2026-11-27T00:00:00Z", "2026-11-23T00:00:00Z")
    assert record.start == coming.start


@pytest.mark.parametrize(("invited", "closed"), [((True, True), True), ((True, False), False), ((False, False), False)])
def test_is_by_invitation_only_where_every_run_is(invited: tuple[bool, bool], *, closed: bool) -> None:
    runs = [run(name=str(number), invitation_only=one) for number, one in enumerate(invited)]
    (record,) = to_records(runs, {}, NOW).records
    assert record.invitation_only == closed
    assert [one.invitation_only for one in record.runs] == [*invited]


@pytest.mark.parametrize(
    ("course_run", "hours"),
    [
        ({"weeks_to_complete": 6, "min_effort": 2, "max_effort": 4}, 18),
        ({"weeks_to_complete": 6, "min_effort": None, "max_effort": 4}, 24),
        ({"weeks_to_complete": 6}, None),
        ({"min_effort": 2, "max_effort": 4}, None),
        ({"weeks_to_complete": True, "min_effort": "2"}, None),
        ({"weeks_to_complete": -1, "min_effort": 2}, None),
    ],
)
def test_reckons_a_course_s_hours(course_run: dict[str, Any], hours: int | None) -> None:
    details = CourseDetails.from_json({"key": "X+1", "course_runs": [{}, course_run]})
    assert details is not None
    (record,) = to_records([run()], {"X+1": details}, NOW).records
    assert record.hours == hours


def test_reads_the_catalogue_like_a_person() -> None:
    item = {
        "key": "X+1", "uuid": "u", "title": "Graphs &amp; <i>Trees</i>", "level_type": "beginner",
        "subjects": [{"name": "Maths"}, {"name": "maths"}], "skill_names": ["Trees", " ", "Graphs"],
        "prerequisites": ["X+0", "X+1"], "course_runs": [{"content_language": "es-419"}],
        "owners": [{"key": "XU", "name": "X University"}], "enrollment_count": 7, "full_description": "<p>Long.</p>",
        "marketing_url": "https://x.example/1", "image": {"src": "javascript:alert(1)"},
    }  # fmt: skip
    details = CourseDetails.from_json(item)
    assert details is not None
    record = to_records([run(), run("X+0", name="a")], {"X+1": details}, NOW).records[1]
    assert record.title == "Graphs & Trees"
    assert (record.level, record.language, record.org) == ("Introductory", "Spanish", "X University")
    assert (record.subjects, record.skills) == (("Maths",), ("Trees", "Graphs"))
    assert (record.prerequisites, record.prerequisite_titles) == (("X+0",), ("Course 0",))
    assert (record.full_description, record.enrollment_count) == ("Long.", 7)
    assert (record.url, record.image_url) == ("https://x.example/1", None)


@pytest.mark.parametrize(("extra", "indexed"), [(0, 1), (1, 0)])
def test_skips_a_record_over_the_limit_by_a_single_byte_and_reports_it(extra: int, indexed: int) -> None:
    short = to_records([run()], {"X+1": CourseDetails(course_key="X+1", full_description="a")}, NOW).records[0]
    text = "a" * (1 + MAX_RECORD_BYTES - short.encoded_size() + extra)
    done = to_records([run()], {"X+1": CourseDetails(course_key="X+1", full_description=text)}, NOW)
    assert len(done.records) == indexed
    assert [one.size_bytes for one in done.skipped] == [MAX_RECORD_BYTES + 1] * extra


def test_skips_a_course_without_a_title_and_says_so() -> None:
    done = to_records([run(name="a"), LmsRun(id="course-v1:X+2+a", name="<p> </p>")], {}, NOW)
    assert [(one.course_key, one.reason) for one in done.skipped] == [("X+2", "it has no title")]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "name", "org", "media", "image", "large", "start", "key", "subjects", "owners", "level_type"]
                ),
                inner,
            )
        ),
    )
)
def test_reads_any_item_without_failing(item: Any) -> None:
    if isinstance(item, dict):
        LmsRun.from_json(item)
        CourseDetails.from_json(item)


def test_takes_a_time_without_a_zone_for_utc() -> None:
    assert instant("2026-11-22T00:00:00") == NOW
