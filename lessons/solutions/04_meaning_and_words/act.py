"""Measure as the learner does."""

from __future__ import annotations

from lessons.classroom import module_at
from lessons.judged import judged_queries, rankings
from lessons.room import Room
from lessons.solutions.writing import write_answers


def act(room: Room) -> None:
    """Measure with the solution's own functions, and find a query."""
    ours = module_at(room.work / "measure.py")
    at = room.endpoints["algolia"]
    sums = {"words": 0.0, "meaning": 0.0, "fused": 0.0}
    queries = judged_queries()
    for query, grades in queries:
        words, meaning = rankings(at, query)
        sums["words"] += ours.ndcg(words, grades)
        sums["meaning"] += ours.ndcg(meaning, grades)
        sums["fused"] += ours.ndcg(ours.fuse(words, meaning), grades)
    write_answers(
        room,
        **{name: round(total / len(queries), 3) for name, total in sums.items()},
        query_without_words="cybercriminals",
    )
