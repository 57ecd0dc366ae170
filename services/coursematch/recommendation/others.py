"""What other learners took: counts of pairs turned into how strongly they speak for a course."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import log1p, sqrt
from typing import Protocol

from services.course_record import CourseRecord
from services.coursematch.recommendation.learner import Learner
from services.coursematch.recommendation.reasons import Popularity, SimilarLearners
from services.coursematch.recommendation.weights import LEARNERS_SAID, WEIGHTS, Weights


class PairCount(Protocol):
    """Learners who took two courses, and those of them who took the other one later."""

    @property
    def together(self) -> int: ...
    @property
    def after(self) -> int: ...


Pairs = Mapping[str, Mapping[str, PairCount]]


class OtherLearners:
    """The evidence of others for one learner: `pairs[taken][other]`, and the learners of each course."""

    def __init__(self, learner: Learner, pairs: Pairs, learners: Mapping[str, int], weights: Weights) -> None:
        self._learner = learner
        self._pairs = pairs
        self._learners = learners
        self._weights = weights
        self._values = self._all_values()
        self._most = max(self._values.values(), default=0.0)
        counts = (pair.together for others in pairs.values() for pair in others.values())
        most_together = max(counts, default=0)
        self._confidence = most_together / (most_together + weights.pair_confidence)

    def strength(self, course_key: str) -> float:
        """Tell how strongly others speak for a course: 0 to 1, 1 only where they are many."""
        # The root: the tenth course is worth far more than its count beside the first's says.
        return self._confidence * sqrt(self._values.get(course_key, 0.0) / self._most) if self._most else 0.0

    def best(self, most: int) -> list[str]:
        """List the courses that others speak for most strongly, those first."""
        return sorted(self._values, key=lambda key: (-self._values[key], key))[:most]

    def evidence(self, course_key: str) -> SimilarLearners | None:
        """Say how many learners of which taken course took this one too; None where they are too few to tell."""
        best: SimilarLearners | None = None
        for taken in self._learner.taken:
            pair = self._pairs.get(taken.course_key, {}).get(course_key)
            if pair and pair.together >= LEARNERS_SAID and (best is None or pair.together > best.learners):
                best = SimilarLearners(pair.together, taken.course_key, taken.title)
        return best

    def _all_values(self) -> dict[str, float]:
        weights = self._weights
        values: dict[str, float] = {}
        for age, taken in enumerate(self._learner.taken):
            size = self._learners.get(taken.course_key, 0) + weights.pair_shrinkage
            for other, pair in self._pairs.get(taken.course_key, {}).items():
                if other in self._learner.by_key:
                    continue
                share = (pair.together + weights.later * pair.after) / size
                common = max(self._learners.get(other, pair.together), 1) ** weights.commonness
                values[other] = values.get(other, 0.0) + weights.recency**age * share / common
        return values


class Popularities:
    """How popular each course is among those at hand, by the catalogue's counts and by our own."""

    def __init__(self, courses: Iterable[CourseRecord], learners: Mapping[str, int]) -> None:
        self._learners = learners
        records = list(courses)
        self._most_enrolled = max((course.enrollment_count for course in records), default=0)
        self._most_learners = max((learners.get(course.course_key, 0) for course in records), default=0)

    def of(self, course: CourseRecord) -> float:
        """Tell a course's popularity: 0 to 1, logarithmic, by whichever source says more."""
        return max(self._by_catalogue(course), self._by_learners(course))

    def evidence(self, course: CourseRecord) -> Popularity | None:
        """Say the count that `of` used; None where there is none."""
        own = self._learners.get(course.course_key, 0)
        if course.enrollment_count > 0 and self._by_catalogue(course) >= self._by_learners(course):
            return Popularity(course.enrollment_count, "catalogue")
        return Popularity(own, "enrollments") if own >= LEARNERS_SAID else None

    def _by_catalogue(self, course: CourseRecord) -> float:
        return log1p(max(course.enrollment_count, 0)) / log1p(self._most_enrolled) if self._most_enrolled > 0 else 0.0

    def _by_learners(self, course: CourseRecord) -> float:
        own = self._learners.get(course.course_key, 0)
        return log1p(own) / log1p(self._most_learners) if self._most_learners else 0.0


def strongest_co_taken(
    learner: Learner, pairs: Pairs, learners: Mapping[str, int], most: int, *, weights: Weights = WEIGHTS
) -> list[str]:
    """List the keys of at most `most` courses that other learners speak for, the strongest first."""
    return OtherLearners(learner, pairs, learners, weights).best(most)


def most_taken(learners: Mapping[str, int], most: int) -> list[str]:
    """List the keys of the courses that most learners took, at most `most`, those first."""
    return sorted(learners, key=lambda key: (-learners[key], key))[:most]
