"""What a run read, learned and published, as one line of JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.index_writer.batch_run import Report


@dataclass(slots=True)
class RunReport(Report):
    """One run. Counts are of rows, learners, courses, records of the index and Algolia's operations.

    The status is `ok`, `failed`, or `refused`: the new model was worse than the published one, which stays.
    """

    EVENT = "recommendation_model"

    enrollments_read: int = 0
    learners: int = 0
    courses: int = 0
    """Courses that anybody took."""
    catalogue: int = 0
    """Courses of the course index."""
    pairs: int = 0
    """Pairs of courses that any learner took both of."""
    choice: dict[str, float] = field(default_factory=dict)
    measure: dict[str, float] = field(default_factory=dict)
    published_measure: dict[str, float] = field(default_factory=dict)
    """What was measured of the model that the index held before."""
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    algolia_read_operations: int = 0
    algolia_write_operations: int = 0
    steps: dict[str, float] = field(default_factory=dict)
    """How many seconds each step took."""
    peak_memory_mb: int = 0
