"""Enrollments from the LMS's Postgres (tables: `docs/interfaces.md`)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

from services.learner_history.history import (
    LEAST_TOGETHER,
    CoEnrollments,
    CoEnrollmentsUnavailable,
    Enrollment,
    HistoryUnavailable,
    LearnerUnknown,
    Pair,
)
from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable

KEEP_COUNTS_SECONDS = 600.0
"""How long the learners of each course are kept: they change slowly, and counting reads every enrollment."""

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


class PostgresHistory:
    """`LearnerHistory` over Postgres. `clock` counts seconds (`time.monotonic`)."""

    def __init__(self, pool: PostgresPool, clock: Callable[[], float]) -> None:
        self._pool = pool
        self._clock = clock
        self._learners: tuple[float, dict[str, int]] | None = None

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's active enrollments, newest first; raises `LearnerUnknown` and `HistoryUnavailable`."""
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
        pairs: dict[str, dict[str, Pair]] = defaultdict(dict)
        try:
            if course_keys:
                for seed, other, together, after in self._pool.rows(_PAIRS, keys=list(course_keys)):
                    pairs[seed][other] = Pair(together, after)
            learners = self._learners_of_courses()
        except PostgresUnavailable as error:
            raise CoEnrollmentsUnavailable(f"The database cannot count enrollments: {error}.") from error
        return CoEnrollments(pairs=dict(pairs), learners=learners)

    def check(self) -> None:
        """Ask the database for one row; raises `HistoryUnavailable`."""
        try:
            self._pool.rows("SELECT 1 FROM learners LIMIT 1")
        except PostgresUnavailable as error:
            raise HistoryUnavailable(f"The database of enrollments does not answer: {error}.") from error

    def close(self) -> None:
        """Close every idle connection."""
        self._pool.close()

    def _learners_of_courses(self) -> dict[str, int]:
        if self._learners is None or self._clock() - self._learners[0] > KEEP_COUNTS_SECONDS:
            counts = {str(key): int(learners) for key, learners in self._pool.rows(_LEARNERS)}
            self._learners = (self._clock(), counts)
        return self._learners[1]
