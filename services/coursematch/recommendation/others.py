"""What other learners took: what the model made of it (`courses_related`), for one learner."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field
from math import log1p, sqrt

from services.course_record import CourseRecord
from services.course_record.related_record import RelatedRecord, SchoolRecord
from services.coursematch.recommendation.learner import Learner
from services.coursematch.recommendation.reasons import Popularity, SimilarLearners
from services.coursematch.recommendation.weights import LEARNERS_SAID


@dataclass(frozen=True, slots=True, kw_only=True)
class Others:
    """What was read of the model: the related courses of some that the learner took, by key, and what holds for all."""

    related: Mapping[str, RelatedRecord] = field(default_factory=dict)
    school: SchoolRecord = field(default_factory=SchoolRecord)


NOBODY = Others()


class OtherLearners:
    """The evidence of others for one learner."""

    def __init__(self, learner: Learner, others: Others) -> None:
        self._learner = learner
        self._together = {
            key: {one.course_key: one.together for one in record.related} for key, record in others.related.items()
        }
        self._values = self._all_values(others)
        self._most = max(self._values.values(), default=0.0)
        records = (others.related.get(taken.course_key) for taken in learner.taken)
        self._certainty = max((record.certainty for record in records if record), default=0.0)

    def strength(self, course_key: str) -> float:
        """Tell how strongly others speak for a course: 0 to 1, 1 only where they are many."""
        # The root: the tenth course is worth far more than its weight beside the first's says.
        return self._certainty * sqrt(self._values.get(course_key, 0.0) / self._most) if self._most else 0.0

    def best(self, most: int) -> list[str]:
        """List the courses that others speak for most strongly, those first."""
        return sorted(self._values, key=lambda key: (-self._values[key], key))[:most]

    def evidence(self, course_key: str) -> SimilarLearners | None:
        """Say how many learners of which taken course took this one too; None where they are too few to tell."""
        best: SimilarLearners | None = None
        for taken in self._learner.taken:
            together = self._together.get(taken.course_key, {}).get(course_key, 0)
            if together >= LEARNERS_SAID and (best is None or together > best.learners):
                best = SimilarLearners(together, taken.course_key, taken.title)
        return best

    def _all_values(self, others: Others) -> dict[str, float]:
        values: dict[str, float] = {}
        for age, taken in enumerate(self._learner.taken):
            record = others.related.get(taken.course_key)
            for one in record.related if record else ():
                if one.course_key not in self._learner.by_key:
                    weight = others.school.recency**age * one.weight
                    values[one.course_key] = values.get(one.course_key, 0.0) + weight
        return values


class Popularities:
    """How popular each course is among those at hand, by the catalogue's counts and by our own."""

    def __init__(self, courses: Iterable[CourseRecord], learners: Mapping[str, int]) -> None:
        self._learners = learners
        records = list(courses)
        self._most_enrolled = log1p(max([0, *(course.enrollment_count for course in records)]))
        self._most_learners = log1p(max([0, *(learners.get(course.course_key, 0) for course in records)]))

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
        return log1p(max(course.enrollment_count, 0)) / self._most_enrolled if self._most_enrolled else 0.0

    def _by_learners(self, course: CourseRecord) -> float:
        own = self._learners.get(course.course_key, 0)
        return log1p(own) / self._most_learners if self._most_learners else 0.0


def strongest_related(learner: Learner, others: Others, most: int) -> list[str]:
    """List the keys of at most `most` courses that other learners speak for, the strongest first."""
    return OtherLearners(learner, others).best(most)


def most_taken(learners: Mapping[str, int], most: int, *, without: Container[str]) -> list[str]:
    """List the keys of at most `most` courses that most learners took, those first."""
    return sorted((key for key in learners if key not in without), key=lambda key: (-learners[key], key))[:most]
