"""Courses alike by what the catalogue says of them: for those that too few took, or nobody yet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from heapq import nlargest
from math import log, sqrt

from services.course_record import CourseRecord

COMMON_MOST = 2_000
"""A term of more courses than this tells nothing of any, and would compare them all with each other."""
LEVEL_APART = 0.8
"""Likeness is worth this much where the levels differ."""


class Likeness:
    """The terms of a catalogue (skills, subjects, words of titles), each weighed by how rare it is."""

    def __init__(self, records: Sequence[CourseRecord]) -> None:
        self._records = records
        terms = [_terms(record) for record in records]
        having = Counter(term for found in terms for term in found)
        rarity = {term: log((1 + len(records)) / count) for term, count in having.items() if count <= COMMON_MOST}
        self._terms = [{term: rarity[term] for term in found if term in rarity} for found in terms]
        self._lengths = [sqrt(sum(weight**2 for weight in found.values())) for found in self._terms]
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for number, found in enumerate(self._terms):
            for term in found:
                self._having[term].append(number)
        self._numbers = {record.course_key: number for number, record in enumerate(records)}

    def nearest(self, course_key: str, most: int, besides: Collection[str]) -> list[tuple[str, float]]:
        """List the courses most like one, and how like (0 to 1); none of `besides`, none by invitation."""
        number = self._numbers.get(course_key)
        if number is None:
            return []
        shared: defaultdict[int, float] = defaultdict(float)
        for term, weight in self._terms[number].items():
            for other in self._having[term]:
                shared[other] += weight * weight
        shared.pop(number, None)
        found = (
            (value / (self._lengths[number] * self._lengths[other]) * self._level(number, other), other)
            for other, value in shared.items()
            if not self._records[other].invitation_only and self._records[other].course_key not in besides
        )
        best = nlargest(most, found, key=lambda one: (one[0], -one[1]))
        return [(self._records[other].course_key, likeness) for likeness, other in best if likeness > 0]

    def _level(self, one: int, other: int) -> float:
        return 1.0 if self._records[one].level == self._records[other].level else LEVEL_APART


def _terms(record: CourseRecord) -> set[str]:
    words = {word for word in record.title.casefold().split() if len(word) > 3}
    return {*_named("skill", record.skills), *_named("subject", record.subjects), *_named("word", words)}


def _named(kind: str, terms: Iterable[str]) -> Iterable[str]:
    return (f"{kind} {' '.join(term.casefold().split())}" for term in terms)
