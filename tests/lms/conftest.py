"""One small learning platform for the module that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.lms.platform import Platform, load, serving

DEMO = 230


def courses() -> list[dict[str, Any]]:
    """Return 230 plain courses and a few with something to filter on."""
    special = [
        {
            "key": "MITx+6.00.1x",
            "title": "Introduction to <Python> & R",
            "short_description": "Programming for everyone",
            "full_description": "<p>A verbose description.</p>",
            "level": "Introductory",
            "language": "English",
            "subjects": ["Computer Science"],
            "skills": ["Python"],
            "prerequisites": ["demoX+000", "Unknown+1"],
            "enrollment_count": 12,
            "url": "https://example.org/6.00.1x",
            "runs": [
                {"run": "2024T1", "start": "2024-01-11", "end": "2024-06-01", "mobile_available": True},
                {"run": "2030T1", "start": "2030-01-11T08:00:00Z", "pacing": "self", "enrollment_end": "2030-01-20"},
                {"run": "secret", "hidden": True},
            ],
        },
        {"key": "HiddenX+1", "title": "Not for everybody", "runs": [{"run": "a", "hidden": True}]},
        {"key": "ClosedX+1", "title": "By invitation", "runs": [{"run": "a", "invitation_only": True}]},
    ]
    plain = [{"key": f"demoX+{number:03}", "title": f"Course {number:03}", "run": "r1"} for number in range(DEMO)]
    return special + plain


def enrollments() -> str:
    lines = ["student_id,course_key,mode,is_active,created,completed"]
    lines += [
        f"many,demoX+{number:03},audit,true,2025-01-01,{'2025-02-01' if number % 2 else ''}" for number in range(230)
    ]
    lines += ["anna,demoX+001,verified,true,2025-03-04T05:06:07Z,", "anna,demoX+002,audit,false,2025-03-05,"]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def platform(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """A platform with 232 public courses, and learners `many` and `anna`."""
    load(tmp_path_factory.mktemp("files"), courses(), enrollments(), database_url=database_url)
    with serving(database_url) as running:
        yield running
