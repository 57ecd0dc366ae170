"""`up --watch` on a copy of the tree: what is saved there runs; what would not run is said, and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import expect

from tests.support.browser import barriers, launched, needs_chromium, opened
from tests.support.running_sandbox import endpoints, place
from tests.support.watched_copy import Watched, watching

PATIENCE = 60_000
FIRST = "from __future__ import annotations\n"


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    with place() as folder, watching(folder) as watched:
        yield watched


def test_lets_a_saved_function_answer(watched: Watched) -> None:
    def detail() -> str:
        answer = httpx.get(f"{watched.api}/courses/NoX+1", trust_env=False, timeout=30)
        return str(answer.json()["detail"])

    before, name = detail(), "services/coursematch/course_lookup.py"
    with watched.saved({name: ("There is no course of that key here", "Look: there is none")}) as told:
        assert (told["state"], told["live"]) == ("live", ["coursematch"])
        assert detail().startswith("Look: there is none")
        assert f"Live after {told['seconds']} s: coursematch ({name})" in " ".join(watched.said.read_text().split())
    assert detail() == before


def test_starts_a_saved_workload_again(watched: Watched) -> None:
    url = f"{endpoints(watched.state)['lms']}/no-such-page"
    before, pid, other = httpx.get(url, trust_env=False).text, watched.pid("lms"), watched.pid("mock-algolia")
    with watched.saved({"services/lms/app.py": ("Not found.", "Look: not found.")}) as told:
        assert (told["state"], told["live"]) == ("live", ["lms"])
        assert watched.pid("lms") != pid
        assert watched.pid("mock-algolia") == other
        assert "Look: not found" in httpx.get(url, trust_env=False).text
    assert httpx.get(url, trust_env=False).text == before


def test_brings_saved_synonyms_and_settings_to_the_index(watched: Watched) -> None:
    def snippets() -> list[str]:
        algolia = endpoints(watched.state)["algolia"]
        headers = {"X-Algolia-Application-Id": algolia["app_id"], "X-Algolia-API-Key": algolia["admin_key"]}
        url = f"{algolia['url']}/1/indexes/{algolia['index']}/settings"
        told: list[str] = httpx.get(url, headers=headers, trust_env=False).json()["attributesToSnippet"]
        return told

    assert "Programming with Python from Scratch" not in watched.found("zyxxyz")
    before = snippets()
    synonym = ('("ai", "artificial intelligence"),', '("ai", "artificial intelligence"), ("zyxxyz", "python"),')
    setting = ("full_description:40", "full_description:37")
    with watched.saved(
        {"services/course_record/synonyms.py": synonym, "services/course_record/index_settings.py": setting}
    ) as told:
        assert told["state"] == "live", told
        assert "catalog-sync" in told["live"]
        assert snippets() == ["full_description:37"]
        assert "Programming with Python from Scratch" in watched.found("zyxxyz")
    assert snippets() == before


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("services/enrollments/views.py", FIRST, f"{FIRST}import nowhere_at_all\n", "nowhere_at_all"),
        ("services/enrollments/views.py", "\nfrom ", "\ndef (:\nfrom ", "invalid syntax"),
        ("services/lms/pages.py", FIRST, f"{FIRST}from services.lms.problems import nowhere\n", "nowhere"),
        ("services/lms/problems.py", "\ndef ", "\ndef (:\ndef ", "invalid syntax"),
    ],
    ids=["an import in a function", "syntax in a function", "an import in a workload", "syntax in a workload"],
)
def test_says_what_would_not_run_and_lets_the_old_code_answer(
    watched: Watched, name: str, old: str, new: str, said: str
) -> None:
    pid, answered = watched.pid("lms"), watched.found("python")
    assert answered
    with watched.saved({name: (old, new)}) as told:
        assert (told["state"], told["files"]) == ("refused", [name])
        assert told["fault"].startswith(f"{name}:"), told
        assert said in told["fault"]
        assert told["fault"] in " ".join(watched.said.read_text().split())
        assert watched.found("python") == answered
        enrollments = httpx.get(f"{watched.api}/enrollments?student_id=1", trust_env=False, timeout=30)
        assert enrollments.status_code == 401  # the function's own answer: nobody is signed in
        assert watched.pid("lms") == pid
    assert watched.told()["state"] in ("live", "unused")


def test_brings_what_was_saved_beside_a_fault_once_that_is_mended(watched: Watched) -> None:
    fault = (FIRST, f"{FIRST}import nowhere_at_all\n")
    with watched.saved(
        {
            "services/enrollments/views.py": fault,
            "services/web_edge/identity.py": ("Send a token as", "Look: send a token as"),
        }
    ) as told:
        assert told["state"] == "refused"
        mended = watched.save({"services/enrollments/views.py": fault[::-1]})
        assert mended["state"] == "live"
        assert {"coursematch", "enrollments"} <= set(mended["live"])
        answer = httpx.get(f"{watched.api}/enrollments?student_id=1", trust_env=False, timeout=30)
        assert answer.json()["detail"].startswith("Look: send a token as")


@needs_chromium
def test_says_on_every_view_what_is_wrong_and_when_it_is_mended(watched: Watched) -> None:
    with launched() as browser, opened(browser, watched.api + "/console/system") as page:
        note = page.locator("#watch")
        with watched.saved({"services/coursematch/views.py": ("\nfrom ", "\ndef (:\nfrom ")}):
            expect(note).to_contain_text("services/coursematch/views.py:", timeout=PATIENCE)
            expect(note).to_contain_text("the code before it goes on answering")
            page.locator("nav").get_by_role("link", name="Data").click()
            expect(note).to_be_visible()
        expect(note).to_contain_text("All runs as before", timeout=PATIENCE)


@needs_chromium
def test_asks_the_open_question_again_and_lays_both_rankings_beside_each_other(watched: Watched) -> None:
    weights = "services/coursematch/recommendation/weights.py"
    to_others = ("match_language_usual: float = 0.40", "match_language_usual: float = -9.0")
    with launched() as browser, opened(browser, watched.api + "/?q=Machine+learning") as page:
        expect(page.locator(".course").first).to_be_visible(timeout=PATIENCE)
        titles = page.locator(".course h3").all_inner_texts()
        again = page.get_by_role("region", name="The open question, asked again")
        with watched.saved({weights: to_others}):
            expect(again).to_contain_text("asked again after a change of weights.py", timeout=PATIENCE)
            before, after = again.locator("ol").all()
            assert before.locator("li > span:first-child").all_inner_texts() == titles
            assert after.locator("li > span:first-child").all_inner_texts() != titles
            expect(after.locator("li.moved").first).to_be_visible()
            assert page.locator(".course h3").all_inner_texts() == titles  # the conversation is as it was
            assert barriers(page) == []
        expect(again).to_contain_text("The same courses, in the same order", timeout=PATIENCE)
        again.get_by_role("button", name="Close").click()
        expect(again).to_be_hidden()
