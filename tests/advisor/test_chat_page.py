"""The chat page in a real headless Chromium: it talks, shows its work, and works by keyboard and on a phone."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright

from evaluation.advisor.system import InProcessApi, token
from tests.advisor.conftest import application, served
from tests.advisor.test_chat_api import Down

CHROMIUM = os.environ.get("COURSEMATCH_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), ""
)
pytestmark = pytest.mark.skipif(
    not CHROMIUM,
    reason="no Chromium here: install it (Debian: chromium), or name it in COURSEMATCH_CHROMIUM",
)


# WCAG 2.2, 1.4.3, worked out from the colours that the browser computed: [ratio, element], the lowest first.
CONTRASTS = """() => {
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const luminance = color => {
        const [r, g, b] = color.match(/[0-9.]+/g).map(value => linear(value / 255));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const ground = element => {
        for (; element; element = element.parentElement) {
            const color = getComputedStyle(element).backgroundColor;
            if (!/, 0\\)$|transparent/.test(color)) return color;
        }
        return "rgb(255, 255, 255)";
    };
    return [...document.querySelectorAll("p, h1, h2, h3, summary, label, button, a, textarea, pre")].map(element => {
        const colors = [getComputedStyle(element).color, ground(element)].map(luminance);
        return [(Math.max(...colors) + .05) / (Math.min(...colors) + .05), element.tagName];
    }).sort((one, other) => one[0] - other[0]);
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, advisor_url: str) -> Iterator[Page]:
    opened = browser.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    opened.goto(f"{advisor_url}/chat")
    yield opened
    opened.close()
    assert [error for error in errors if "Failed to load resource" not in error] == []


def ask(page: Page, message: str) -> None:
    page.get_by_label("Your message").fill(message)
    page.keyboard.press("Enter")


def test_shows_the_answer_the_tool_call_and_cards_with_reasons(page: Page) -> None:
    ask(page, "beginner photography in English")

    log = page.get_by_role("log", name="Conversation")
    expect(log.get_by_text("This course fits (Introductory, English):")).to_be_visible()
    card = log.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Photography with the Camera"))
    expect(card).to_contain_text("LarkspurX+PHO101")
    expect(card).to_contain_text("Why: ")
    call = log.locator("summary", has_text="match_courses")
    expect(call).to_contain_text('keywords: "photography"')
    call.click()
    expect(log.get_by_text("Arguments", exact=True)).to_be_visible()
    expect(log.locator("pre").nth(1)).to_contain_text('"course_key": "LarkspurX+PHO101"')


def test_works_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your message")).to_be_focused()
    page.keyboard.type("statistics")
    page.keyboard.press("Enter")

    expect(page.locator(".answer")).to_contain_text("Introduction to Statistics")
    expect(page.get_by_label("Your message")).to_be_focused()
    expect(page.get_by_label("Your message")).to_have_value("")


def test_keeps_the_thread_and_starts_anew(page: Page) -> None:
    ask(page, "machine learning")
    expect(page.locator(".answer")).to_have_count(1)
    ask(page, "in Spanish")
    expect(page.locator(".answer").nth(1)).to_contain_text("MontealbaX+ML201")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)


def test_knows_the_learner_by_their_token(page: Page) -> None:
    page.get_by_text("Sign in with a token (optional)").click()
    page.get_by_label("Your token").fill(token("1"))
    ask(page, "what should I take next?")

    expect(page.locator(".answer")).to_contain_text("From the 4 courses in your history")
    assert (
        page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length + document.cookie.length")
        == 0
    )


def test_says_what_went_wrong(page: Page) -> None:
    page.get_by_text("Sign in with a token (optional)").click()
    page.get_by_label("Your token").fill("not.a.token")
    ask(page, "statistics")

    expect(page.locator(".turn.problem")).to_contain_text("The token is not one")


def test_says_that_nothing_was_written(page: Page) -> None:
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_role("status")).to_have_text("Write a message first.")


def test_says_that_the_model_is_down(browser: Browser, course_api: InProcessApi) -> None:
    with served(application(course_api, Down())) as url:
        page = browser.new_page()
        page.goto(f"{url}/chat")
        ask(page, "statistics")
        expect(page.locator(".turn.problem")).to_contain_text("The language model does not answer")
        page.close()


def test_shows_injected_markup_as_text(browser: Browser) -> None:
    class Marked:
        def get(self, path: str, params: object, authorization: object) -> object:
            title = "<img src=x onerror=document.title='owned'>"
            course = {"course_id": "course-v1:A+1+r", "course_key": "A+1", "title": title, "description": title}
            course |= {"level": None, "language": None, "url": "javascript:alert(1)", "explanation": title}
            return {"matches": [course | {"score": 1.0, "reasons": []}], "query": {}, "missing_sources": []}

    with served(application(Marked())) as url:
        page = browser.new_page()
        page.goto(f"{url}/chat")
        ask(page, "anything about images")
        expect(page.get_by_role("heading", level=3)).to_have_text("<img src=x onerror=document.title='owned'>")
        assert page.locator("#conversation img, #conversation a").count() == 0
        assert page.title() == "coursematch: the course adviser"
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_fits_a_phone_and_has_contrast(browser: Browser, advisor_url: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=scheme)  # type: ignore[arg-type]  # one of Playwright's literals
    page.goto(f"{advisor_url}/chat")
    ask(page, "machine learning")
    expect(page.locator(".card").first).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    ratios = page.evaluate(CONTRASTS)
    assert ratios[0][0] >= 4.5, ratios[:3]
    page.close()


def test_gives_every_control_a_name_and_one_main_heading(page: Page) -> None:
    ask(page, "statistics")
    expect(page.locator(".answer")).to_be_visible()

    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    for control in page.locator("button, textarea, input, summary, a").all():
        assert control.inner_text() or control.evaluate("e => e.labels && e.labels.length"), control
    assert page.locator("#conversation").get_attribute("aria-live") == "polite"


def test_runs_no_script_but_its_own(advisor: Flask) -> None:
    policy = advisor.test_client().get("/chat").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 2
