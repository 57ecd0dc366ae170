"""Every snippet of the distribution's README, run as it stands (but for its ports, which may be taken)."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
import yaml

from distribution.source_tree import HERE
from tests.distribution.conftest import Installed
from tests.support.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
TEXT = (HERE / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)
MODULES = ROOT / "tests" / "mock_algolia" / "clients" / "js" / "node_modules"
PORTS = ("8108", "8109", "8110")
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="needs Node.js, of any version since 20, on the path")


@pytest.fixture
def blocks(installed: Installed) -> list[tuple[str, str]]:
    """Give the snippets with ports that are free now."""
    (installed.folder / "products.ndjson").write_text('{"objectID": "1", "name": "Red shoe"}\n')
    first = free_ports(len(PORTS))
    ports = {port: str(first + at) for at, port in enumerate(PORTS)}
    return [(kind, re.sub("|".join(PORTS), lambda found: ports[found.group()], text)) for kind, text in BLOCKS]


def one(blocks: list[tuple[str, str]], kind: str, having: str) -> str:
    (found,) = [text for language, text in blocks if language == kind and having in text]
    return found


def test_knows_every_snippet() -> None:
    assert sorted(kind for kind, _ in BLOCKS) == sorted(
        ["console"] * 2 + ["python"] * 4 + ["javascript"] * 4 + ["yaml", "dockerfile"]
    )


def test_the_five_lines(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    installed.run("python", "-c", one(blocks, "python", "red shoo"))


def test_the_server_and_a_client(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    command = one(blocks, "console", "serve").removeprefix("$ ").split()

    with installed.served(*command):
        installed.run("python", "-c", one(blocks, "python", "SearchConfig"))


@needs_node
def test_a_javascript_client(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    if not MODULES.is_dir():
        pytest.skip("needs Algolia's JavaScript client from npm: run `nox -s clients`, and it stays")
    (installed.folder / "lite.mjs").write_text(one(blocks, "javascript", "liteClient"))
    if not (installed.folder / "node_modules").exists():
        (installed.folder / "node_modules").symlink_to(MODULES)

    with installed.served(*one(blocks, "console", "serve").removeprefix("$ ").split()):
        installed.run("node", "lite.mjs")


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_test_by_the_plugin(installed: Installed, blocks: list[tuple[str, str]], workers: str) -> None:
    (installed.folder / "test_shop.py").write_text(one(blocks, "python", "algolia_index"))

    told = installed.run("python", "-m", "pytest", "-q", "-W", "error", "-n", workers, "test_shop.py")

    assert "1 passed" in told


@needs_node
def test_the_vitest_setup(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    (installed.folder / "algolia.setup.mjs").write_text(one(blocks, "javascript", "spawn"))
    (installed.folder / "algolia.reset.mjs").write_text(one(blocks, "javascript", "/_mock/reset"))
    (installed.folder / "run.mjs").write_text(
        'import setup from "./algolia.setup.mjs";\nimport { reset } from "./algolia.reset.mjs";\n'
        'const end = await setup();\nawait reset();\nawait end();\nconsole.log("ended");\n'
    )

    assert "ended" in installed.run("node", "run.mjs")


@needs_node
def test_the_playwright_config(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    (installed.folder / "playwright.config.mjs").write_text(one(blocks, "javascript", "webServer"))
    printed = installed.run(
        "node", "-e", 'import("./playwright.config.mjs").then((c) => console.log(JSON.stringify(c.default.webServer)))'
    )
    server = json.loads(printed)

    with installed.served(*server["command"].split()):
        assert httpx.get(server["url"], trust_env=False).status_code == 200


def test_the_workflow(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    text = "on: push\n" + one(blocks, "yaml", "runs-on")
    (installed.folder / "workflow.yml").write_text(text)
    checker = shutil.which("check-jsonschema")
    assert checker
    subprocess.run(  # noqa: S603 - the checker of the group `test`
        [checker, "--builtin-schema", "vendor.github-workflows", str(installed.folder / "workflow.yml")], check=True
    )
    commands = [step["run"] for step in yaml.safe_load(text)["jobs"]["tests"]["steps"] if "run" in step]
    assert commands[0].startswith("pip install mock-algolia[client]")
    installed.run(*commands[1].split())


def test_the_image(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    recipe = one(blocks, "dockerfile", "FROM")
    command = json.loads(recipe.partition("CMD ")[2])
    here = [{"0.0.0.0": "127.0.0.1", "/data": "image-data"}.get(part, part) for part in command]  # noqa: S104 - the container's

    with installed.served(*here):
        assert (installed.folder / "image-data" / "algolia.duckdb").is_file()
    assert "mock-algolia compile" in recipe


def test_exports_and_seeds(installed: Installed, blocks: list[tuple[str, str]]) -> None:
    installed.run("python", "-c", one(blocks, "python", "seed_from"))
    assert sorted(os.listdir(installed.folder / "exported")) == [
        "products.ndjson", "products.rules.ndjson", "products.settings.json", "products.synonyms.ndjson",
    ]  # fmt: skip
