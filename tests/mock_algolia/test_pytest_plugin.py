"""The plugin as its users have it: an empty application each, seeds by marker, assertions that say what was seen."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from services.mock_algolia import AlgoliaMock

pytest_plugins = ["pytester"]
PLUGIN = ("-p", "services.mock_algolia.pytest_plugin", "-p", "no:cacheprovider")


@pytest.fixture
def shop(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Give a project whose tests find the plugin as one that is installed."""
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv(
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1"
    )  # Schemathesis alone costs each of these processes seconds
    pytester.makefile(".ndjson", products='{"objectID": "1", "name": "Red shoe"}\n{"objectID": "2", "name": "Hat"}\n')
    settings = pytester.path / "products.settings.json"
    settings.write_text('{"searchableAttributes": ["name"], "hitsPerPage": 1}')
    return pytester


def test_gives_each_test_an_empty_application(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("time", [1, 2])
        def test_is_alone(algolia, algolia_client, time):
            assert algolia_client.list_indices().items == []
            assert len(algolia.requests) == 1
            algolia_client.save_object("products", {"objectID": "1"})
            algolia_client.set_settings("products", {"hitsPerPage": 3})
            algolia_client.add_api_key({"acl": ["search"]})
            algolia.refuse_next(9)
        """
    )
    shop.runpytest_subprocess(*PLUGIN).assert_outcomes(passed=2)


def test_seeds_by_marker_from_beside_the_test(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.algolia_index("people", [{"objectID": "ada"}], hitsPerPage=7)

        @pytest.mark.algolia_seed("products.ndjson", "products.settings.json", "again=products.ndjson")
        def test_is_filled(algolia, algolia_client):
            assert algolia_client.search_single_index("products", {"query": "shoe"}).hits_per_page == 1
            assert algolia_client.search_single_index("again").nb_hits == 2
            assert algolia_client.get_settings("people").hits_per_page == 7
            assert [request["index"] for request in algolia.requests] == ["products", "again", "people"]
        """
    )
    shop.runpytest_subprocess(*PLUGIN, "--strict-markers").assert_outcomes(passed=1)


def test_says_which_seed_is_wrong(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.algolia_seed("nothing.ndjson")
        def test_is_not_run(algolia): ...
        """
    )
    result = shop.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines("*nothing.ndjson does not exist*")


def test_asserts_on_what_was_asked_and_shows_it(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        def test_was_asked(algolia, algolia_client):
            algolia_client.save_objects("products", [{"objectID": "1", "name": "Hat"}])
            algolia_client.search({"requests": [{"indexName": "products", "query": "hat", "filters": "a:1"}]})
            algolia_client.search_single_index("products", {"query": "hat", "hitsPerPage": 2})
            assert len(algolia.assert_searched("products", times=2, query="hat")) == 2
            algolia.assert_searched("products", hitsPerPage=2)
            algolia.assert_searched("products", times=0, query="shoe")
            assert algolia.assert_wrote("products", name="Hat") == [{"objectID": "1", "name": "Hat"}]
            algolia.assert_searched("products", query="shoe")
        """
    )
    result = shop.runpytest_subprocess(*PLUGIN)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*no search of products with query='shoe'; the server saw:",
            "*addObject products: objectID='1', name='Hat'",
            "*search products: query='hat', filters='a:1'",
            "*search products: query='hat', hitsPerPage=2",
        ]
    )


def test_gives_each_worker_a_server_of_its_own(shop: pytest.Pytester) -> None:
    shop.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("number", range(8))
        def test_is_alone(algolia, algolia_client, number):
            algolia_client.save_object("products", {"objectID": str(number)})
            assert [hit.object_id for hit in algolia_client.search_single_index("products").hits] == [str(number)]
        """
    )
    result = shop.runpytest_subprocess(*PLUGIN, "-p", "xdist", "-n", "2")
    result.assert_outcomes(passed=8)


def test_a_reset_does_not_grow_with_the_tests_before_it(algolia: AlgoliaMock) -> None:
    def least(of: int) -> float:
        took = []
        for _ in range(of):
            algolia.seed("products", [{"objectID": "1", "name": "Hat"}])
            began = time.process_time()
            algolia.reset()
            took.append(time.process_time() - began)
        return min(took)

    first = least(10)
    assert least(100) < 4 * first
