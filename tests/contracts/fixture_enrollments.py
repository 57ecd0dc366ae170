"""The fixtures' enrollments, read without any code of the product."""

from __future__ import annotations

import csv
from datetime import datetime

from fixtures.files import ENROLLMENTS


def active_enrollments() -> dict[str, set[tuple[str, str, datetime]]]:
    """Read each learner's active enrollments: run id, mode, time."""
    found: dict[str, set[tuple[str, str, datetime]]] = {}
    with ENROLLMENTS.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["is_active"] == "true":
                run = f"course-v1:{row['course_key']}+{row['run']}"
                created = datetime.fromisoformat(row["created"])
                found.setdefault(row["student_id"], set()).add((run, row["mode"], created))
    return found
