"""Reading a course list over HTTP: every page, no page twice, and never half a list taken for a whole one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.catalog_sync.reading.listing import Listing
from services.catalog_sync.reading.lms_courses import CatalogUnreadable, DiscoveryCourses, LmsCourses, api_url
from services.catalog_sync.reading.lms_run import CourseDetails, LmsRun
from services.catalog_sync.reading.polite_http import PoliteHttp, SiteRefused, SiteUnavailable
from services.catalog_sync.reading.service_account import ServiceAccount, SignedHttp
from services.index_writer.patience import Patience
from tests.catalog_sync.site import Answer, Asked, FakeLms, Site, run_item, site
from tests.support.written_index import TestClock

SECRET = "not-to-be-shown"


def items(number: int) -> list[dict[str, Any]]:
    return [run_item(f"X+{one:04}") for one in range(number)]


def signed(running: Site, clock: TestClock, account: ServiceAccount | None = None) -> SignedHttp:
    return SignedHttp(PoliteHttp(Patience(attempts=4), clock.sleep), running.url, account)


def reading(answer: Callable[[Asked], Answer], clock: TestClock) -> tuple[Listing[LmsRun], Site]:
    with site(answer) as running:
        return LmsCourses(running.url, signed(running, clock)).read(), running


@pytest.mark.parametrize(("number", "pages"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3)])
def test_reads_every_page_by_its_absolute_next(number: int, pages: int, clock: TestClock) -> None:
    found, running = reading(FakeLms(items(number)), clock)
    assert list(found.entries) == [item["id"] for item in items(number)]
    assert (found.complete, found.pages, len(running.asked)) == (True, pages, pages)
    assert {one.query["page_size"] for one in running.asked} == {"100"}


def test_stays_on_the_site_that_it_was_given(clock: TestClock) -> None:
    found, running = reading(FakeLms(items(150), base="https://internal.example:8443"), clock)
    assert len(found.entries) == 150
    assert [one.path for one in running.asked] == ["/api/courses/v1/courses/"] * 2


def test_reads_again_when_a_course_appears_meanwhile(clock: TestClock) -> None:
    lms = FakeLms(items(150))

    def appear(number: int) -> None:
        if number == 2 and len(lms.items) == 150:
            lms.items.insert(0, run_item("A+0001"))

    lms.before_page = appear
    found, running = reading(lms, clock)
    assert (len(found.entries), found.complete, len(running.asked)) == (151, True, 4)


def test_does_not_take_a_moving_list_for_a_whole_one(clock: TestClock) -> None:
    lms = FakeLms(items(150))
    gone: list[dict[str, Any]] = []

    def vanish(number: int) -> None:
        if number == 2:
            gone.append(lms.items.pop(0))

    lms.before_page = vanish
    found, _ = reading(lms, clock)
    assert not found.complete
    assert {item["id"] for item in items(150)} - {item["id"] for item in gone} <= set(found.entries)


def test_does_not_take_a_cut_list_for_a_whole_one(clock: TestClock) -> None:
    found, _ = reading(FakeLms(items(50), count=240), clock)
    assert not found.complete


def test_does_not_take_a_list_that_shrank_below_a_page_for_a_whole_one(clock: TestClock) -> None:
    lms = FakeLms(items(150))

    def shrink(number: int) -> None:
        lms.items = items(150) if number == 1 else items(80)

    lms.before_page = shrink
    found, _ = reading(lms, clock)
    assert not found.complete


def test_refuses_pages_that_lead_in_a_circle(clock: TestClock) -> None:
    def circle(asked: Asked) -> Answer:
        return Answer({"results": [], "pagination": {"count": 0, "next": f"{asked.path}?page_size=100"}})

    with pytest.raises(CatalogUnreadable, match="never end"):
        reading(circle, clock)


@pytest.mark.parametrize(
    "body",
    [[], {}, {"results": None}, {"results": [], "pagination": {"count": "1"}}, b"<html>", b"[1]", b"", b"[" * 200_000],
)
def test_refuses_what_is_no_course_list(body: Any, clock: TestClock) -> None:
    with pytest.raises(SiteUnavailable, match="right address"):
        reading(lambda _: Answer(body), clock)


def test_names_items_that_name_no_course_and_goes_on(clock: TestClock) -> None:
    nameless = run_item("X+7", id=None, name="A course without an id")
    body = {"results": [None, 7, {}, nameless, run_item("X+1")], "pagination": {"count": 5, "next": None}}
    found, running = reading(lambda _: Answer(body), clock)
    assert ([run.course_key for run in found.entries.values()], found.complete) == (["X+1"], True)
    assert [remark.split(" of ")[0] for remark in found.remarks] == ["item 1", "item 2", "item 3", "item 4"]
    assert "'A course without an id'" in found.remarks[3]
    assert len(running.asked) == 1


def test_names_a_run_that_stands_twice_and_goes_on(clock: TestClock) -> None:
    found, running = reading(FakeLms([*items(149), run_item("X+0000")]), clock)
    assert (len(found.entries), found.complete) == (149, True)
    assert found.remarks == ("course-v1:X+0000+2026 stands twice in the LMS's list",)
    assert len(running.asked) == 4, "read again: in a list that moved, the same would have been seen"


@pytest.mark.parametrize("invisible", [[3, 17], [28, 29], [0], [9, 10], list(range(10)), list(range(5, 25))])
def test_believes_the_last_page_as_open_edx_counts(invisible: list[int], clock: TestClock) -> None:
    """Its pages are cut before it looks who may see what, so the count shrinks from page to page (PR 33293)."""
    everything = items(30)

    def lazy(asked: Asked) -> Answer:
        number, size = int(asked.query.get("page", 1)), 10
        end = number * size
        shown = [one for place, one in enumerate(everything[:end]) if place >= end - size and place not in invisible]
        count = 30 - sum(place < end for place in invisible)
        following = f"{asked.path}?page={number + 1}" if end < 30 else None
        return Answer({"results": shown, "pagination": {"count": count, "next": following}})

    found, _ = reading(lazy, clock)
    assert (len(found.entries), found.complete) == (30 - len(invisible), True)


@pytest.mark.parametrize("sent", [[], [{"id": None}, 7]])
def test_refuses_a_list_that_counts_courses_and_names_none(sent: list[Any], clock: TestClock) -> None:
    body = {"results": sent, "pagination": {"count": 30, "next": None}}
    with pytest.raises(CatalogUnreadable, match="counts 30 courses"):
        reading(lambda _: Answer(body), clock)


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("0", 0.0), ("Sun, 22 Nov 2026 12:00:05 GMT", None)])
def test_waits_as_long_as_a_429_says(header: str, wait: float | None, clock: TestClock) -> None:
    lms, refusals = FakeLms(items(1)), [1]

    def throttled(asked: Asked) -> Answer:
        return Answer({}, 429, {"Retry-After": header}) if refusals and refusals.pop() else lms(asked)

    found, _ = reading(throttled, clock)
    assert found.complete
    assert len(clock.waits) == 1
    assert wait is None or wait <= clock.waits[0] <= wait + 0.5


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_tries_again_after_a_5xx_waiting_longer_each_time(status: int, clock: TestClock) -> None:
    lms, left = FakeLms(items(1)), [1, 1, 1]
    found, _ = reading(lambda asked: Answer({}, status) if left and left.pop() else lms(asked), clock)
    assert found.complete
    assert len(clock.waits) == 3
    assert max(clock.waits) <= 60


def test_gives_up_when_patience_ends(clock: TestClock) -> None:
    with pytest.raises(SiteUnavailable, match="HTTP 503, after 4 attempts"):
        reading(lambda _: Answer({}, 503), clock)


def test_does_not_ask_twice_what_was_refused(clock: TestClock) -> None:
    with site(lambda _: Answer({}, 403)) as running:
        with pytest.raises(SiteRefused, match="HTTP 403"):
            LmsCourses(running.url, signed(running, clock)).read()
        assert len(running.asked) == 1


def test_gives_up_on_a_site_that_is_not_there(clock: TestClock) -> None:
    with site(lambda _: Answer({})) as running:
        pass
    with pytest.raises(SiteUnavailable, match="no answer"):
        LmsCourses(running.url, signed(running, clock)).read()


def test_signs_in_once_and_again_when_the_token_expires(clock: TestClock) -> None:
    lms, tokens = FakeLms(items(250)), iter(["one", "two", "three"])
    valid = ""

    def guarded(asked: Asked) -> Answer:
        nonlocal valid
        if asked.path == "/oauth2/access_token":
            assert b"client_credentials" in asked.body
            valid = next(tokens)
            return Answer({"access_token": valid})
        if asked.headers.get("Authorization") != f"JWT {valid}":
            return Answer({"detail": "expired"}, 401)
        if asked.query.get("page") == "2" and valid == "one":
            valid = "gone"
            return Answer({"detail": "expired"}, 401)
        return lms(asked)

    with site(guarded) as running:
        found = LmsCourses(running.url, signed(running, clock, ServiceAccount("id", SECRET))).read()
    assert (len(found.entries), valid) == (250, "two")


def test_never_shows_a_secret(clock: TestClock, caplog: pytest.LogCaptureFixture) -> None:
    account = ServiceAccount("id", SECRET)
    with site(lambda _: Answer({}, 500)) as running, pytest.raises(SiteUnavailable) as error:
        LmsCourses(running.url, signed(running, clock, account)).read()
    assert SECRET not in f"{caplog.text}{error.value!r}{account!r}{error.getrepr()}"


def test_reads_course_discovery_in_its_own_envelope(clock: TestClock) -> None:
    def discovery(asked: Asked) -> Answer:
        assert asked.path == "/discovery/api/v1/courses/"
        offset = int(asked.query.get("offset", 0))
        following = f"http://x.example{asked.path}?limit=100&offset=100" if offset == 0 else None
        keys = range(offset, min(offset + 100, 130))
        return Answer({"count": 130, "next": following, "results": [{"key": f"X+{key}"} for key in keys]})

    with site(discovery) as running:
        found = DiscoveryCourses(f"{running.url}/discovery", signed(running, clock)).read()
    assert (len(found.entries), found.complete) == (130, True)


@pytest.mark.parametrize(("count", "sent", "complete"), [(0, 0, True), (30, 20, False), (10, 10, True)])
def test_says_whether_course_discovery_gave_what_it_counts(
    count: int, sent: int, complete: bool, clock: TestClock
) -> None:
    body = {"count": count, "next": None, "results": [{"key": f"X+{key}"} for key in range(sent)]}
    with site(lambda _: Answer(body)) as running:
        found: Listing[CourseDetails] = DiscoveryCourses(running.url, signed(running, clock)).read()
    assert (len(found.entries), found.complete) == (sent, complete)


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("http://x", "http://x/api/v1/courses/"),
        ("http://x/", "http://x/api/v1/courses/"),
        ("http://x/api/v1/courses", "http://x/api/v1/courses/"),
        ("http://x/api/v1/courses/?a=b", "http://x/api/v1/courses/"),
        ("http://x/prefix", "http://x/prefix/api/v1/courses/"),
    ],
)
def test_takes_a_base_or_the_list_itself(given: str, asked: str) -> None:
    assert api_url(given, "/api/v1/courses/") == asked
