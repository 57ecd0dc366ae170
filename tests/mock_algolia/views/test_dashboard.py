"""The dashboard in Chromium, offline: with the key and by keyboard; nothing of a record is ever read as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from services.mock_algolia import AlgoliaMock
from tests.support.browser import barriers, launched, needs_chromium, opened

pytestmark = needs_chromium
RECORDS: list[dict[str, Any]] = [
    {"objectID": "1", "name": "Red shoe", "color": "red", "likes": 1},
    {"objectID": "2", "name": "Red shoe", "color": "blue", "likes": 5},
    {"objectID": "3", "name": "<img src=x onerror=alert(1)> hat", "color": "red", "likes": 3},
]
SETTINGS = {"searchableAttributes": ["name"], "customRanking": ["desc(likes)"], "attributesForFaceting": ["color"]}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, algolia: AlgoliaMock) -> Iterator[Page]:
    algolia.seed("products", RECORDS, SETTINGS)
    algolia.seed("people", [{"objectID": "ada"}])
    with opened(browser, algolia.url + "/_mock/") as page:
        page.get_by_label("Admin API key").fill("admin")
        page.get_by_label("Admin API key").press("Enter")
        page.get_by_role("button", name="products").click()
        yield page


def test_says_why_a_hit_is_first(page: Page) -> None:
    page.get_by_label("Search this index").fill("red sho")

    first = page.get_by_role("list", name="Hits").get_by_role("listitem").first
    expect(first).to_contain_text("Before the next by desc(likes).")
    expect(first.locator("tr.decides")).to_have_text("desc(likes)51")
    expect(first.locator("mark").first).to_have_text("Red")


def test_shows_markup_in_a_record_as_text(page: Page) -> None:
    page.get_by_label("Search this index").fill("hat")

    expect(page.get_by_role("list", name="Hits")).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("img").count() == 0


def test_shows_settings_synonyms_rules_and_requests(page: Page, algolia: AlgoliaMock) -> None:
    with httpx.Client(base_url=algolia.url, headers=ADMIN, trust_env=False) as index:
        index.put(
            "/1/indexes/products/synonyms/s", json={"objectID": "s", "type": "synonym", "synonyms": ["a", "boot"]}
        )
        rule = {"objectID": "r", "description": "Hats first", "consequence": {"params": {"filters": "color:red"}}}
        index.put("/1/indexes/products/rules/r", json=rule)
    for tab, shown in (
        ("Configuration", "desc(likes)"),
        ("Synonyms", "boot"),
        ("Rules", "Hats first"),
        ("Requests", "/1/indexes/products/rules/r"),
    ):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tabpanel", name=tab)).to_contain_text(shown)
        assert barriers(page) == [], tab
    assert len(algolia.requests) == 2, "what the dashboard asks is nobody's request"


def test_is_used_by_keyboard(page: Page) -> None:
    page.get_by_role("tab", name="Search").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Configuration")).to_be_focused()
    expect(page.get_by_role("tabpanel", name="Configuration")).to_contain_text("customRanking")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tab", name="Search")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_label("Search this index")).to_be_focused()
    page.keyboard.type("hat")
    expect(page.get_by_role("status").filter(has_text="1 hits")).to_be_visible()
    assert barriers(page) == []


def test_what_is_drawn_anew_keeps_the_focus(page: Page) -> None:
    held: list[Route] = []
    page.route("**/1/indexes", lambda route: held.append(route))
    page.get_by_role("button", name="people").press("Enter")
    page.get_by_role("tab", name="Search").focus()
    expect(page.get_by_role("tab", name="Search")).to_be_focused()
    for route in held:
        route.continue_()
    expect(page.get_by_role("heading", name="people")).to_be_visible()
    expect(page.get_by_role("tab", name="Search")).to_be_focused()


def test_an_index_that_is_chosen_keeps_the_focus(page: Page) -> None:
    page.get_by_role("button", name="people").press("Enter")
    expect(page.get_by_role("heading", name="people")).to_be_visible()
    expect(page.get_by_role("button", name="people")).to_be_focused()


def test_a_late_answer_does_not_draw_over_the_tab_turned_to_since(page: Page) -> None:
    held: list[Route] = []
    page.route("**/settings", lambda route: held.append(route))
    page.get_by_role("tab", name="Configuration").click()
    page.get_by_role("tab", name="Synonyms").click()
    expect(page.get_by_role("tabpanel", name="Synonyms")).to_contain_text("0 synonyms")
    with page.expect_response("**/settings"):
        for route in held:
            route.continue_()
    page.evaluate("() => new Promise((done) => setTimeout(done))")
    expect(page.get_by_role("tabpanel", name="Synonyms")).to_contain_text("0 synonyms")


SEEN = "getComputedStyle(document.activeElement).outlineStyle"
MOST_TABS = 40


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until something has the focus; whatever has it on the way must show it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        assert page.evaluate(SEEN) != "none", page.evaluate("document.activeElement.outerHTML")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_TABS} times Tab do not lead to {wanted}")


def test_the_whole_journey_needs_a_keyboard_alone(browser: Browser, algolia: AlgoliaMock) -> None:
    algolia.seed("products", RECORDS, SETTINGS)
    algolia.seed("people", [{"objectID": "ada"}])
    with httpx.Client(base_url=algolia.url, headers=ADMIN, trust_env=False) as asked:
        asked.post("/1/indexes/products/query", json={"query": "a question of a test"})
    with opened(browser, algolia.url + "/_mock/") as page:
        tab_to(page, page.get_by_label("Admin API key"))
        page.keyboard.type("admin")
        page.keyboard.press("Enter")
        expect(page.get_by_role("button", name="products")).to_be_visible()
        tab_to(page, page.get_by_role("button", name="products"))
        page.keyboard.press("Enter")
        expect(page.get_by_label("Search this index")).to_be_visible()
        tab_to(page, page.get_by_label("Search this index"))
        page.keyboard.type("red sho")
        first = page.get_by_role("list", name="Hits").get_by_role("listitem").first
        expect(first.locator("tr.decides")).to_have_text("desc(likes)51")
        page.keyboard.press("Shift+Tab")  # back to the tabs, of which the last tells of the requests
        for _ in range(MOST_TABS):
            if page.get_by_role("tab", name="Search").evaluate("element => element === document.activeElement"):
                break
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("ArrowLeft")
        expect(page.get_by_role("tab", name="Requests")).to_be_focused()
        expect(page.get_by_role("tabpanel", name="Requests")).to_contain_text("a question of a test")


def test_takes_more_parameters_and_says_what_is_wrong_with_them(page: Page) -> None:
    more = page.get_by_label("More parameters, as JSON")
    more.fill('{"filters": "color:blue"}')
    more.press("Enter")
    expect(page.get_by_role("status").filter(has_text="1 hits")).to_be_visible()


def test_shows_nothing_without_the_key(browser: Browser, algolia: AlgoliaMock) -> None:
    algolia.seed("products", RECORDS, SETTINGS)
    told = httpx.get(algolia.url + "/_mock/", trust_env=False)
    assert "products" not in told.text
    assert "default-src 'none'" in told.headers["Content-Security-Policy"]
    assert httpx.get(algolia.url + "/_mock/", headers={"Host": "evil.example"}, trust_env=False).status_code == 403
    assert httpx.get(algolia.url + "/_mock/nothing.js", trust_env=False).status_code == 404


ADMIN = {"X-Algolia-Application-Id": "mock", "X-Algolia-API-Key": "admin"}
