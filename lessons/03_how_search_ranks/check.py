"""Put each of the learner's pairs into an index of its own, and ask the engine what told them apart."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from lessons.room import Room
from lessons.task import Check, Missing, need, task

INDEX = "/1/indexes/lesson_03_pairs"
SETTINGS = {
    "searchableAttributes": ["title", "skills"],
    "customRanking": ["desc(popularity)"],
    "ranking": ["typo", "words", "proximity", "attribute", "exact", "custom"],
}
INFO: dict[str, str] = {
    "typo": "nbTypos", "proximity": "proximityDistance", "attribute": "firstMatchedWord", "exact": "nbExactWords",
    "custom": "popularity",
}  # fmt: skip
"""In the order of the ranking: the value of `_rankingInfo` that each criterion compares."""


def pairs(room: Room) -> dict[str, Any]:
    """Read the learner's pairs. Raises Missing."""
    file = room.work / "records.json"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Missing("records.json is not there. `start` hands it out again.") from None
    except ValueError as error:
        raise Missing(f"records.json is no JSON: {error}. Often it is a comma too many or too few.") from None
    need(isinstance(found, dict), "records.json should be one object: `start` hands out its shape.")
    return dict(found)


def told_apart(room: Room, criterion: str) -> None:
    """Let the engine rank a pair. Raises Missing unless this criterion alone decides, as the learner says."""
    pair = pairs(room).get(criterion) or {}
    query = pair.get("query", "").strip()
    need(query, f"records.json: `{criterion}` has no query yet.")
    records = [{**pair.get(name, {}), "objectID": name} for name in ("below", "above")]
    room.algolia("POST", INDEX + "/clear")
    room.algolia("PUT", INDEX + "/settings", SETTINGS)
    told = room.algolia(
        "POST", INDEX + "/batch", {"requests": [{"action": "addObject", "body": record} for record in records]}
    )
    need("taskID" in told, f"The index refused the records of `{criterion}`: {told.get('message')}")
    hits = room.algolia("POST", INDEX + "/query", {"query": query, "getRankingInfo": True})["hits"]
    need(len(hits) == 2, f"`{criterion}`: the query «{query}» finds {len(hits)} of the two records; it must find both.")
    values = {hit["objectID"]: {**hit["_rankingInfo"], "popularity": hit.get("popularity", 0)} for hit in hits}
    compared = {name: (values["above"][info], values["below"][info]) for name, info in INFO.items()}
    decided = next((name for name, (above, below) in compared.items() if above != below), "")
    need(decided, f"`{criterion}`: every criterion finds your two records equal, {criterion} too.")
    above, below = compared[decided]
    told_so = f"{decided} decides: {INFO[decided]} is {above} in the record `above` and {below} in the one `below`"
    need(decided == criterion, f"`{criterion}`: {told_so}. The earlier criteria must find them equal, {criterion} not.")
    need(hits[0]["objectID"] == "above", f"`{criterion}`: the record you call `below` comes first; {told_so}.")


def pair_task(criterion: str, sentence: str) -> Check:
    """Make the task of one criterion."""

    @task(sentence)
    def decided(room: Room) -> None:
        told_apart(room, criterion)

    return decided


proximity: Callable[[Room], None] = pair_task("proximity", "A pair that only proximity tells apart")
attribute: Callable[[Room], None] = pair_task("attribute", "A pair that only the attribute tells apart")
exact: Callable[[Room], None] = pair_task("exact", "A pair that only exactness tells apart")
custom: Callable[[Room], None] = pair_task("custom", "A pair that only popularity tells apart")


@task("You know what happens when popularity goes first")
def popularity_first(room: Room) -> None:
    """Rank a copy of the courses by popularity alone, and compare."""
    room.algolia("POST", "/1/indexes/courses/operation", {"operation": "copy", "destination": "lesson_03"})
    ranking = ["desc(enrollment_count)", "typo", "geo", "words", "filters", "proximity", "attribute", "exact", "custom"]
    room.algolia("PUT", "/1/indexes/lesson_03/settings", {"mode": "keywordSearch", "ranking": ranking})
    found = room.algolia("POST", "/1/indexes/lesson_03/query", {"query": "music", "hitsPerPage": 1})
    truth = found["hits"][0]["course_key"]
    told = room.answer("first_by_popularity")
    need(
        told == truth,
        f"`first_by_popularity` is {told!r}; with desc(enrollment_count) first, another course comes first.",
    )
