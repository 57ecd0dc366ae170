"""The judged queries of the fixtures, and what the running index answers by words alone and by meaning alone."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from sandbox.setup.loopback_http import client

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
MOST = 100
SECONDS = 30
FIELDS = ("keywordScore", "semanticScore")
NOTHING_SHOWN: dict[str, list[str]] = {
    name: [] for name in ("attributesToRetrieve", "attributesToHighlight", "attributesToSnippet")
}
Ranking = list[str]


def judged_queries() -> list[tuple[str, dict[str, int]]]:
    """Give each query's text with the grades of courses that people gave."""
    with (FIXTURES / "queries.tsv").open(encoding="utf-8", newline="") as file:
        texts = {row["query_id"]: row["text"] for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    grades: dict[str, dict[str, int]] = {}
    for line in (FIXTURES / "qrels.txt").read_text(encoding="utf-8").splitlines():
        query, _, course, grade = line.split()
        grades.setdefault(query, {})[course] = int(grade)
    return [(text, grades[query]) for query, text in texts.items() if query in grades]


def answers_of(query: str) -> tuple[Ranking, Ranking]:
    """Ask the sandbox that `try` names; two rankings of course keys, by words and by meaning."""
    state = Path(os.environ["COURSEMATCH_STATE"])
    return rankings(json.loads((state / "endpoints.json").read_text(encoding="utf-8"))["algolia"], query)


def rankings(at: Mapping[str, Any], query: str) -> tuple[Ranking, Ranking]:
    """Ask the index once: it tells both scores of each course, so both orders can be had of one answer."""
    return _rankings(at["url"], at["app_id"], at["search_key"], at["index"], query)


@lru_cache(maxsize=500)
def _rankings(url: str, app_id: str, search_key: str, index: str, query: str) -> tuple[Ranking, Ranking]:
    asked = {"query": query, "hitsPerPage": MOST, "getRankingInfo": True, **NOTHING_SHOWN}
    headers = {"X-Algolia-Application-Id": app_id, "X-Algolia-API-Key": search_key}
    with client(SECONDS) as http:
        answer = http.post(f"{url}/1/indexes/{index}/query", json=asked, headers=headers)
    hits = answer.raise_for_status().json()["hits"]
    by_words, by_meaning = (
        [
            hit["objectID"]
            for hit in sorted(hits, key=lambda hit: -hit["_rankingInfo"][field])
            if hit["_rankingInfo"][field] > 0
        ]
        for field in FIELDS
    )
    return by_words, by_meaning
