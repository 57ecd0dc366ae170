"""Enrollments from the LMS's Postgres (tables: `docs/formats.md`)."""

from __future__ import annotations

from services.learner_history.history import (
    Enrollment,
    HistoryUnavailable,
    LearnerUnknown,
    refuse_impossible,
)
from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable

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


class PostgresHistory:
    """`LearnerHistory` over Postgres."""

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

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

    def check(self) -> None:
        """Ask the database for one row; raises `HistoryUnavailable`."""
        try:
            self._pool.rows("SELECT 1 FROM learners LIMIT 1")
        except PostgresUnavailable as error:
            raise HistoryUnavailable(f"The database of enrollments does not answer: {error}.") from error

    def close(self) -> None:
        """Close every idle connection."""
        self._pool.close()
