"""An answer whose courses differ: maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.course_record import CourseRecord
from services.coursematch.recommendation.fit import folded
from services.coursematch.recommendation.weights import LOOK_AHEAD, LOOK_AHEAD_LEAST, Weights


def diversified(
    ranked: Sequence[tuple[float, CourseRecord]], limit: int, weights: Weights
) -> list[tuple[float, CourseRecord]]:
    """Pick `limit` of a ranking (best first), each time the best after taking off its likeness to those picked."""
    pool = list(ranked[: max(limit * LOOK_AHEAD, LOOK_AHEAD_LEAST)])
    terms = {course.course_key: _Terms.of(course) for _, course in pool}
    taken_off = dict.fromkeys(terms, 0.0)
    picked: list[tuple[float, CourseRecord]] = []
    while pool and len(picked) < limit:
        best = max(pool, key=lambda item: item[0] - taken_off[item[1].course_key])
        pool.remove(best)
        picked.append(best)
        theirs = terms[best[1].course_key]
        for _, course in pool:
            mine = terms[course.course_key]
            off = weights.likeness * mine.likeness(theirs) + weights.same_title * (mine.title == theirs.title)
            taken_off[course.course_key] = max(taken_off[course.course_key], off)
    return picked


@dataclass(frozen=True, slots=True)
class _Terms:
    title: str
    words: frozenset[str]
    topics: frozenset[str]

    @classmethod
    def of(cls, course: CourseRecord) -> _Terms:
        title = " ".join(course.title.casefold().split())
        words = frozenset(word for word in title.split() if len(word) > 3)
        return cls(title, words, frozenset([*folded(course.skills), *folded(course.subjects)]))

    def likeness(self, other: _Terms) -> float:
        return max(_jaccard(self.words, other.words), _jaccard(self.topics, other.topics))


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    return common / (len(one) + len(other) - common) if common else 0.0
