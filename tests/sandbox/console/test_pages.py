"""The console's page in Chromium over its own files: every view by its address, by keyboard, in both themes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from sandbox.gateway.front_door import front_door_command
from tests.support.browser import barriers, launched, lowest_contrast, needs_chromium, opened
from tests.support.deployed_system import running
from tests.support.ports import free_port

pytestmark = needs_chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A front door with a console, before anything is deployed."""
    folder = tmp_path_factory.mktemp("front-door")
    yield from running(front_door_command(free_port(), folder / "api-url", folder))


def test_says_that_the_adviser_is_not_up_yet(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        expect(page.get_by_role("heading", name="The adviser is not up yet")).to_be_visible()


def test_moves_between_views_by_keyboard_and_keeps_their_addresses(browser: Browser, url: str) -> None:
    with opened(browser, url) as page:
        page.keyboard.press("Tab")
        expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
        page.get_by_role("link", name="API").press("Enter")
        expect(page.get_by_role("heading", name="The API")).to_be_visible()
        expect(page).to_have_url(url + "/console/api")
        page.locator("summary").first.press("Enter")
        expect(page).to_have_url(url + "/console/api#matchCourses")
        page.reload()
        expect(page.get_by_label("keywords").first).to_be_visible()
        page.go_back()
        expect(page.get_by_role("link", name="Ask")).to_have_attribute("aria-current", "page")


def test_says_in_words_that_nothing_runs(browser: Browser, url: str) -> None:
    with opened(browser, url + "/console/system") as page:
        expect(page.get_by_role("status").first).to_contain_text("No sandbox is running")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/console/system",
        "/console/traces#numbers",
        "/console/catalogue",
        "/console/data",
        "/console/api#matchCourses",
    ],
)
def test_has_contrast_and_fits_a_phone(browser: Browser, url: str, path: str, scheme: str) -> None:
    with opened(browser, url + path, viewport={"width": 320, "height": 640}, color_scheme=scheme) as page:
        expect(page.get_by_role("heading", level=2)).to_be_visible()
        expect(page.locator("#view")).to_contain_text(re.compile(r"[\s\S]{60}"))  # filled; a policy forbids to evaluate
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert lowest_contrast(page)[0] >= 4.5, lowest_contrast(page)[1]
        assert barriers(page) == []


def test_is_large_for_the_back_row(browser: Browser, url: str) -> None:
    with opened(browser, url + "/console/api?size=back-row") as page:
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "24px"
        assert json.loads(page.get_by_role("button", name="Back row").get_attribute("aria-pressed") or "false")
