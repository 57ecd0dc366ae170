"""Virtual replicas through the server: relevant hits, in the order of the replica's own custom ranking."""

from __future__ import annotations

import time
from typing import Any

import urllib3

from services.mock_algolia import AlgoliaMock


def test_a_virtual_replica_sorts_relevant_hits_by_its_own_ranking() -> None:
    pool = urllib3.PoolManager()
    with AlgoliaMock() as algolia:
        headers = {"x-algolia-application-id": algolia.app_id, "x-algolia-api-key": algolia.admin_key}

        def call(method: str, path: str, body: Any = None) -> Any:
            return pool.request(method, f"{algolia.url}/1/indexes/{path}", json=body, headers=headers).json()

        call("PUT", "shop/settings", {"searchableAttributes": ["name"], "replicas": ["virtual(shop_dear)"]})
        call("PUT", "shop_dear/settings", {"customRanking": ["desc(price)"]})
        records = [
            {"objectID": "a", "name": "shoe", "price": 1},
            {"objectID": "b", "name": "brown shoe", "price": 9},
            {"objectID": "c", "name": "shoo", "price": 20},
        ]
        task = call("POST", "shop/batch", {"requests": [{"action": "addObject", "body": one} for one in records]})
        deadline = time.monotonic() + 30
        while call("GET", f"shop/task/{task['taskID']}")["status"] != "published":
            assert time.monotonic() < deadline
        primary, sorted_hits = (call("POST", f"{name}/query", {"query": "shoe"}) for name in ("shop", "shop_dear"))
    assert [hit["objectID"] for hit in primary["hits"]] == ["a", "b", "c"]
    assert [hit["objectID"] for hit in sorted_hits["hits"]] == ["b", "a"]
    assert (sorted_hits["nbHits"], sorted_hits["nbSortedHits"]) == (3, 2)
