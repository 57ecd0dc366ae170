"""Installed by a stranger, outside the repository: the command, the official client, types, the plugin."""

from __future__ import annotations

import json
from pathlib import Path

import httpx

from tests.distribution.conftest import Installed

ASK = """
import sys
from algoliasearch.http.hosts import CallType, Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

config = SearchConfig("mock", "admin")
port = int(sys.argv[1].rpartition(":")[2])
config.hosts = HostsCollection([Host("127.0.0.1", scheme="http", port=port, accept=CallType.READ | CallType.WRITE)])
client = SearchClientSync.create_with_config(config)
found = client.search_single_index("products", {"query": "shoo", "filters": "color:red", "getRankingInfo": True})
print([hit.object_id for hit in found.hits], client.get_settings("products").attributes_for_faceting)
"""
TYPED = """
from mock_algolia import AlgoliaMock

def count(algolia: AlgoliaMock) -> int:
    return algolia.seed("products", [{"objectID": "1"}])
"""


def products(folder: Path) -> None:
    records = [
        {"objectID": "1", "name": "Red shoe", "color": "red"},
        {"objectID": "2", "name": "Shoo", "color": "blue"},
    ]
    (folder / "products.ndjson").write_text("".join(json.dumps(record) + "\n" for record in records))
    settings = {"searchableAttributes": ["name"], "attributesForFaceting": ["color"]}
    (folder / "products.settings.json").write_text(json.dumps(settings))


def test_serves_a_seed_to_the_official_client(installed: Installed) -> None:
    products(installed.folder)
    seeds = ("--seed", "products.ndjson", "--seed", "products.settings.json")

    with installed.served("mock-algolia", "serve", "--port", "0", "--admin-key", "admin", *seeds) as url:
        assert installed.run("python", "-c", ASK, url).strip() == "['1'] ['color']"


def test_keeps_what_it_was_given(installed: Installed) -> None:
    products(installed.folder)
    command = ("mock-algolia", "serve", "--port", "0", "--admin-key", "admin", "--data", "kept")
    headers = {"x-algolia-application-id": "mock", "x-algolia-api-key": "admin"}
    for _ in range(2):  # the second time nothing is filled in again
        with installed.served(*command, "--seed", "products.ndjson") as url:
            answer = httpx.get(f"{url}/1/indexes", headers=headers, trust_env=False).json()
            assert [(one["name"], one["entries"]) for one in answer["items"]] == [("products", 2)]


def test_says_what_is_wrong_with_a_seed(installed: Installed) -> None:
    (installed.folder / "broken.ndjson").write_text('{"objectID": "1"}\n{"objectID": \n')

    told = installed.run("mock-algolia", "serve", "--port", "0", "--seed", "broken.ndjson", check=False)

    assert "mock_algolia: broken.ndjson cannot be read" in told
    assert "Traceback" not in told


def test_tells_its_version_and_its_commands(installed: Installed) -> None:
    assert installed.run("mock-algolia", "--version") == "mock-algolia 0.1.0\n"
    assert installed.run("python", "-m", "mock_algolia", "--version") == "mock-algolia 0.1.0\n"
    assert "mock-algolia serve" in installed.run("mock-algolia", "nothing", check=False)
    assert "--seed" in installed.run("mock-algolia", "serve", "--help")


def test_is_typed(installed: Installed) -> None:
    (installed.folder / "typed.py").write_text(TYPED)

    assert "Success" in installed.run("python", "-m", "mypy", "--strict", "typed.py")
