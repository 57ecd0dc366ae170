"""The instructor's solution of lesson 4."""

import math


def ndcg(ranked: list[str], grades: dict[str, int], k: int = 10) -> float:
    """Say how good the first k of a ranking are, from 0.0 to 1.0."""

    def gain(values: list[int]) -> float:
        return sum(value / math.log2(place + 1) for place, value in enumerate(values[:k], 1))

    best = gain(sorted(grades.values(), reverse=True))
    return gain([grades.get(course, 0) for course in ranked]) / best if best else 0.0


def fuse(first: list[str], second: list[str]) -> list[str]:
    """Mix two rankings into one by their ranks."""
    scores: dict[str, float] = {}
    for ranking in (first, second):
        for rank, course in enumerate(ranking, 1):
            scores[course] = scores.get(course, 0.0) + 1 / (60 + rank)
    return sorted(scores, key=lambda course: -scores[course])
