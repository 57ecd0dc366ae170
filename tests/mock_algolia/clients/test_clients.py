"""Unmodified clients of every generation: two older Python ones, JavaScript full and lite, InstantSearch in a browser.

They are downloaded once (uv, npm), so they run where `ALGOLIA_CLIENTS=1` allows that, as `nox -s clients` does, and
afterwards wherever they are already there.
"""

from __future__ import annotations

import functools
import html
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from algoliasearch.search.client import SearchClient

from services.mock_algolia import AlgoliaMock
from tests.support.loopback_server import answering

HERE = Path(__file__).parent
JS = HERE / "js"
ENVIRONMENTS = HERE.parents[2] / ".nox" / "algolia-clients"
MAY_DOWNLOAD = os.environ.get("ALGOLIA_CLIENTS") == "1"
ORGS = {"searchableAttributes": ["title"], "attributesForFaceting": ["searchable(org)"]}
COURSES = [{"objectID": str(n), "title": f"algebra {n}", "org": "ab"[n % 2]} for n in range(30)]


def run(*command: str, cwd: Path = HERE) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)  # noqa: S603 - our own commands
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def missing(what: str) -> NoReturn:
    """Skip where these tests are among all others; fail where they were asked for by `nox -s clients`."""
    if MAY_DOWNLOAD:
        pytest.fail(what)
    pytest.skip(what)


def python_with(version: str) -> str:
    """Make an environment of its own for an older client, once."""
    python = ENVIRONMENTS / version / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    if not python.exists():
        if not MAY_DOWNLOAD:
            pytest.skip(f"needs algoliasearch {version} from PyPI: run `nox -s clients`")
        uv = shutil.which("uv")
        assert uv, "needs uv to make an environment for an older client: run `nox -s clients`"
        run(uv, "venv", "--quiet", "--python", sys.executable, str(ENVIRONMENTS / version))
        run(uv, "pip", "install", "--quiet", "--python", str(python), f"algoliasearch=={version}", "requests")
    return str(python)


@pytest.fixture(scope="session")
def node() -> str:
    """Node, with the clients of package-lock.json installed."""
    found, npm = shutil.which("node"), shutil.which("npm")
    if found is None or npm is None:
        missing("needs node and npm: install Node.js 20 or newer")
    if not (JS / "node_modules" / "algoliasearch").exists():
        if not MAY_DOWNLOAD:
            pytest.skip("needs the JavaScript clients from npm: run `nox -s clients`")
        run(npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", cwd=JS)
    return found


@pytest.mark.parametrize(("version", "script"), [("1.20.0", "client_1_20.py"), ("3.0.0", "client_3_0.py")])
def test_the_python_clients_of_earlier_years_work_unmodified(algolia: AlgoliaMock, version: str, script: str) -> None:
    assert run(python_with(version), str(HERE / script), str(algolia.port)) == "done\n"


def test_the_full_javascript_client_works_unmodified(algolia: AlgoliaMock, node: str) -> None:
    assert run(node, "full.mjs", str(algolia.port), cwd=JS) == "done\n"


def test_the_lite_javascript_client_works_unmodified(algolia: AlgoliaMock, node: str) -> None:
    algolia.seed("courses", COURSES, ORGS)

    assert run(node, "lite.mjs", str(algolia.port), cwd=JS) == "done\n"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves files without a word."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def pages() -> Iterator[str]:
    with answering(functools.partial(Quiet, directory=str(JS))) as url:
        yield url


def test_instantsearch_works_in_a_real_browser(algolia: AlgoliaMock, node: str, tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if browser is None:
        missing("needs chromium or google-chrome on the PATH")
    algolia.seed("courses", COURSES, ORGS)

    with pages() as url:
        shown = run(
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync",
            "--disable-background-networking", "--disable-component-update", f"--user-data-dir={tmp_path}",
            "--virtual-time-budget=60000", "--dump-dom", f"{url}/instantsearch.html?port={algolia.port}",
        )  # fmt: skip

    report = re.search(r'<pre id="report">(.*?)</pre>', shown, re.DOTALL)
    assert report, shown
    steps = json.loads(html.unescape(report.group(1)))
    assert "error" not in steps
    assert steps["opened"] == {
        "marked": [],
        "titles": [f"algebra {n}" for n in range(4)],
        "orgs": ["a15", "b15"],
        "hits": 30,
    }
    assert steps["typed"]["marked"] == ["algebra"] * 4
    assert (steps["refined"]["hits"], steps["refined"]["orgs"]) == (15, ["a15", "b15"]), "facets stay disjunctive"
    assert steps["turned"]["titles"] == [f"algebra {n}" for n in (8, 10, 12, 14)]
    assert (steps["misspelt"]["hits"], steps["misspelt"]["marked"]) == (30, ["algebra"] * 4)


def test_the_asynchronous_python_client_works(algolia: AlgoliaMock) -> None:
    import asyncio

    async def work() -> int:
        async with SearchClient.create_with_config(algolia.client_config()) as client:
            await client.save_objects("courses", COURSES, wait_for_tasks=True)
            await client.replace_all_objects("courses", COURSES[:20])
            answers = await asyncio.gather(
                *(client.search_single_index("courses", {"query": f"{n}"}) for n in range(10))
            )
            return sum(bool(answer.nb_hits) for answer in answers)

    assert asyncio.run(work()) == 10
