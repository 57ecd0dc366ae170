"""`python -m tests.support.screenshots STATE`: take the pictures of the console that docs/ shows, of a running sandbox.

Look at them before they are committed: nothing else does.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import httpx
from playwright.sync_api import Page

from tests.support.browser import launched

DOCS = Path(__file__).resolve().parents[2] / "docs"
SIZE = {"width": 1280, "height": 860}
PATIENCE = 60_000
VIEWS = {
    "console": ("/?q=Machine+learning", "a:text('See its trace')"),
    "console-system": ("/console/system", ".node.chosen, .node .dot[visibility='visible']"),
    "console-catalogue": ("/console/catalogue?q=machine+learning&as=1", ".way.walked"),
    "console-traces": ("/console/traces?trace={trace}", ".waterfall button"),
}
"""Picture → the view's address, and what stands there once it is drawn."""


def main(state: Path) -> None:
    """Take every picture."""
    api = json.loads((state / "endpoints.json").read_text(encoding="utf-8"))["api"]
    answer = httpx.get(f"{api}/coursematch", params={"keywords": "machine learning"}, trust_env=False, timeout=30)
    trace = answer.headers["traceresponse"].split("-")[1]
    with launched() as browser:
        for name, (path, drawn) in VIEWS.items():
            page = browser.new_page(viewport=SIZE, color_scheme="light")
            page.goto(api + path.format(trace=trace))
            page.locator(drawn).first.wait_for(state="attached", timeout=PATIENCE)
            page.wait_for_timeout(1500)  # what comes from the sandbox every second is there, too
            if name == "console-traces":
                _open_the_search(page)
            page.screenshot(path=DOCS / f"{name}.png")
            page.close()


def _open_the_search(page: Page) -> None:
    page.get_by_role("button", name="algolia queries").first.click()
    page.locator(".spanfacts dl").wait_for(timeout=PATIENCE)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
