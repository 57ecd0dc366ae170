"""The console over a running sandbox, in Chromium: what lives, what lights up, what is drawn, and what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser import barriers, launched, lowest_contrast, needs_chromium, opened
from tests.support.sandbox_command import asked

pytestmark = needs_chromium
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


def test_lights_up_the_way_of_a_request(browser: Browser, endpoints: dict[str, Any], api: httpx.Client) -> None:
    with opened(browser, endpoints["api"] + "/console/system") as page:
        expect(page.get_by_role("button", name=re.compile("Search index: ready"))).to_be_visible(timeout=PATIENCE)
        page.wait_for_timeout(1500)  # two looks at the counts
        api.get("/coursematch", params={"keywords": "python"})
        expect(page.locator(".moving.lit").first).to_be_attached(timeout=PATIENCE)


def test_shows_a_part_at_its_address_and_syncs_now(browser: Browser, endpoints: dict[str, Any]) -> None:
    with opened(browser, endpoints["api"] + "/console/system#mock-algolia") as page:
        part = page.get_by_role("region", name="The part chosen")
        expect(part).to_contain_text("services.mock_algolia", timeout=PATIENCE)
        expect(part).to_contain_text("ALGOLIA_ADMIN_KEY")
        assert endpoints["algolia"]["admin_key"] not in page.content()
        page.get_by_role("button", name="Postgres").press("Enter")
        expect(page).to_have_url(re.compile("#postgres$"))
        page.get_by_role("button", name="Sync now").click()
        expect(page.get_by_text("operations of the index")).to_be_visible(timeout=120_000)
        expect(page.get_by_text("Next run in")).to_be_visible()


def test_breaks_and_mends(browser: Browser, state: Path, endpoints: dict[str, Any], api: httpx.Client) -> None:
    with opened(browser, endpoints["api"] + "/console/system#faults") as page:
        switch = page.get_by_role("switch", name="index-down")
        switch.click(timeout=PATIENCE)
        expect(switch).to_be_checked(timeout=PATIENCE)
        expect(page.get_by_role("button", name="Search index: broken on purpose")).to_be_visible(timeout=PATIENCE)
        try:
            assert api.get("/coursematch", params={"keywords": "python"}).status_code == 503
        finally:
            asked("mend", "--state", state)
        expect(switch).not_to_be_checked(timeout=PATIENCE)
    assert api.get("/coursematch", params={"keywords": "python"}).status_code == 200


def test_maps_the_catalogue_the_same_way_twice(browser: Browser, endpoints: dict[str, Any]) -> None:
    url = endpoints["api"] + "/console/catalogue"
    with opened(browser, url + "?q=machine+learning&course=HaldenX%2BML201&as=1") as page:
        expect(page.locator(".found li").first).to_contain_text("Machine Learning", timeout=PATIENCE)
        expect(page.locator(".found .leg").first).to_contain_text("words 1.00")
        expect(page.locator(".course.hit").first).to_be_attached()
        expect(page.get_by_role("region", name="The course chosen")).to_contain_text("Before it")
        expect(page.locator(".way.before").first).to_be_attached()
        expect(page.locator(".way.walked").first).to_be_attached(timeout=PATIENCE)
        before = page.locator("circle.course").evaluate_all(
            "all => all.map(one => [one.cx.baseVal.value, one.cy.baseVal.value])"
        )
        page.locator("circle.course[tabindex='0']").focus()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page).not_to_have_url(re.compile("HaldenX%2BML201"))
    with opened(browser, url) as page:
        expect(page.locator("circle.course").first).to_be_attached(timeout=PATIENCE)
        again = page.locator("circle.course").evaluate_all(
            "all => all.map(one => [one.cx.baseVal.value, one.cy.baseVal.value])"
        )
    assert len(before) > 200
    assert before == again


def test_asks_the_data(browser: Browser, endpoints: dict[str, Any]) -> None:
    with opened(browser, endpoints["api"] + "/console/data#sql=SELECT+count(*)+AS+number+FROM+learners") as page:
        expect(page.get_by_role("columnheader", name="number")).to_be_visible(timeout=PATIENCE)
        for button in page.locator(".saved button").all():
            button.click()
            expect(page.get_by_text(re.compile(r"\d+ rows?.* in \d+ ms"))).to_be_visible(timeout=PATIENCE)
        page.get_by_label("Ask in SQL").fill("SELECT * FROM read_text('/etc/passwd')")
        page.get_by_label("Ask in SQL").press("Control+Enter")
        expect(page.get_by_text("disabled by configuration")).to_be_visible(timeout=PATIENCE)


def test_shows_a_trace_from_the_front_door_to_the_index(
    browser: Browser, endpoints: dict[str, Any], api: httpx.Client
) -> None:
    trace = api.get("/coursematch", params={"keywords": "a word of this test"}).headers["traceresponse"].split("-")[1]
    with opened(browser, endpoints["api"] + "/console/traces") as page:
        row = page.get_by_role("row", name=re.compile("a word of this test")).first
        expect(row).to_contain_text("coursematch, front door, mock-algolia", timeout=PATIENCE)
        row.get_by_role("link").press("Enter")
        expect(page).to_have_url(re.compile(f"trace={trace}"))
        page.get_by_role("button", name=re.compile("coursematch asks: algolia queries")).press("Enter")
        expect(page).to_have_url(re.compile("span="))
        page.reload()
        told = page.get_by_role("region", name="What algolia queries tells")
        expect(told).to_contain_text('"query": "a word of this test"', timeout=PATIENCE)
        told.get_by_role("button", name="Ask again").click()
        expect(told.get_by_role("region", name="Ranking").first).to_be_visible(timeout=PATIENCE)
        assert endpoints["algolia"]["search_key"] not in page.content()
        page.keyboard.press("Tab")
        page.locator(".waterfall button").first.focus()
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("button", name=re.compile("front door asks: api gateway"))).to_be_focused()


def test_keeps_the_focus_on_a_trace_while_it_looks_again(
    browser: Browser, endpoints: dict[str, Any], api: httpx.Client
) -> None:
    api.get("/coursematch", params={"keywords": "a trace that has the focus"})
    with opened(browser, endpoints["api"] + "/console/traces") as page:
        link = page.get_by_role("row", name=re.compile("a trace that has the focus")).first.get_by_role("link")
        link.focus(timeout=PATIENCE)
        for _ in range(2):
            with page.expect_response(re.compile("console/sandbox/traces$")):
                pass
        expect(link).to_be_focused()


def test_lays_two_traces_beside_each_other_with_a_statements_plan(
    browser: Browser, endpoints: dict[str, Any], api: httpx.Client, state: Path
) -> None:
    token = asked("token", "1", "--state", state).stdout.strip()
    headers = {"Authorization": f"Bearer {token}"}
    ids = [
        api.get("/enrollments", params={"student_id": "1"}, headers=headers).headers["traceresponse"].split("-")[1]
        for _ in range(2)
    ]
    url = f"{endpoints['api']}/console/traces?trace={ids[0]}&beside={ids[1]}&route=/enrollments"
    with opened(browser, url, viewport={"width": 1400, "height": 900}) as page:
        expect(page.locator(".traces.two > section")).to_have_count(2, timeout=PATIENCE)
        page.get_by_role("button", name=re.compile("enrollments asks: postgres SELECT")).first.click()
        page.get_by_role("button", name="Show its plan").click()
        expect(page.get_by_text(re.compile(r"cost=\d"))).to_be_visible(timeout=PATIENCE)
        assert token not in page.content()
        assert page.locator("tbody tr").count() >= 2
        expect(page.get_by_role("combobox", name="Route")).to_have_value("/enrollments")


@pytest.mark.parametrize("size", ["front", "back-row"])
def test_keeps_header_and_field_in_sight_below_a_long_answer(
    browser: Browser, endpoints: dict[str, Any], size: str
) -> None:
    url = f"{endpoints['api']}/?q=Machine+learning&size={size}"
    with opened(browser, url, viewport={"width": 1280, "height": 720}) as page:
        expect(page.locator(".course").nth(4)).to_be_attached(timeout=60_000)
        page.get_by_role("link", name="Ask", exact=True).focus()
        assert page.evaluate("document.documentElement.scrollHeight") == 720
        expect(page.get_by_role("button", name="New conversation")).to_be_in_viewport(ratio=1)
        expect(page.get_by_role("link", name="Ask", exact=True)).to_be_in_viewport(ratio=1)


def test_leads_from_an_answer_to_its_trace(browser: Browser, endpoints: dict[str, Any]) -> None:
    with opened(
        browser, endpoints["api"] + "/?q=Statistics+for+beginners", viewport={"width": 1200, "height": 900}
    ) as page:
        page.get_by_role("link", name="See its trace").click(timeout=60_000)
        expect(page.get_by_role("heading", name="POST /chat")).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_role("button", name=re.compile("advisor does: execute_tool match_courses"))).to_be_visible()


def test_draws_the_way_to_a_goal_for_a_learner(browser: Browser, endpoints: dict[str, Any]) -> None:
    question = "/?q=How+do+I+get+to+Deep+Learning+with+Neural+Networks%3F&as=1"
    with opened(browser, endpoints["api"] + question, viewport={"width": 320, "height": 800}) as page:
        way = page.get_by_role("group", name="The way to Deep Learning with Neural Networks")
        expect(way.locator("li.goal")).to_contain_text("Your goal", timeout=60_000)
        expect(way.locator("li.known").filter(has_text="Programming with Python from Scratch")).to_be_visible()
        expect(way.locator("svg path").first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert barriers(page) == []


def test_tries_the_contract_as_a_learner(browser: Browser, endpoints: dict[str, Any]) -> None:
    with opened(browser, endpoints["api"] + "/console/api#listEnrollments") as page:
        page.get_by_label("Ask as").select_option("1", timeout=PATIENCE)
        operation = page.locator("#listEnrollments")
        operation.get_by_role("button", name="Try it").click()
        expect(operation.locator("pre")).to_contain_text('"enrollments"', timeout=PATIENCE)
        page.locator("#matchCourses summary").click()
        page.locator("#matchCourses").get_by_label("level (optional)").select_option("Advanced")
        page.locator("#matchCourses").get_by_role("button", name="Try it").click()
        expect(page.locator("#matchCourses pre")).to_contain_text('"level": "Advanced"', timeout=PATIENCE)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/console/system#faults", ".node"),
        ("/console/catalogue?q=history&as=1", ".way.walked"),
        ("/console/data#sql=SELECT+title,+level,+NULL+AS+nothing+FROM+courses", "td"),
        ("/console/api#matchCourses", "summary"),
        ("/console/traces#numbers", "tbody tr"),
    ],
)
def test_has_contrast_and_fits_a_phone_when_it_is_filled(
    browser: Browser, endpoints: dict[str, Any], path: str, there: str, scheme: Any
) -> None:
    viewport: Any = {"width": 320, "height": 640}
    with opened(browser, endpoints["api"] + path, viewport=viewport, color_scheme=scheme) as page:
        expect(page.locator(there).first).to_be_attached(timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        ratio, which = lowest_contrast(page)
        assert ratio >= 4.5, which
        assert barriers(page) == []
