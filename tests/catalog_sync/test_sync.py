"""A whole run over an index in memory: complete, economical, and safe to kill between any two operations."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.catalog_sync import publication
from services.catalog_sync.index_lock import LEASE_SECONDS, IndexLock, SyncRunning
from services.catalog_sync.publication import NotPublished
from services.catalog_sync.reading.listing import Listing
from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun
from services.catalog_sync.run_report import RunReport
from services.catalog_sync.sync import (
    CatalogIncomplete,
    CatalogSync,
    RefusedToShrink,
    SyncOptions,
    wanted_configuration,
)
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable
from services.index_writer.course_index import Configuration
from tests.catalog_sync.site import run_item
from tests.index_writer.memory_index import MemoryIndex
from tests.support.written_index import TestClock


@dataclass
class Catalogue:
    """An LMS that lists what a test says."""

    titles: dict[str, str]
    complete: bool = True
    extra: list[LmsRun] = field(default_factory=list)

    def read(self) -> Listing[LmsRun]:
        runs = [LmsRun.from_json(run_item(key, name=title)) for key, title in self.titles.items()]
        return Listing({run.id: run for run in [*runs, *self.extra] if run}, self.complete, 1)


@dataclass
class Details:
    """A course-discovery that describes what a test says."""

    levels: dict[str, str]
    complete: bool = True
    count: int = 0

    def read(self) -> Listing[CourseDetails]:
        entries = {
            key: CourseDetails(course_key=key, level=level, skills=("Skill",), full_description="Long &amp; text")
            for key, level in self.levels.items()
        }
        return Listing(entries, self.complete, 1, len(entries), self.count or len(entries))


class Killed(BaseException):
    """The process was killed here."""


def catalogue(number: int, title: str = "T") -> Catalogue:
    return Catalogue({f"X+{one}": f"{title} {one}" for one in range(number)})


def sync(
    index: MemoryIndex,
    courses: Catalogue,
    clock: TestClock,
    run: str = "run",
    place: str = "here",
    report: RunReport | None = None,
    details: Details | None = None,
    **options: Any,
) -> RunReport:
    report = report or RunReport(run, "")
    lock = IndexLock(index, "courses_sync", run, place, clock)
    CatalogSync(courses, details, index, lock, clock, SyncOptions("courses", **options)).run(report)
    return report


def served(index: MemoryIndex) -> dict[str, str] | None:
    if "courses" not in index.held:
        return None
    return {key: record["title"] for key, record in index.held["courses"].records.items()}


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


def test_fills_an_empty_index_and_configures_it(index: MemoryIndex, clock: TestClock) -> None:
    report = sync(index, catalogue(3), clock)
    assert served(index) == catalogue(3).titles
    assert (report.read, report.created, report.updated, report.deleted, report.unchanged) == (3, 3, 0, 0, 0)
    held = index.held["courses"]
    wanted = wanted_configuration("keywordSearch")
    assert held.settings == wanted.settings
    assert tuple(held.rules[one["objectID"]] for one in wanted.rules) == wanted.rules
    assert set(index.held) == {"courses", "courses_sync"}


def test_writes_nothing_when_nothing_changed(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock)
    index.writes = 0
    report = sync(index, catalogue(3), clock)
    assert index.writes == 0
    assert report.unchanged == 3


def test_sends_only_what_changed_and_deletes_what_left(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock)
    index.writes = 0
    changed = Catalogue({**catalogue(29).titles, "X+0": "Other", "X+99": "New"})
    report = sync(index, changed, clock)
    assert served(index) == changed.titles
    assert (report.created, report.updated, report.deleted, report.unchanged) == (1, 1, 1, 28)
    assert {name: len(keys) for name, keys in report.courses.items()} == {"created": 1, "updated": 1, "deleted": 1}
    assert len({key for keys in report.courses.values() for key in keys}) == 3
    assert index.writes == 3 + 2  # the records, and taking and giving back the lock


def test_shows_in_a_dry_run_what_it_would_do(index: MemoryIndex, clock: TestClock) -> None:
    report = sync(index, catalogue(3), clock, dry_run=True)
    assert (report.created, index.writes, served(index)) == (3, 0, None)


def test_rewrites_everything_when_told_to(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock)
    index.held["courses"].records["X+1"]["title"] = "changed by hand"
    sync(index, catalogue(3), clock, rewrite=True)
    assert served(index) == catalogue(3).titles


@pytest.mark.parametrize(
    ("part", "name"),
    [("settings", "searchableAttributes"), ("synonyms", "same-ml"), ("rules", "level-advanced-00")],
)
def test_mends_a_configuration_that_somebody_changed_and_only_that(
    index: MemoryIndex, clock: TestClock, part: str, name: str
) -> None:
    sync(index, catalogue(3), clock)
    del getattr(index.held["courses"], part)[name]
    index.held["courses"].settings["hitsPerPage"] = 7
    index.writes = 0
    report = sync(index, catalogue(3), clock)
    assert (report.configuration_applied, index.writes) == ([part], 3)
    assert index.held["courses"].settings["hitsPerPage"] == 7, "a setting that the code does not name is the owner's"


def test_does_not_mind_how_the_server_spells_a_configuration(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock)
    held = index.held["courses"]
    held.settings.pop("mode")
    for rule in held.rules.values():
        rule |= {"enabled": True, "_metadata": {"lastUpdate": 1}, "scope": ""}
        rule["conditions"] = [
            {key: value for key, value in one.items() if key != "alternatives"} for one in rule["conditions"]
        ]
        del rule["_metadata"], rule["scope"]
    for synonym in held.synonyms.values():
        synonym["type"] = synonym["type"].lower()
    index.writes = 0
    assert sync(index, catalogue(3), clock).configuration_applied == []
    assert index.writes == 0


@pytest.mark.parametrize("left", [0, 14])
def test_refuses_to_delete_a_catalogue_that_seems_lost(index: MemoryIndex, clock: TestClock, left: int) -> None:
    sync(index, catalogue(30), clock)
    with pytest.raises(RefusedToShrink, match="--allow-shrink"):
        sync(index, catalogue(left), clock)
    assert served(index) == catalogue(30).titles
    sync(index, catalogue(left), clock, allow_shrink=True)
    assert served(index) == catalogue(left).titles


def test_takes_a_small_catalogue_of_other_courses_for_another_catalogue(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock)
    sync(index, Catalogue({"Y+1": "Other", "Y+2": "Another", "X+1": "T 1"}), clock)
    assert sorted(served(index) or {}) == ["X+1", "Y+1", "Y+2"]


def test_deletes_nothing_when_the_list_moved_while_it_was_read(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock)
    partial = Catalogue({**catalogue(29).titles, "X+0": "Other"}, complete=False)
    report = RunReport("run", "")
    with pytest.raises(CatalogIncomplete, match="1 courses that it seems to have lost were kept"):
        sync(index, partial, clock, report=report)
    assert (report.deleted, report.deletions_held, report.updated) == (0, 1, 1)
    assert served(index) == {**catalogue(30).titles, "X+0": "Other"}


@pytest.mark.parametrize(
    ("touched", "left"),
    [("2026-11-22T01:00:00.000Z", set[str]()), ("2026-11-22T11:00:00.000Z", {"courses_tmp_987654"})],
    ids=["old", "in use"],
)
def test_clears_temporary_indices_that_are_old_and_spares_those_in_use(
    index: MemoryIndex, clock: TestClock, touched: str, left: set[str]
) -> None:
    sync(index, catalogue(3), clock)
    index.updated_at = touched
    for name in ("courses_tmp_987654", "courses_tmp_00000001", "elsewhere_tmp_9"):
        index.batch(name, [{"objectID": "x"}], [])
    sync(index, catalogue(3), clock)
    assert set(index.held) == {"courses", "courses_sync", "elsewhere_tmp_9"} | left


def test_refuses_to_run_beside_another(index: MemoryIndex, clock: TestClock) -> None:
    other = IndexLock(index, "courses_sync", "other", "elsewhere", clock)
    other.look()
    other.take()
    with pytest.raises(SyncRunning, match="lock ends"):
        sync(index, catalogue(3), clock)
    clock.time += timedelta(seconds=LEASE_SECONDS + 1)
    sync(index, catalogue(3), clock)


def test_does_not_write_what_it_read_before_another_run_wrote(index: MemoryIndex, clock: TestClock) -> None:
    class Overtaken(Catalogue):
        def read(self) -> Listing[LmsRun]:
            sync(index, catalogue(3, "new"), clock, run="other", place="elsewhere")
            return super().read()

    with pytest.raises(SyncRunning, match="began or finished"):
        sync(index, Overtaken(catalogue(3, "old").titles), clock)
    assert served(index) == catalogue(3, "new").titles


def test_a_late_move_of_a_writer_believed_dead_finds_nothing_to_move(index: MemoryIndex, clock: TestClock) -> None:
    kill_at(index, clock, catalogue(3), operation="move")
    (left,) = (name for name in index.held if name.startswith("courses_tmp_"))
    clock.time += timedelta(seconds=LEASE_SECONDS + 1)
    sync(index, catalogue(4), clock, run="next", place="elsewhere")
    index.move(left, "courses")
    assert served(index) == catalogue(4).titles


def kill_at(index: MemoryIndex, clock: TestClock, courses: Catalogue, operation: str) -> None:
    def die(name: str) -> None:
        if name == operation:
            raise Killed

    index.before_write = die
    with pytest.raises(Killed):
        sync(index, courses, clock)
    index.before_write = lambda _operation: None


def operations_of(index: MemoryIndex, courses: Catalogue, clock: TestClock, limit: int) -> tuple[bool, list[Any]]:
    """Run until the `limit`th write, and die there; note what is served before each write."""
    seen: list[Any] = []

    def count(_operation: str) -> None:
        seen.append(served(index))
        if len(seen) > limit:
            raise Killed

    index.before_write = count
    try:
        sync(index, courses, clock, allow_shrink=True)
    except Killed:
        return False, [*seen, served(index)]
    finally:
        index.before_write = lambda _operation: None
    return True, [*seen, served(index)]


catalogues = st.dictionaries(st.sampled_from([f"X+{one}" for one in range(9)]), st.sampled_from(["a", "b"]))


@given(before=catalogues, after=catalogues, batch=st.integers(1, 4), configured=st.booleans())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_killed_before_any_write_it_serves_old_or_new_and_the_next_run_finishes(
    before: dict[str, str], after: dict[str, str], batch: int, configured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "MAX_BATCH_OPERATIONS", batch)
    small = Configuration({"customRanking": ["desc(a)"]}, ({"objectID": "s"},), ({"objectID": "r"},))
    monkeypatch.setattr("services.catalog_sync.sync.wanted_configuration", lambda _mode: small)
    limit, finished = 0, False
    while not finished:
        index, clock = MemoryIndex(), TestClock()
        if before or configured:
            sync(index, Catalogue(before), clock)
        if configured:
            del index.held["courses"].settings["customRanking"]
        old = served(index)
        finished, seen = operations_of(index, Catalogue(after), clock, limit)
        new: dict[str, str] = dict(after)
        assert all(one in (old, new) for one in seen)
        assert [one == new for one in seen] == sorted(one == new for one in seen) or old == new
        sync(index, Catalogue(after), clock, run="next", allow_shrink=True)
        assert served(index) == new
        assert not any("_tmp_" in name for name in index.held)
        index.writes = 0
        sync(index, Catalogue(after), clock, run="again", allow_shrink=True)
        assert index.writes == 0
        limit += 1


class PlanWithoutNeuralSearch(MemoryIndex):
    """Algolia on a plan that has no semantic search, until it is bought."""

    lacks = True

    def set_settings(self, name: str, settings: Mapping[str, Any]) -> None:
        if self.lacks and settings.get("mode") == "neuralSearch":
            raise IndexRefused("Algolia refused PUT: neuralSearch is not enabled for this application", 402)
        super().set_settings(name, settings)


def test_asks_for_neural_search_where_told_to(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock, mode="neuralSearch")
    assert index.held["courses"].settings["mode"] == "neuralSearch"


def test_goes_without_neural_search_where_the_plan_lacks_it_and_asks_once(clock: TestClock) -> None:
    index = PlanWithoutNeuralSearch()
    sync(index, catalogue(3), clock, mode="neuralSearch")
    assert served(index) == catalogue(3).titles
    assert index.held["courses"].settings["mode"] == "keywordSearch"
    index.writes = 0
    assert sync(index, catalogue(3), clock, mode="neuralSearch").configuration_applied == []
    assert index.writes == 0
    report = sync(index, catalogue(3), clock, mode="neuralSearch", rewrite=True)
    assert report.configuration_applied == ["settings"], "a rewrite asks again"
    index.lacks = False
    sync(index, catalogue(3), clock, mode="neuralSearch", rewrite=True)
    assert index.held["courses"].settings["mode"] == "neuralSearch"
    assert sync(index, catalogue(3), clock, mode="neuralSearch").configuration_applied == []


def test_waits_for_what_a_killed_run_had_still_asked_for(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock)
    index.pending = 4
    sync(index, catalogue(3), clock)
    assert clock.waits == [1.0] * 4


def test_gives_up_on_an_index_whose_tasks_never_end(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(3), clock)
    index.pending = 10_000
    with pytest.raises(IndexUnavailable, match="unfinished tasks"):
        sync(index, catalogue(3), clock)


def test_renews_its_lease_while_it_writes_for_long(
    index: MemoryIndex, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "MAX_BATCH_OPERATIONS", 1)

    def slow(operation: str) -> None:
        clock.time += timedelta(seconds=LEASE_SECONDS / 2 if operation == "batch" else 0)

    index.before_write = slow
    sync(index, catalogue(9), clock)
    assert served(index) == catalogue(9).titles
    assert index.held["courses_sync"].records["lock"]["version"] == 2 + 9


def test_stops_when_its_lease_was_taken_over(
    index: MemoryIndex, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "MAX_BATCH_OPERATIONS", 1)
    overtaken = False

    def sleep_through_the_lease(operation: str) -> None:
        nonlocal overtaken
        if operation == "batch" and not overtaken:
            overtaken = True
            clock.time += timedelta(seconds=LEASE_SECONDS + 1)
            sync(index, catalogue(4, "new"), clock, run="other", place="elsewhere")

    index.before_write = sleep_through_the_lease
    with pytest.raises(SyncRunning):
        sync(index, catalogue(9, "old"), clock)
    assert served(index) == catalogue(4, "new").titles


def test_goes_on_where_a_killed_run_stopped(
    index: MemoryIndex, clock: TestClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publication, "MAX_BATCH_OPERATIONS", 10)
    batches: list[str] = []

    def die_after_six(operation: str) -> None:
        batches.append(operation)
        if batches.count("batch") == 7:
            raise Killed

    index.before_write = die_after_six
    with pytest.raises(Killed):
        sync(index, catalogue(100), clock)
    index.before_write = lambda _operation: None
    index.writes = 0
    report = sync(index, catalogue(100), clock, run="next")
    assert served(index) == catalogue(100).titles
    assert report.created == 100
    assert index.writes < 60, "sixty records were there already"


def test_reports_what_it_skipped(index: MemoryIndex, clock: TestClock) -> None:
    courses = catalogue(2)
    courses.extra.append(LmsRun(id="course-v1:X+9+a", name="Big", short_description="x" * 100_001))
    report = sync(index, courses, clock)
    assert (report.read, report.created, report.skipped) == (3, 2, 1)
    assert report.skipped_courses[0]["course_key"] == "X+9"


def described(number: int) -> Details:
    return Details({f"X+{one}": "Advanced" for one in range(number)})


@pytest.mark.parametrize(
    "short", [Details({}), Details(described(20).levels, complete=False, count=30), described(10)],
    ids=["empty", "fewer than it counts", "a consistent third"],
)  # fmt: skip
def test_keeps_the_details_that_a_short_answer_of_course_discovery_lacks(
    index: MemoryIndex, clock: TestClock, short: Details
) -> None:
    sync(index, catalogue(30), clock, details=described(30))
    before = copy.deepcopy(index.held["courses"].records)
    index.writes, report = 0, RunReport("run", "")
    with pytest.raises(CatalogIncomplete, match="course-discovery lists"):
        sync(index, catalogue(30), clock, details=short, report=report)
    assert index.held["courses"].records == before
    assert (index.writes, report.details_kept) == (0, 30 - len(short.levels))


def test_brings_everything_else_up_to_date_while_it_keeps_details(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock, details=described(30))
    later = catalogue(29)
    later.extra.append(LmsRun(id="course-v1:X+0+second", name="T 0"))
    with pytest.raises(CatalogIncomplete):
        sync(index, later, clock, details=Details({}))
    records = index.held["courses"].records
    assert sorted(records) == sorted(later.titles)
    assert (len(records["X+0"]["runs"]), records["X+0"]["level"], records["X+0"]["skills"]) == (
        2,
        "Advanced",
        ["Skill"],
    )


def test_lets_details_go_as_the_list_may_and_when_told_to(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock, details=described(30))
    assert sync(index, catalogue(30), clock, details=described(20)).updated == 10
    assert index.held["courses"].records["X+25"]["level"] is None
    assert sync(index, catalogue(30), clock, details=Details({}), allow_shrink=True).updated == 20
    assert index.held["courses"].records["X+5"]["level"] is None


def test_takes_no_courses_without_details_for_courses_that_lost_them(index: MemoryIndex, clock: TestClock) -> None:
    sync(index, catalogue(30), clock, details=Details({}))
    changed = Catalogue({**catalogue(30).titles, "X+0": "Other"})
    assert (sync(index, changed, clock, details=Details({})).updated, served(index)) == (1, changed.titles)


class Forgetful(MemoryIndex):
    """Says that everything is done, and does not do what `forgets` names."""

    forgets = ""

    def batch(self, name: str, records: Sequence[dict[str, Any]], deleted: Sequence[str]) -> None:
        if self.forgets == "records":
            records = records[1:]
        if self.forgets == "content":
            records = [{**one, "content_hash": "another"} for one in records]
        if self.forgets == "texts":
            records = [{**one, "short_description": "", "title": "Another"} for one in records]
        if self.forgets == "a field":
            records = [{name: value for name, value in one.items() if name != "title"} for one in records]
        if self.forgets == "deletions":
            deleted = ()
        if self.forgets != "batch":
            super().batch(name, records, deleted)

    def move(self, source: str, target: str) -> None:
        if self.forgets != "move":
            super().move(source, target)


@pytest.mark.parametrize("configured", [False, True], ids=["in place", "by way of a staging index"])
@pytest.mark.parametrize("forgets", ["batch", "records", "content", "texts", "a field", "deletions", "move"])
def test_calls_nothing_published_that_it_cannot_read_back(forgets: str, configured: bool, clock: TestClock) -> None:
    index = Forgetful()
    sync(index, catalogue(9), clock)
    before = served(index)
    if configured:
        del index.held["courses"].settings["customRanking"]
    index.forgets = forgets
    after = Catalogue({**catalogue(8).titles, "X+0": "Other", "X+99": "New"})
    if forgets == "move" and not configured:
        sync(index, after, clock)
        return
    with pytest.raises(NotPublished, match="does something else write"):
        sync(index, after, clock)
    assert not configured or served(index) == before
    index.forgets = ""
    sync(index, after, clock)
    assert served(index) == after.titles


def test_waits_for_a_host_that_is_a_moment_behind(clock: TestClock) -> None:
    class Behind(MemoryIndex):
        def hashes(self, name: str) -> dict[str, str | None]:
            late = clock.waits == [] and name == "courses" and len(self.held[name].records) == 4
            return {} if late else super().hashes(name)

    index = Behind()
    sync(index, catalogue(3), clock)
    sync(index, catalogue(4), clock)
    assert clock.waits == [1.0]
