"""What is published of a model: for each course the strongest related ones, and no count that would tell of a few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy

from services.course_record import CourseRecord
from services.course_record.related_record import RelatedCourse, RelatedRecord, SchoolRecord
from services.recommendation_model.choice import (
    CERTAIN_AT,
    CONTENT_WEIGHT,
    POPULAR_MOST,
    RELATED_MOST,
    TOGETHER_LEAST,
    Choice,
)
from services.recommendation_model.content import Likeness
from services.recommendation_model.counting import Enrollments, Pairs
from services.recommendation_model.ease import Matrix, strongest, weights

DIGITS = 5


def related_records(
    enrollments: Enrollments, pairs: Pairs, catalogue: Sequence[CourseRecord], choice: Choice, least_learners: int
) -> Iterator[RelatedRecord]:
    """Make a record for every course of the catalogue and for every modelled one that it no longer has.

    Only courses of the catalogue are named as related, none by invitation. A count under `least_learners` is not told.
    """
    solved = weights(pairs.together, pairs.after, choice.regularization, choice.later)
    offered = {record.course_key for record in catalogue if not record.invitation_only}
    mask = numpy.array([key in offered for key in enrollments.keys[: len(solved)]], dtype=bool)
    kept = strongest(numpy.where(mask, solved, 0.0), pairs.together, RELATED_MOST, TOGETHER_LEAST)
    numbers = {key: number for number, key in enumerate(enrollments.keys[: len(solved)])}
    likeness = Likeness(catalogue)
    in_catalogue = {record.course_key for record in catalogue}
    for key in sorted(in_catalogue | numbers.keys()):
        number = numbers.get(key)
        observed = () if number is None else tuple(_observed(enrollments.keys, kept, pairs, number, least_learners))
        if number is None or key in in_catalogue or observed:
            near = likeness.nearest(key, RELATED_MOST - len(observed), {one.course_key for one in observed})
            # Below all that was observed: likeness only fills what is left.
            highest = min((one.weight for one in observed), default=CONTENT_WEIGHT)
            content = tuple(
                RelatedCourse(other, round(min(highest, CONTENT_WEIGHT) * like, DIGITS)) for other, like in near
            )
            most = 0.0 if number is None else _most_together(pairs, number)
            yield RelatedRecord(
                course_key=key,
                related=(*observed, *(one for one in content if one.weight > 0)),
                certainty=certainty(most, least_learners),
            )


def school_record(enrollments: Enrollments, choice: Choice, least_learners: int) -> SchoolRecord:
    """Name the most taken courses, and the choice that requests need."""
    counts: Mapping[str, int] = {
        key: int(learners)
        for key, learners in zip(enrollments.keys[:POPULAR_MOST], enrollments.learners_of, strict=False)
        if learners >= least_learners
    }
    return SchoolRecord(popular=counts, recency=choice.recency)


def certainty(most_together: float, least_learners: int) -> float:
    """Say how much was observed of a course, 0 to 1; the same for all that too few learners share to be told."""
    if most_together < TOGETHER_LEAST:
        return 0.0
    told = most_together if most_together >= least_learners else least_learners / 2
    return round(told / (told + CERTAIN_AT), 2)


def _observed(
    keys: Sequence[str], kept: Matrix, pairs: Pairs, number: int, least_learners: int
) -> Iterator[RelatedCourse]:
    row = kept[number]
    best = numpy.flatnonzero(row)
    for other in best[numpy.lexsort((best, -row[best]))]:
        weight = round(float(row[other]), DIGITS)
        both = int(pairs.together[number, other])
        if weight > 0:
            yield RelatedCourse(keys[other], weight, both if both >= least_learners else 0)


def _most_together(pairs: Pairs, number: int) -> float:
    row = pairs.together[number]
    return float(max(row[:number].max(initial=0), row[number + 1 :].max(initial=0)))
