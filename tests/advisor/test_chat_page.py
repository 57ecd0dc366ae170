"""The chat page in a real headless Chromium: it talks, gives an account of itself, and loses nothing.

Its component is what the sandbox's console shows and what other people's pages hold, so this is their test too.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Browser, Locator, Page, Route, expect

from evaluation.advisor.system import InProcessApi, token
from tests.advisor.conftest import application, served
from tests.advisor.test_chat_api import Down
from tests.support.browser import barriers, launched, lowest_contrast, needs_chromium, opened

pytestmark = needs_chromium
PATIENCE = 30_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser, advisor_url: str) -> Iterator[Page]:
    with opened(browser, f"{advisor_url}/chat") as page:
        yield page


def field(page: Page) -> Locator:
    return page.get_by_label("Your message")


def ask(page: Page, message: str) -> None:
    field(page).fill(message)
    field(page).press("Enter")


def sign_in(page: Page, value: str) -> None:
    page.get_by_text("Sign in with a token").click()
    page.get_by_label("Your token").fill(value)


def test_shows_each_course_once_with_its_reason(page: Page) -> None:
    ask(page, "beginner photography in English")

    conversation = page.get_by_role("list", name="Conversation")
    card = conversation.get_by_role("listitem").filter(
        has=page.get_by_role("heading", level=3, name="Photography with the Camera")
    )
    expect(card.last).to_contain_text("LarkspurX+PHO101")
    expect(page.locator(".course .why").first).to_contain_text("Photography")
    expect(page.locator(".lead")).not_to_contain_text("LarkspurX+PHO101")
    expect(page.locator(".lead")).not_to_contain_text("1.")


def test_says_what_it_understood_looked_up_and_ranked(page: Page) -> None:
    ask(page, "beginner photography in English")

    how = page.get_by_role("group").filter(has_text="What I understood").first
    expect(how).to_contain_text("photography")
    expect(how).to_contain_text("Introductory")
    expect(how).to_contain_text("Searched the catalogue")
    expect(how.locator(".bars li").first).to_contain_text("Photography with the Camera")
    how.get_by_text("match_courses").click()
    expect(how.locator("pre")).to_contain_text('"keywords": "photography"')


def test_tells_what_it_understood_as_a_person_would(page: Page) -> None:
    ask(page, "beginner photography in English")
    expect(page.locator(".lead")).to_contain_text(":")  # it leads to the cards
    title = page.locator(".course h3").first.inner_text()
    ask(page, "is the first one hard?")

    facts = page.locator(".turn").nth(1).locator(".facets")
    expect(facts).to_contain_text("You mean")
    expect(facts).to_contain_text(title)
    expect(page.locator(".turn").nth(1).locator(".how")).to_contain_text("Read the course's record")
    for name in ("spoken", "in focus", "shown before", "pointed"):
        expect(facts).not_to_contain_text(name)


def test_works_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to your message")).to_be_focused()
    page.keyboard.press("Enter")
    expect(field(page)).to_be_focused()
    page.keyboard.type("statistics")
    page.keyboard.press("Enter")

    expect(page.locator(".courses").first).to_contain_text("Introduction to Statistics")
    expect(field(page)).to_be_focused()
    expect(field(page)).to_have_value("")


def test_begins_with_suggestions_that_ask(page: Page) -> None:
    page.get_by_role("button", name="Statistics for beginners").click()

    expect(page.locator(".course").first).to_be_visible()
    expect(field(page)).to_be_focused()
    expect(page.get_by_role("list", name="Suggestions")).to_be_hidden()


def test_offers_what_the_adviser_suggests_next(page: Page) -> None:
    def answer(route: Route) -> None:
        said = {"answer": "Which of these?", "stop": "clarifying", "courses": [], "guardrails": {}, "model": "m"}
        said |= {"tokens": 0, "suggestions": ["Something shorter", {"label": "In French", "text": "only in French"}]}
        said |= {"understood": {"topic": "music", "exclude": ["theory"], "level": None, "unheard_of": {"a": 1}}}
        body = f"event: answer\ndata: {json.dumps(said)}\n\n"
        route.fulfill(status=200, content_type="text/event-stream", body=body)

    page.route("**/chat", answer)
    ask(page, "music without theory")
    how = page.locator(".how")
    expect(how).to_contain_text("Without")
    expect(how).to_contain_text("theory")
    expect(how).not_to_contain_text("Level")
    page.get_by_role("button", name="In French").click()
    expect(page.get_by_role("heading", name="only in French")).to_be_visible()
    expect(page.get_by_role("button", name="Something shorter")).to_have_count(1)


NAMES = ("Logic", "Programming", "Algebra", "Deep Learning")
WAY: dict[str, Any] = {
    "goal": {"course_key": "A+3", "title": "Deep Learning"},
    "steps": [
        {"course_key": "A+2", "title": "Algebra", "level": "Introductory", "hours": 30, "url": "https://a.example/2",
         "standing": "enrolled", "required_by": ["A+3"], "alternatives": [{"course_key": "B+2", "title": "Álgebra"}]},
        {"course_key": "A+3", "title": "Deep Learning", "level": "Advanced", "hours": 40, "url": "javascript:alert(1)",
         "standing": "not_taken", "required_by": [], "alternatives": []},
    ],
    "hours": 70,
    "known": [{"course_key": "A+1", "title": "Programming", "required_by": "A+3"}],
    "absent": [{"course_key": "A+0", "title": "Logic", "required_by": "A+2", "reason": "by_invitation"}],
    "circular": [],
    "personalised": True,
}  # fmt: skip


def ask_the_way(page: Page, way: dict[str, Any], status: int = 200) -> list[str]:
    """Ask for a way whose answer names two courses; gives what was asked of `GET /paths`."""
    courses = [
        {"course_key": key, "title": title, "level": None, "language": None, "url": None, "score": 1.0}
        for key, title in (("A+2", "Algebra"), ("A+3", "Deep Learning"))
    ]
    said: dict[str, Any] = {"answer": "In this order:\n1. Algebra (A+2)\n2. Deep Learning (A+3)", "stop": "answered"}
    said |= {"courses": courses, "guardrails": {}, "understood": {"change": "path"}}
    body = f"event: answer\ndata: {json.dumps(said)}\n\n"
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=status, content_type="application/json", body=json.dumps(way))

    page.route("**/chat", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=body))
    page.route("**/paths?*", answer)
    ask(page, "how do I get to deep learning?")
    expect(page.locator(".lead")).to_have_text("In this order:")
    return asked


def test_draws_the_way_to_a_goal_with_what_is_known_and_what_is_missing(page: Page) -> None:
    (asked,) = ask_the_way(page, WAY)
    assert asked.endswith("/paths?goal=A%2B3")
    way = page.get_by_role("group", name="The way to Deep Learning")
    rows = [row.locator("li").all_inner_texts() for row in way.get_by_role("list").all()]
    assert [sorted(next(name for name in NAMES if name in text) for text in row) for row in rows] == [
        ["Logic"],
        ["Algebra", "Programming"],
        ["Deep Learning"],
    ]
    expect(way.locator("li.known")).to_contain_text("You know it")
    expect(way.locator("li.absent")).to_contain_text("by invitation only")
    expect(way.locator("li.goal")).to_contain_text("2. Your goal")
    expect(way.get_by_role("listitem").filter(has_text="1.")).to_contain_text("you are enrolled")
    expect(page.locator(".way .facts")).to_have_text("2 courses · about 70 hours · 1 other you know already")
    assert way.locator("svg path").count() == 3
    assert way.get_by_role("link").count() == 1  # what is no web address is no link
    assert page.locator(".courses").count() == 0  # nothing is listed twice
    assert barriers(page) == []
    page.unroute("**/chat")
    page.reload()
    expect(page.get_by_role("group", name="The way to Deep Learning")).to_be_visible()


@pytest.mark.parametrize(("way", "status"), [(WAY, 503), ({**WAY, "steps": []}, 200)])
def test_lists_the_courses_of_a_way_that_cannot_be_drawn(page: Page, way: dict[str, Any], status: int) -> None:
    ask_the_way(page, way, status)
    expect(page.locator(".course")).to_have_count(2)
    assert page.locator(".path").count() == 0


def test_offers_what_may_be_asked_next_and_the_adviser_answers_it(page: Page) -> None:
    ask(page, "machine learning")
    chips = page.get_by_role("list", name="Go on with").get_by_role("button")
    expect(chips).to_have_text(
        ["Is the first one hard?", "What do I need for the first one?", "Only for beginners", "Show me more"],
        timeout=PATIENCE,
    )
    title = page.locator(".course h3").first.inner_text()
    chips.nth(1).click()
    expect(page.locator(".turn").nth(1).locator(".lead")).to_contain_text(title)
    expect(chips).to_have_text(["What do I need for it?", "What does it lead to?", "Something similar"])
    chips.nth(1).click()
    expect(page.locator(".turn").nth(2).locator(".lead")).to_contain_text(title)


@pytest.mark.parametrize(
    ("question", "hard", "needs", "it"),
    [
        ("Quiero aprender sobre aprendizaje automático", "¿Es difícil", "¿Qué necesito para el", "para ese curso"),
        ("Je veux apprendre l'apprentissage automatique", "Le premier est-il", "Que faut-il", "pour ce cours"),
        ("Ich möchte maschinelles Lernen lernen", "Ist der erste", "Was brauche ich für", "dafür"),
        ("Quero aprender aprendizado de máquina", "O primeiro", "O que preciso para o", "para esse curso"),
        ("我想学机器学习", "第一门难吗", "第一门需要", "这门课需要"),
        ("أريد أن أتعلم تعلم الآلة", "هل الأول", "ماذا أحتاج للدورة الأولى", "لهذه الدورة"),
    ],
    ids=["es", "fr", "de", "pt", "zh", "ar"],
)
def test_offers_it_in_the_language_of_the_conversation_and_the_adviser_answers_that_too(
    page: Page, question: str, hard: str, needs: str, it: str
) -> None:
    ask(page, question)
    chips = page.get_by_role("list", name="Go on with").get_by_role("button")
    expect(chips).to_contain_text([hard, needs, "", ""], timeout=PATIENCE)
    title = page.locator(".course h3").first.inner_text()
    chips.nth(1).click()
    expect(page.locator(".turn").nth(1).locator(".lead")).to_contain_text(title, timeout=PATIENCE)
    expect(chips).to_contain_text([it, "", ""])
    for at in (1, 0):  # where does it lead, what does it need
        chips.nth(at).click()
        expect(page.locator(".turn").nth(3 - at).locator(".lead")).to_contain_text(title, timeout=PATIENCE)


@pytest.mark.parametrize("question", ["what next?", "thanks"])
def test_offers_nothing_to_ask_where_it_would_not_fit(page: Page, question: str) -> None:
    ask(page, question)
    expect(page.locator(".lead")).to_be_visible()
    expect(page.get_by_role("list", name="Go on with")).to_have_count(0)


def test_keeps_the_thread_over_a_reload_and_starts_anew(page: Page) -> None:
    ask(page, "machine learning")
    expect(page.locator(".course").first).to_be_visible()
    ask(page, "in Spanish")
    expect(page.locator(".turn").nth(1)).to_contain_text("MontealbaX+ML201")
    field(page).fill("half a thou")

    page.reload()

    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(".turn").nth(1).locator(".course").first).to_contain_text("MontealbaX+ML201")
    expect(field(page)).to_have_value("half a thou")
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".turn")).to_have_count(0)
    page.reload()
    expect(page.locator(".turn")).to_have_count(0)


def test_knows_the_learner_by_their_token_and_keeps_it_nowhere(page: Page) -> None:
    value = token("1")
    sign_in(page, value)
    ask(page, "what should I take next?")

    expect(page.locator(".lead")).to_contain_text("your history")
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert value not in kept


def test_says_what_went_wrong_and_keeps_the_question(page: Page) -> None:
    sign_in(page, "not.a.token")
    ask(page, "statistics")

    expect(page.get_by_role("alert").filter(has_text="The token is not one")).to_be_visible()
    expect(page.locator(".problem")).to_contain_text("Sign in again")
    expect(page.get_by_role("heading", name="statistics")).to_be_visible()
    expect(field(page)).to_have_value("statistics")
    page.get_by_label("Your token").fill("")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator(".course").first).to_be_visible()
    expect(page.locator(".problem")).to_have_count(0)
    expect(field(page)).to_have_value("")


def test_says_that_nothing_was_written(page: Page) -> None:
    page.get_by_role("button", name="Send").click()

    expect(page.get_by_text("Write a message first.")).to_be_visible()


def test_says_who_answered_while_the_model_is_down(browser: Browser, course_api: InProcessApi) -> None:
    with served(application(course_api, Down())) as url, opened(browser, f"{url}/chat") as page:
        ask(page, "statistics")
        expect(page.locator(".course").first).to_be_visible()
        expect(page.locator(".how")).to_contain_text("The language model does not answer")


def test_says_that_nobody_answers(page: Page) -> None:
    page.route("**/chat", lambda route: route.abort())
    ask(page, "statistics")

    expect(page.locator(".problem")).to_contain_text("The adviser cannot be reached")


def test_says_that_an_answer_broke_off(page: Page) -> None:
    page.route("**/chat", lambda route: route.fulfill(status=200, content_type="text/event-stream", body=""))
    ask(page, "statistics")

    expect(page.locator(".problem")).to_contain_text("The answer broke off")
    expect(field(page)).to_have_value("statistics")


def test_can_be_stopped_while_it_looks(browser: Browser, course_api: InProcessApi) -> None:
    hanging = threading.Event()
    app = application(course_api)

    @app.before_request
    def hang() -> Response | None:
        from flask import request

        if request.method == "POST":
            hanging.wait(30)
        return None

    with served(app) as url, opened(browser, f"{url}/chat") as page:
        ask(page, "statistics")
        expect(page.locator(".progress")).to_contain_text("Reading your question")
        page.get_by_role("button", name="Stop").click()
        expect(page.locator(".problem")).to_contain_text("You stopped this question")
        expect(field(page)).to_have_value("statistics")
        hanging.set()


def test_shows_injected_markup_as_text(browser: Browser) -> None:
    class Marked:
        def get(self, path: str, params: object, authorization: object) -> object:
            title = "<img src=x onerror=document.title='owned'>"
            course = {"course_id": "course-v1:A+1+r", "course_key": "A+1", "title": title, "description": title}
            course |= {"level": None, "language": None, "url": "javascript:alert(1)", "explanation": title}
            return {"matches": [course | {"score": 1.0, "reasons": []}], "query": {}, "missing_sources": []}

    with served(application(Marked())) as url, opened(browser, f"{url}/chat") as page:
        ask(page, "anything about images")
        expect(page.get_by_role("heading", level=3)).to_have_text("<img src=x onerror=document.title='owned'>")
        assert page.locator(".turns img, .turns a").count() == 0
        assert page.title() == "coursematch: the course adviser"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_fits_narrow_and_wide_and_has_contrast(browser: Browser, advisor_url: str, scheme: str, width: int) -> None:
    options = {"viewport": {"width": width, "height": 640}, "color_scheme": scheme, "reduced_motion": "reduce"}
    with opened(browser, f"{advisor_url}/chat", **options) as page:
        assert lowest_contrast(page)[0] >= 4.5, lowest_contrast(page)[1]
        ask(page, "machine learning")
        expect(page.locator(".course").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.locator(".how").evaluate("element => { element.open = true; }")
        assert lowest_contrast(page)[0] >= 4.5, lowest_contrast(page)[1]


def test_hides_nothing_under_the_form(browser: Browser, advisor_url: str) -> None:
    with opened(browser, f"{advisor_url}/chat", viewport={"width": 390, "height": 600}) as page:
        for words in ("machine learning", "thanks", "statistics", "thanks"):
            turns = page.locator(".turn").count()
            ask(page, words)
            last = page.locator(".turn").nth(turns).locator(".lead")
            expect(last).to_be_visible()
            reply, form = last.bounding_box(), page.locator(".composer").bounding_box()
            assert reply is not None
            assert form is not None
            assert reply["y"] >= 0
            assert reply["y"] + min(reply["height"], 24) <= form["y"], words


def test_gives_every_control_a_name_and_one_main_heading(page: Page) -> None:
    ask(page, "statistics")
    expect(page.locator(".lead")).to_be_visible()

    assert page.get_by_role("heading", level=1).count() == 1
    assert page.locator("html").get_attribute("lang") == "en"
    for control in page.locator("button, textarea, input, summary, a").all():
        named = "e => e.ariaLabel || (e.labels && e.labels.length)"
        assert control.inner_text() or control.evaluate(named), control
    expect(page.get_by_role("status").first).to_contain_text("first: Introduction to Statistics")


def test_asks_the_question_of_the_page_that_holds_it(browser: Browser, course_api: InProcessApi) -> None:
    """Somebody else's page: another origin, a policy that allows the adviser's address and no inline style."""
    app = application(course_api)

    @app.after_request
    def allow_as_the_gateway_does(response: Response) -> Response:
        response.headers["Access-Control-Allow-Headers"] = "Authorization,Content-Type"
        return response

    with served(app) as advisor_url, served(_page_that_holds(advisor_url)) as url:
        page = browser.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text) if "Policy" in message.text else None)
        page.goto(url)
        expect(page.locator(".course").first).to_contain_text("Introduction to Statistics")
        page.get_by_role("button", name="New conversation").click()
        expect(page.get_by_role("button", name="Two")).to_be_visible()
        page.close()
    assert refused == []


def test_runs_no_script_but_its_own(advisor: Flask) -> None:
    policy = advisor.test_client().get("/chat").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert policy.count("sha256-") == 3


def test_sends_the_component_once(advisor: Flask) -> None:
    client = advisor.test_client()
    sent = client.get("/chat/course-adviser.js")

    assert sent.content_type.startswith("text/javascript")
    again = client.get("/chat/course-adviser.js", headers={"If-None-Match": sent.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def _page_that_holds(advisor_url: str) -> Flask:
    holder = Flask("somebody's page")

    @holder.get("/")
    def show() -> Response:
        body = f"""<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Ours</title><h1>Ours</h1>
            <script src="{advisor_url}/chat/course-adviser.js" defer></script>
            <course-adviser question="statistics" suggestions="One|Two"></course-adviser></html>"""
        response = Response(body, content_type="text/html")
        response.headers["Content-Security-Policy"] = (
            f"default-src 'none'; script-src {advisor_url}; connect-src {advisor_url}; img-src data:; "
            "require-trusted-types-for 'script'"
        )
        return response

    return holder
