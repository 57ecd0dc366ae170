"""What a course looks like in an answer: from records and reasons to the JSON of `openapi.yaml`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.course_record import CourseRecord, CourseRun
from services.coursematch.course_lookup import CourseDetails, RelatedCourse
from services.coursematch.course_paths import CoursePath
from services.coursematch.recommendation import Recommendation, reason_as_json
from services.web_edge.answer_size import TITLE_CHARACTERS, shortened

TERMS_MOST = 50
"""How many skills, subjects, runs, … of one course are told."""
WHOLE_DESCRIPTION_CHARACTERS = 8_000
"""About two pages: more than a catalogue writes, and far below what a chat client takes."""


def recommendation_as_json(course: Recommendation, description: int) -> dict[str, Any]:
    """Write a recommendation (`Recommendation`), its description in at most so many characters."""
    record = course.record
    return {
        "course_id": record.course_run_id or record.course_key,
        "course_key": record.course_key,
        "title": shortened(record.title, TITLE_CHARACTERS),
        "description": shortened(record.short_description or record.full_description, description),
        "level": record.level,
        "language": record.language,
        "url": record.url,
        "score": course.score,
        "explanation": course.explanation,
        "reasons": [reason_as_json(reason) for reason in course.reasons],
    }


def match_as_json(course: Recommendation, description: int) -> dict[str, Any]:
    """Write a match (`Match`): a recommendation, and how it fits what was asked."""
    fit = course.fit
    misses = [{"condition": missed.condition, "asked": missed.asked} for missed in fit.misses]
    return recommendation_as_json(course, description) | {
        "fit": {"fits": fit.fits, "topic": fit.topic, "misses": misses}
    }


def course_as_json(course: CourseDetails) -> dict[str, Any]:
    """Write one course whole (`Course`)."""
    record = course.record
    return {
        "course_key": record.course_key,
        "course_id": record.course_run_id or record.course_key,
        "title": shortened(record.title, TITLE_CHARACTERS),
        "organisation": shortened(record.org, TITLE_CHARACTERS),
        "short_description": shortened(record.short_description, WHOLE_DESCRIPTION_CHARACTERS),
        "description": shortened(record.full_description or record.short_description, WHOLE_DESCRIPTION_CHARACTERS),
        "level": record.level,
        "language": record.language,
        "subjects": _terms(record.subjects),
        "skills": _terms(record.skills),
        "availability": record.availability,
        "start": record.start,
        "invitation_only": record.invitation_only,
        "hours": record.hours,
        "runs": [_run_as_json(run) for run in record.runs[:TERMS_MOST]],
        "prerequisites": [_related_as_json(related) for related in course.prerequisites[:TERMS_MOST]],
        "leads_to": [_related_as_json(related) for related in course.leads_to[:TERMS_MOST]],
        "enrollment_count": max(record.enrollment_count, 0),
        "url": record.url,
        "image_url": record.image_url,
        "video_url": record.video_url,
        "standing": course.standing,
        "explanation": course.explanation,
        "reasons": [reason_as_json(reason) for reason in course.reasons],
        "missing_sources": course.missing_sources,
    }


def path_as_json(found: CoursePath) -> dict[str, Any]:
    """Write a path (`CoursePath`)."""
    required_by: dict[str, list[str]] = {}
    for step in found.steps:
        for key in dict.fromkeys(step.record.prerequisites):
            required_by.setdefault(key, []).append(step.record.course_key)
    hours = [step.record.hours for step in found.steps if step.record.hours]
    return {
        "goal": _named(found.goal),
        "steps": [
            _named(step.record)
            | {
                "course_id": step.record.course_run_id or step.record.course_key,
                "url": step.record.url,
                "availability": step.record.availability,
                "standing": step.standing,
                "required_by": required_by.get(step.record.course_key, []),
                "alternatives": [_named(course) for course in step.alternatives],
            }
            for step in found.steps
        ],
        "hours": sum(hours) if hours and len(hours) == len(found.steps) else None,
        "known": [_requirement(one.prerequisite, one.course_key, found) for one in found.path.known],
        "absent": [
            _requirement(one.course_key, one.required_by, found) | {"reason": one.reason} for one in found.absent
        ],
        "circular": [_requirement(one.prerequisite, one.course_key, found) for one in found.path.circular],
    }


def _named(record: CourseRecord) -> dict[str, Any]:
    return {
        "course_key": record.course_key,
        "title": shortened(record.title, TITLE_CHARACTERS),
        "level": record.level,
        "language": record.language,
        "hours": record.hours,
    }


def _requirement(key: str, required_by: str, found: CoursePath) -> dict[str, Any]:
    title = shortened(found.titles.get(key, key), TITLE_CHARACTERS)
    return {"course_key": key, "title": title, "required_by": required_by}


def plugin_course_as_json(record: CourseRecord, description: int) -> dict[str, Any]:
    """Write a course as edX's plugin of 2023 did (`PluginCourse`)."""
    return {
        "course_id": record.course_key,
        "course_run_id": record.course_run_id or record.course_key,
        "course_title": shortened(record.title, TITLE_CHARACTERS),
        "course_publisher": record.org,
        "short_description": shortened(record.short_description, description),
        "full_description": shortened(record.full_description, description * 4),
        "course_url": record.url,
        "introductory_video_url": record.video_url,
        "skills_covered": list(record.skills[:TERMS_MOST]),
    }


def _run_as_json(run: CourseRun) -> dict[str, Any]:
    return {
        "course_id": run.course_run_id,
        "start": run.start,
        "end": run.end,
        "enrollment_start": run.enrollment_start,
        "enrollment_end": run.enrollment_end,
        "availability": run.availability,
        "invitation_only": run.invitation_only,
        "pacing": run.pacing,
    }


def _related_as_json(course: RelatedCourse) -> dict[str, Any]:
    return {
        "course_key": course.course_key,
        "title": shortened(course.title, TITLE_CHARACTERS),
        "level": course.level,
        "in_catalogue": course.in_catalogue,
        "standing": course.standing,
    }


def _terms(terms: Sequence[str]) -> list[str]:
    return [shortened(term, TITLE_CHARACTERS) for term in terms[:TERMS_MOST]]
