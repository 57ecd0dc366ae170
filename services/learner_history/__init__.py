"""What learners have taken: from the LMS's Postgres or from an Open edX enrollment API, behind one port."""

from services.learner_history.history import (
    CoEnrollments,
    CoEnrollmentsUnavailable,
    Enrollment,
    HistoryUnavailable,
    LearnerHistory,
    LearnerUnknown,
    Pair,
)

__all__ = [
    "CoEnrollments",
    "CoEnrollmentsUnavailable",
    "Enrollment",
    "HistoryUnavailable",
    "LearnerHistory",
    "LearnerUnknown",
    "Pair",
]
