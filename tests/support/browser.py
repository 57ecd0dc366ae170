"""A headless Chromium for tests of pages: opened, watched for errors and for requests that leave the machine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = os.environ.get("COURSEMATCH_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), ""
)
PATIENCE_MS = 30_000
"""How long a page may take to show what is expected of it, on a machine that has other work too."""
LEFT_OFF = ",".join(
    (
        # Pages of the browser's own that each new window loads for its address bar: 0.8 s of processor time a window.
        "WebUIOmniboxPopup", "WebUIOmniboxAimPopup",
        # What Playwright leaves off and is of use here: an argument of the same name takes its one's place.
        "AimEnabled", "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades",
        "HttpsFirstBalancedModeAutoEnable", "LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying",
        "OptimizationHints", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning",
    )
)  # fmt: skip
"""Features that the browser does without; it passes over those that its version does not know."""
needs_chromium = pytest.mark.skipif(
    not CHROMIUM and "CI" not in os.environ,  # a gate without a browser fails: it would prove no page
    reason="no Chromium here: install it (Debian: chromium), or name it in COURSEMATCH_CHROMIUM",
)

# WCAG 2.2, 1.4.3, worked out from the colours that the browser computed, shadow trees included: [ratio, element, its
# first words], the lowest first. Each element that holds text of its own counts once it is shown.
CONTRASTS = """() => {
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const numbers = color => color.match(/[0-9.]+/g).map(Number);
    const luminance = ([r, g, b]) => {
        [r, g, b] = [r, g, b].map(value => linear(value / 255));
        return .2126 * r + .7152 * g + .0722 * b;
    };
    const parent = element => element.parentElement || element.getRootNode().host;
    const ground = element => {
        for (; element; element = parent(element)) {
            const [r, g, b, a = 1] = numbers(getComputedStyle(element).backgroundColor);
            if (a === 1) return [r, g, b];
        }
        return [255, 255, 255];
    };
    const everything = root => [...root.querySelectorAll("*")].flatMap(
        element => [element, ...(element.shadowRoot ? everything(element.shadowRoot) : [])]);
    const shows = element => element.checkVisibility({ opacityProperty: true }) && !element.closest(".hidden") &&
        [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    return everything(document.body).filter(shows).map(element => {
        const color = element instanceof SVGElement ? getComputedStyle(element).fill : getComputedStyle(element).color;
        const both = [numbers(color), ground(element)].map(luminance);
        const ratio = (Math.max(...both) + .05) / (Math.min(...both) + .05);
        return [ratio, element.localName, element.textContent.trim().slice(0, 40)];
    }).sort((one, other) => one[0] - other[0]);
}"""


@contextmanager
def launched() -> Iterator[Browser]:
    """Start the browser; it ends with the block."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", f"--disable-features={LEFT_OFF}"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, **options: Any) -> Iterator[Page]:
    """Open a page, and hold it to no script error, no refusal by its policy, and no request to another server."""
    page = browser.new_page(**options)
    errors: list[str] = []
    asked: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    yield page
    page.close()
    # A refused request is an error of the console too; what the page says of it is what the test looks at.
    assert [error for error in errors if "Failed to load resource" not in error] == []
    home = urlsplit(url).netloc
    assert [other for other in asked if not other.startswith("data:") and urlsplit(other).netloc != home] == []


def lowest_contrast(page: Page) -> tuple[float, str]:
    """Give the lowest contrast of the page's texts, and which it is."""
    ratio, name, words = page.evaluate(CONTRASTS)[0]
    return ratio, f"<{name}> {words!r}: {ratio:.2f}"


_SETTLED = """() => Promise.allSettled(document.getAnimations()
    .filter(one => one.effect.getComputedTiming().iterations !== Infinity).map(one => one.finished))"""
"""What fades in has its colours at the end: until then its contrast is not what people see."""


def barriers(page: Page) -> list[str]:
    """Say what axe-core finds that keeps people out: names, roles, order, contrast (WCAG 2.2 A and AA)."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
    page.evaluate(_SETTLED)
    found = Axe().run(page, options=rules).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
