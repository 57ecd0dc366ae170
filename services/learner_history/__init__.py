"""What learners have taken: from the LMS's Postgres or from an Open edX enrollment API, behind one port."""

from services.learner_history.history import (
    Enrollment,
    HistoryUnavailable,
    LearnerHistory,
    LearnerUnknown,
)

__all__ = [
    "Enrollment",
    "HistoryUnavailable",
    "LearnerHistory",
    "LearnerUnknown",
]
