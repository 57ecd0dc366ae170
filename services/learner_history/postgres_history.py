"""Enrollments from the LMS's Postgres (tables: `docs/formats.md`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.learner_history.history import (
    LEAST_TOGETHER,
    CoEnrollments,
    CoEnrollmentsUnavailable,
    Enrollment,
    HistoryUnavailable,
    LearnerUnknown,
    Pair,
    refuse_impossible,
)
from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable
from services.telemetry.steps import tell

KEEP_COUNTS_SECONDS = 600.0
"""How long counts are kept: they change slowly, and counting reads every enrollment of a course's learners."""
KEPT_COURSES = 5_000
"""Of how many courses the pairs are kept; past that all are forgotten."""
REST_SECONDS = 60.0
"""How long nothing is counted after a count took too long: the next learner should not wait for it as well."""

# A learner without an active enrollment is one row of nulls; an unknown learner is no row.
_ENROLLMENTS = """
SELECT r.id, r.course_key, c.title, c.short_description, e.mode, e.created, e.completed
FROM learners l
LEFT JOIN enrollments e ON e.learner_id = l.id AND e.is_active
LEFT JOIN course_runs r ON r.id = e.course_run_id
LEFT JOIN courses c ON c.key = r.course_key
WHERE l.id = :learner
ORDER BY e.created DESC NULLS LAST, e.id DESC
"""

_PAIRS = f"""
WITH taken AS (
    SELECT e.learner_id, r.course_key, min(e.created) AS first
    FROM enrollments e JOIN course_runs r ON r.id = e.course_run_id
    WHERE e.is_active AND e.learner_id IN (
        SELECT s.learner_id FROM enrollments s JOIN course_runs t ON t.id = s.course_run_id
        WHERE s.is_active AND t.course_key = ANY(CAST(:keys AS text[]))
    )
    GROUP BY e.learner_id, r.course_key
)
SELECT seed.course_key, other.course_key, count(*), count(*) FILTER (WHERE other.first > seed.first)
FROM taken seed JOIN taken other ON other.learner_id = seed.learner_id AND other.course_key <> seed.course_key
WHERE seed.course_key = ANY(CAST(:keys AS text[]))
GROUP BY seed.course_key, other.course_key
HAVING count(*) >= {LEAST_TOGETHER}
"""  # noqa: S608 - a constant of ours, no input

_LEARNERS = """
SELECT r.course_key, count(DISTINCT e.learner_id)
FROM enrollments e JOIN course_runs r ON r.id = e.course_run_id
WHERE e.is_active
GROUP BY r.course_key
"""


@dataclass(frozen=True, slots=True)
class _Counts:
    made: float
    learners: dict[str, int]
    pairs: dict[str, dict[str, Pair]]


class PostgresHistory:
    """`LearnerHistory` over Postgres. `clock` counts seconds (`time.monotonic`)."""

    def __init__(self, pool: PostgresPool, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._clock = clock
        self._counts: _Counts | None = None
        self._rests_until = float("-inf")

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown` and `HistoryUnavailable`."""
        refuse_impossible(learner_id)
        try:
            rows = self._pool.rows(_ENROLLMENTS, learner=learner_id)
        except PostgresUnavailable as error:
            raise HistoryUnavailable(f"The database of enrollments does not answer: {error}.") from error
        if not rows:
            raise LearnerUnknown("There is no such learner.")
        return tuple(
            Enrollment(
                course_run_id=run,
                course_key=key,
                title=title,
                description=description,
                mode=mode or "",
                enrolled=created,
                completed=completed,
            )
            for run, key, title, description, mode, created, completed in rows
            if run is not None
        )

    def co_enrollments(self, course_keys: Sequence[str]) -> CoEnrollments:
        """Count who took each of these courses and what else; raises `CoEnrollmentsUnavailable`."""
        if self._clock() < self._rests_until:
            raise CoEnrollmentsUnavailable("The database took too long to count enrollments a moment ago.")
        try:
            if self._counts is None or self._clock() - self._counts.made > KEEP_COUNTS_SECONDS:
                self._counts = _Counts(self._clock(), self._learners_of_courses(), {})
            counts = self._counts
            unknown = [key for key in dict.fromkeys(course_keys) if key not in counts.pairs]
            tell(
                {
                    "coursematch.counts_asked": len(course_keys),
                    "coursematch.counts_kept": len(course_keys) - len(unknown),
                }
            )
            if len(counts.pairs) + len(unknown) > KEPT_COURSES:
                counts.pairs.clear()
                unknown = list(dict.fromkeys(course_keys))
            counts.pairs.update(self._pairs_of(unknown))
        except PostgresUnavailable as error:
            self._rests_until = self._clock() + REST_SECONDS
            raise CoEnrollmentsUnavailable(f"The database cannot count enrollments: {error}.") from error
        return CoEnrollments(pairs={key: counts.pairs[key] for key in course_keys}, learners=counts.learners)

    def check(self) -> None:
        """Ask the database for one row; raises `HistoryUnavailable`."""
        try:
            self._pool.rows("SELECT 1 FROM learners LIMIT 1")
        except PostgresUnavailable as error:
            raise HistoryUnavailable(f"The database of enrollments does not answer: {error}.") from error

    def close(self) -> None:
        """Close every idle connection."""
        self._pool.close()

    def _pairs_of(self, course_keys: Sequence[str]) -> dict[str, dict[str, Pair]]:
        found: dict[str, dict[str, Pair]] = {key: {} for key in course_keys}
        if course_keys:
            for seed, other, together, after in self._pool.rows(_PAIRS, keys=list(course_keys)):
                found[seed][other] = Pair(together, after)
        return found

    def _learners_of_courses(self) -> dict[str, int]:
        return {str(key): int(learners) for key, learners in self._pool.rows(_LEARNERS)}
