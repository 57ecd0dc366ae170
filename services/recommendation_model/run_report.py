"""What a run read, learned and published, as one line of JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

EVENT = "recommendation_model"


@dataclass(slots=True)
class RunReport:
    """One run. Counts are of rows, learners, courses, records of the index and Algolia's operations."""

    run: str
    started_at: str
    dry_run: bool = False
    status: Literal["ok", "refused", "failed"] = "failed"
    """`refused`: the new model was worse than the published one, which stays."""
    error: str | None = None
    message: str | None = None
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
    seconds: float = 0.0
    steps: dict[str, float] = field(default_factory=dict)
    """How many seconds each step took."""
    peak_memory_mb: int = 0
    trace_id: str | None = None
    """Under which the run's spans are found, where they are recorded."""

    def counts(self) -> dict[str, int]:
        """Give the numbers of the run by name."""
        return {name: value for name, value in asdict(self).items() if type(value) is int}

    def to_line(self) -> str:
        """Write the report as one line of JSON."""
        found: dict[str, Any] = {"event": EVENT, **asdict(self)}
        return json.dumps(found, ensure_ascii=False)

    def write(self, path: Path) -> None:
        """Put the report into a file, whole: a reader never finds half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{self.run}.part")
        part.write_text(self.to_line() + "\n", encoding="utf-8")
        part.replace(path)
