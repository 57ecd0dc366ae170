"""The JSON of a course run in the LMS's Courses API (lms/djangoapps/course_api/serializers.py)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from services.lms.models import CourseRun

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def iso(moment: datetime | None) -> str | None:
    """Return a time as Django REST framework writes it: UTC, with a Z."""
    if moment is None:
        return None
    utc = moment.astimezone(UTC)
    return utc.replace(tzinfo=None).isoformat() + "Z"


def run_json(run: CourseRun, base: str) -> dict[str, Any]:
    """Return a run as the list shows it. `base` is the LMS's public URL.

    The stand-in keeps no pictures or videos, so their addresses are null; Open edX has at least a default picture.
    """
    course = run.course
    return {
        "blocks_url": f"{base}/api/courses/v1/blocks/?{urlencode({'course_id': run.id})}",
        "effort": None,
        "end": iso(run.end),
        "enrollment_start": iso(run.enrollment_start),
        "enrollment_end": iso(run.enrollment_end),
        "id": run.id,
        "media": {
            "banner_image": {"uri": None, "uri_absolute": None},
            "course_image": {"uri": None},
            "course_video": {"uri": None},
            "image": {"raw": None, "small": None, "large": None},
        },
        # display_name_with_default_escaped: the list escapes a title's angle brackets.
        "name": course.title.replace("<", "&lt;").replace(">", "&gt;"),
        "number": course.number,
        "org": course.org,
        "short_description": course.short_description,
        "start": iso(run.start),
        "start_display": _display(run.start),
        "start_type": "timestamp" if run.start else "empty",
        "pacing": run.pacing,
        "mobile_available": run.mobile_available,
        "hidden": run.hidden,
        "invitation_only": run.invitation_only,
        "course_id": run.id,
    }


def run_detail_json(run: CourseRun, base: str) -> dict[str, Any]:
    """Return a run as its own page shows it: with the long description."""
    return run_json(run, base) | {"overview": run.course.full_description}


def _display(start: datetime | None) -> str | None:
    if start is None:
        return None
    utc = start.astimezone(UTC)
    return f"{_MONTHS[utc.month - 1]} {utc.day:02d}, {utc.year}"
