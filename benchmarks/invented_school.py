"""A school made up from a seed: courses with a long tail, and learners whose next course follows from their last.

No learner of it exists. What is alike to what public data sets of course platforms show: few courses have most of the
enrollments, most learners take one or two courses and some take hundreds, people keep to a few subjects, go up in
level, and often go on along a programme. How strongly is invented.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy
from numpy.typing import NDArray

from services.course_record import CourseRecord
from services.course_record.levels import LEVELS

COURSES_A_SUBJECT = 24
FIRST_DAY = 1_420_070_400
"""2015-01-01T00:00:00Z, in seconds."""
DAY = 86_400
FOLLOWS, SAME_SUBJECT = 0.35, 0.50
"""How often a learner goes on along a programme, and how often with another course of their subjects; else anything."""
MOST_TAKEN = 500

Numbers = NDArray[numpy.int64]


@dataclass(frozen=True)
class School:
    """Enrollments as columns (who, which course, when in seconds), and the courses that they number."""

    learners: Numbers
    courses: Numbers
    seconds: Numbers
    records: tuple[CourseRecord, ...]


def school(*, enrollments: int, courses: int, seed: int, mean_taken: float = 6.0) -> School:
    """Make about `enrollments` enrollments in `courses` courses; the same for the same seed."""
    rng = numpy.random.default_rng(seed)
    subjects = max(courses // COURSES_A_SUBJECT, 2)
    subject = rng.integers(0, subjects, courses)
    level = rng.choice(3, courses, p=[0.5, 0.32, 0.18])
    appeal = (1.0 + rng.permutation(courses)) ** -0.95 * numpy.array([1.0, 0.55, 0.3])[level]
    followers = _followers(rng, subject, level, appeal)
    learners = max(int(enrollments / mean_taken), 1)
    taken = numpy.minimum(rng.lognormal(numpy.log(mean_taken) - 0.72, 1.2, learners).round().astype(int), MOST_TAKEN)
    taken = numpy.maximum(taken, 1)
    order = numpy.argsort(-taken, kind="stable")
    taken = taken[order]
    favourite = rng.choice(subjects, (learners, 2), p=_shares(numpy.bincount(subject, appeal, subjects)))
    by_subject = numpy.argsort(subject, kind="stable")
    ends = numpy.cumsum(appeal[by_subject])
    first = numpy.searchsorted(subject[by_subject], numpy.arange(subjects), "left")
    last = numpy.searchsorted(subject[by_subject], numpy.arange(subjects), "right")
    low = numpy.where(first > 0, ends[numpy.maximum(first, 1) - 1], 0.0)
    high = numpy.where(last > first, ends[numpy.maximum(last, 1) - 1], low)
    overall = numpy.cumsum(appeal)
    before = numpy.zeros(learners, dtype=numpy.int64)
    started = rng.integers(0, 3_000, learners)
    found: list[tuple[Numbers, Numbers, Numbers]] = []
    for step in range(int(taken[0])):
        going = int(numpy.searchsorted(-taken, -step, "left"))
        chance = rng.random(going)
        which = favourite[numpy.arange(going), (rng.random(going) < 0.25).astype(int)]
        at = low[which] + rng.random(going) * (high[which] - low[which])
        liked = by_subject[numpy.minimum(numpy.searchsorted(ends, at, "right"), courses - 1)]
        anything = numpy.minimum(numpy.searchsorted(overall, rng.random(going) * overall[-1], "right"), courses - 1)
        following = followers[before[:going], rng.integers(0, followers.shape[1], going)]
        chosen = numpy.where(chance < SAME_SUBJECT, liked, anything)
        if step:
            chosen = numpy.where(chance > 1 - FOLLOWS, following, chosen)
        before[:going] = chosen
        when = FIRST_DAY + DAY * (started[:going] + 30 * step) + rng.integers(0, DAY, going)
        found.append((numpy.arange(going), chosen, when))
    who, what, when = (numpy.concatenate(parts) for parts in zip(*found, strict=True))
    return School(who, what, when, _records(rng, subject, level, appeal))


def _followers(
    rng: numpy.random.Generator, subject: Numbers, level: Numbers, appeal: NDArray[numpy.float64]
) -> Numbers:
    """Name for each course three that people go on to: of its subject, and no level below."""
    found = numpy.empty((len(subject), 3), dtype=numpy.int64)
    for course in range(len(subject)):
        near = numpy.flatnonzero((subject == subject[course]) & (level >= level[course]))
        near = near[near != course]
        if not len(near):
            near = numpy.arange(len(subject))
        found[course] = rng.choice(near, 3, p=_shares(numpy.sqrt(appeal[near])))
    return found


def _records(
    rng: numpy.random.Generator, subject: Numbers, level: Numbers, appeal: NDArray[numpy.float64]
) -> tuple[CourseRecord, ...]:
    most = float(appeal.max())
    records = []
    for course in range(len(subject)):
        field = int(subject[course])
        skills = [f"skill {field}.{skill}" for skill in sorted(rng.choice(12, 3, replace=False).tolist())]
        records.append(
            CourseRecord(
                course_key=key_of(course), title=f"Course {course} of field {field}", org="InventedX",
                short_description=f"Field {field}, {', '.join(skills)}.", level=LEVELS[level[course]],
                language="English", subjects=(f"Field {field}",), skills=tuple(skills),
                enrollment_count=int(20_000 * appeal[course] / most),
            )
        )  # fmt: skip
    return tuple(records)


def key_of(course: int) -> str:
    """Name a course by its number."""
    return f"InventedX+C{course:05d}"


def _shares(weights: NDArray[numpy.float64]) -> NDArray[numpy.float64]:
    shares: NDArray[numpy.float64] = weights / weights.sum()
    return shares
