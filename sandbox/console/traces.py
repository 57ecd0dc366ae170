"""What the console shows of traces: asked of the receiver; a span's SQL with its plan, its search asked again."""

from __future__ import annotations

import json
from typing import Any

import httpx

from sandbox.console.query_plan import plan_of
from sandbox.setup import loopback_http
from sandbox.setup.credentials import load_credentials
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State, read_json
from sandbox.telemetry.address import otlp_endpoint

ANSWER_SECONDS = 10
MOST_QUERIES = 5
MOST_HITS = 10
SQL, SEARCH = "db.query.text", "algolia.requests"

Json = dict[str, Any]


class NoTraces(SandboxProblem):
    """Traces are not there to be asked for."""


class Traces:
    """The traces of one sandbox."""

    def __init__(self, state: State) -> None:
        self._state = state

    def ask(self, question: str, asked: Json) -> Json:
        """Ask the receiver: `traces`, `trace` or `numbers`. Raises `NoTraces`."""
        endpoint = otlp_endpoint(self._state.run)
        if endpoint is None:
            raise NoTraces(
                "The sandbox is still starting, or was started with --light: then it keeps no traces.",
                "Try again in a moment, or start it without --light.",
            )
        key = load_credentials(self._state)[0].control_key.value
        try:
            with loopback_http.client(ANSWER_SECONDS) as http:
                told = http.post(
                    f"{endpoint}/ask/{question}", json=asked, headers={"Authorization": f"Bearer {key}"}
                ).raise_for_status()
                answer: Json = told.json()
        except (httpx.HTTPError, ValueError) as error:
            raise NoTraces("What keeps the traces does not answer.", "System shows what runs.") from error
        return answer

    def explain(self, asked: Json) -> Json:
        """Give the plan of a span's SQL, or what its search finds now with its ranking. Raises `SandboxProblem`.

        Both are named by the span, never given by the caller: the console asks nothing that was not asked before.
        """
        spans = self.ask("trace", {"trace": str(asked.get("trace"))})["spans"]
        facts: Json = next((span["facts"] for span in spans if span["span"] == asked.get("span")), {})
        found = read_json(self._state.endpoints_file)
        if found is None:
            raise NoTraces("The sandbox is still starting, or does not run.", "Try again in a moment.")
        if SQL in facts:
            return {"plan": plan_of(str(facts[SQL]), found["postgres"])}
        if SEARCH in facts:
            return {"results": _searched_again(str(facts[SEARCH]), found["algolia"])}
        raise NoTraces("This step holds neither SQL nor a search.", "Choose one that does.")


def _searched_again(written: str, index: Json) -> list[Json]:
    """Ask the index the same queries, for their ranking. Raises `NoTraces`."""
    try:
        queries = [query for query in json.loads(written)["requests"] if "objectID" not in query][:MOST_QUERIES]
    except (ValueError, LookupError, TypeError) as error:
        raise NoTraces("The queries were too long to be kept whole.", "Ask for less at once.") from error
    requests = [{**query, "getRankingInfo": True, "analytics": False, "hitsPerPage": MOST_HITS} for query in queries]
    headers = {"X-Algolia-Application-Id": index["app_id"], "X-Algolia-API-Key": index["search_key"]}
    try:
        with loopback_http.client(ANSWER_SECONDS) as http:
            told = http.post(f"{index['url']}/1/indexes/*/queries", json={"requests": requests}, headers=headers)
            results = told.raise_for_status().json()["results"]
    except (httpx.HTTPError, ValueError, LookupError) as error:
        raise NoTraces("The search index does not answer.", "System shows what runs.") from error
    return [
        {
            "query": query.get("query", ""),
            "filters": query.get("filters"),
            "found": result["nbHits"],
            "hits": [
                {"key": hit["objectID"], "title": hit.get("title"), "ranking": hit.get("_rankingInfo", {})}
                for hit in result["hits"]
            ],
        }
        for query, result in zip(queries, results, strict=False)
    ]
