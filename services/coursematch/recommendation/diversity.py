"""An answer whose courses differ: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""

from __future__ import annotations

from collections.abc import Sequence

from services.course_record import CourseRecord
from services.coursematch.recommendation.fit import folded

LOOK_AHEAD = 4
"""Courses beyond this many times the answer's length are too weak to be worth their difference."""


def diversified(
    ranked: Sequence[tuple[float, CourseRecord]], limit: int, likeness_weight: float
) -> list[tuple[float, CourseRecord]]:
    """Pick `limit` of a ranking (best first), each time the best after taking off its likeness to those picked."""
    pool = list(ranked[: max(limit * LOOK_AHEAD, 40)])
    terms = {course.course_key: _terms(course) for _, course in pool}
    nearest = dict.fromkeys(terms, 0.0)
    picked: list[tuple[float, CourseRecord]] = []
    while pool and len(picked) < limit:
        best = max(pool, key=lambda item: item[0] - likeness_weight * nearest[item[1].course_key])
        pool.remove(best)
        picked.append(best)
        theirs = terms[best[1].course_key]
        for _, course in pool:
            like = _likeness(terms[course.course_key], theirs)
            nearest[course.course_key] = max(nearest[course.course_key], like)
    return picked


def _terms(course: CourseRecord) -> tuple[frozenset[str], frozenset[str]]:
    words = frozenset(word for word in course.title.casefold().split() if len(word) > 3)
    return words, frozenset([*folded(course.skills), *folded(course.subjects)])


def _likeness(one: tuple[frozenset[str], frozenset[str]], other: tuple[frozenset[str], frozenset[str]]) -> float:
    return max(_jaccard(one[0], other[0]), _jaccard(one[1], other[1]))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    union = len(one | other)
    return len(one & other) / union if union else 0.0
