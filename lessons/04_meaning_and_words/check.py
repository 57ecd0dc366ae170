"""Compare the learner's measures with ours, and the learner's numbers with a measurement made now."""

from __future__ import annotations

import math
from collections.abc import Mapping
from random import Random
from typing import Any

from lessons.judged import judged_queries, rankings
from lessons.room import Room
from lessons.task import need, task

FILE = "measure.py"
CONSTANT = 60
KNOWN: list[list[Any]] = [
    [["a", "b"], {"a": 3, "b": 1}, 10], [["b", "a"], {"a": 3, "b": 1}, 10], [["x", "a"], {"a": 2}, 10],
    [["x", "y"], {"a": 2}, 10], [[], {"a": 1}, 10], [["a"], {}, 10], [["a", "b", "c"], {"c": 3}, 2],
    [["a"], {"a": 1, "b": 1, "c": 1}, 1], [["a", "b"], {"a": 0, "b": 0}, 10],
]  # fmt: skip


def ndcg(ranked: list[str], grades: dict[str, int], k: int = 10) -> float:
    """Measure a ranking: the gain of its first k, over the gain of the best order there could be."""

    def gain(values: list[int]) -> float:
        return sum(value / math.log2(place + 2) for place, value in enumerate(values[:k]))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(course, 0) for course in ranked]) / best if best else 0.0


def fuse(first: list[str], second: list[str]) -> list[str]:
    """Mix two rankings by their ranks; equal ones in the order in which they were met."""
    scores: dict[str, float] = {}
    for ranking in (first, second):
        for rank, course in enumerate(ranking, 1):
            scores[course] = scores.get(course, 0) + 1 / (CONSTANT + rank)
    return sorted(scores, key=lambda course: -scores[course])


def measured(at: Mapping[str, Any]) -> dict[str, float]:
    """Measure the running index now."""
    sums = {"words": 0.0, "meaning": 0.0, "fused": 0.0}
    queries = judged_queries()
    for query, grades in queries:
        words, meaning = rankings(at, query)
        sums["words"] += ndcg(words, grades) / len(queries)
        sums["meaning"] += ndcg(meaning, grades) / len(queries)
        sums["fused"] += ndcg(fuse(words, meaning), grades) / len(queries)
    return sums


@task("`ndcg` measures as the textbook does")
def measures(room: Room) -> None:
    """Compare on cases done by hand, then on random ones."""
    random = Random(4)  # noqa: S311 - examples, no secrets
    cases = list(KNOWN)
    for _ in range(20):
        courses = random.sample("abcdefgh", 8)
        cases.append([courses[:5], {course: random.randint(0, 3) for course in courses[3:]}, random.choice([3, 10])])
    said = room.call(FILE, "ndcg", *cases)
    for (ranked, grades, k), value in zip(cases, said, strict=True):
        truth = ndcg(ranked, grades, k)
        need(
            isinstance(value, int | float) and abs(value - truth) < 1e-6,
            f"`ndcg({ranked}, {grades}, {k})` is {value}; it should be {truth:.4f}.",
        )


@task("`fuse` mixes two rankings by their ranks")
def mixes(room: Room) -> None:
    """Compare on orders without ties."""
    cases = [[["a", "b", "c"], ["b", "d"]], [["a"], []], [[], ["a", "b"]], [["a", "b", "c", "d"], ["d", "c", "e"]]]
    for (first, second), value in zip(cases, room.call(FILE, "fuse", *cases), strict=True):
        truth = fuse(first, second)
        need(value == truth, f"`fuse({first}, {second})` is {value}; it should be {truth}.")


@task("You measured words, meaning and both on the judged queries")
def numbers(room: Room) -> None:
    """Compare the three means with a measurement made now."""
    told = {name: room.answer(name, float) for name in ("words", "meaning", "fused")}
    truth = measured(room.endpoints["algolia"])
    for name, value in told.items():
        need(
            abs(value - truth[name]) < 0.003,
            f"answers.toml: `{name}` is {value}. A measurement made now gives another mean; run `try 4` and copy it.",
        )


@task("You found a query that only meaning answers")
def only_meaning(room: Room) -> None:
    """Ask the learner's own query."""
    query = room.answer("query_without_words")
    words, meaning = rankings(room.endpoints["algolia"], query)
    need(not words, f"For «{query}» words alone find {words[:1]} too. Say it without any word that a course uses.")
    need(meaning, f"For «{query}» meaning finds nothing either. Is the semantic search prepared (`status`)?")
