"""`/api/v1/courses/`: the catalogue, in the shape of course-discovery (course_metadata/api/serializers.py).

Like course-discovery, it wants a token. It alone has what the LMS's list lacks: level, subjects, skills, long
descriptions and prerequisites (here the keys of courses).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request

from services.lms.course_json import iso
from services.lms.course_queries import CourseFilter, CourseQueries
from services.lms.models import Course, CourseRun
from services.lms.pages import MAX_PAGE_SIZE, Links, positive
from services.lms.problems import detail
from services.lms.request_context import RequestContext

DEFAULT_LIMIT = 20
_MAX_OFFSET = 2**31 - 1


def discovery_views(queries: CourseQueries, context: RequestContext) -> Blueprint:
    """Make the views of course-discovery's course list and of one course."""
    views = Blueprint("discovery", __name__, url_prefix="/api/v1")

    @views.get("/courses/")
    def course_list() -> Response:
        context.known_caller()
        limit = positive(request.args.get("limit"), default=DEFAULT_LIMIT, maximum=MAX_PAGE_SIZE)
        offset = positive(request.args.get("offset"), default=0, maximum=_MAX_OFFSET)
        keys = tuple(key for key in request.args.get("keys", "").replace(" ", "+").split(",") if key)
        wanted = CourseFilter(org=request.args.get("org", ""), keys=keys[:MAX_PAGE_SIZE])
        count = queries.count_courses(wanted)
        courses = queries.courses(wanted, offset=offset, limit=limit) if offset < count else []
        titles = queries.titles(sorted({key for course in courses for key in course.prerequisites}))
        links = context.links()
        return jsonify(
            {
                "count": count,
                "next": links.to(limit=limit, offset=offset + limit) if offset + limit < count else None,
                "previous": _previous(links, limit, offset),
                "results": [_course_json(course, titles, context.clock()) for course in courses],
            }
        )

    @views.get("/courses/<key>/")
    def one_course(key: str) -> Response:
        context.known_caller()
        courses = queries.courses(CourseFilter(keys=(key,)), offset=0, limit=1)
        if not courses:
            raise detail(404, "No Course matches the given query.")
        titles = queries.titles(courses[0].prerequisites)
        return jsonify(_course_json(courses[0], titles, context.clock()))

    @views.get("/courses")
    @views.get("/courses/<key>")
    def with_slash(**_: str) -> Any:
        return redirect(context.links().slashed(), 301)

    return views


def _previous(links: Links, limit: int, offset: int) -> str | None:
    if offset <= 0:
        return None
    return links.to(limit=limit, offset=offset - limit if offset > limit else None)


def _course_json(course: Course, titles: dict[str, str], now: datetime) -> dict[str, Any]:
    runs = [run for run in course.runs if not run.hidden]
    prerequisites = [titles[key] for key in course.prerequisites if key in titles]
    return {
        "key": course.key,
        "uuid": str(course.uuid),
        "title": course.title,
        "course_runs": [_run_json(run, course, now) for run in runs],
        "owners": [{"key": course.key.partition("+")[0], "name": course.org}],
        "image": None,
        "short_description": course.short_description,
        "full_description": course.full_description,
        "level_type": course.level,
        "subjects": [{"name": subject, "slug": "-".join(subject.casefold().split())} for subject in course.subjects],
        "prerequisites": course.prerequisites,
        "prerequisites_raw": "; ".join(prerequisites),
        "skill_names": course.skills,
        "skills": [{"name": skill} for skill in course.skills],
        "languages": [course.language] if course.language else [],
        "expected_learning_items": [],
        "outcome": None,
        "video": None,
        "sponsors": [],
        "marketing_url": course.url,
        "enrollment_count": course.enrollment_count,
        "recent_enrollment_count": 0,
        "course_run_statuses": sorted({"published" for _ in runs}),
    }


def _run_json(run: CourseRun, course: Course, now: datetime) -> dict[str, Any]:
    return {
        "key": run.id,
        "title": course.title,
        "start": iso(run.start),
        "end": iso(run.end),
        "enrollment_start": iso(run.enrollment_start),
        "enrollment_end": iso(run.enrollment_end),
        "pacing_type": f"{run.pacing}_paced",
        "content_language": course.language or None,
        "availability": _availability(run, now),
        "status": "published",
        "is_enrollable": _enrollable(run, now),
        "hidden": run.hidden,
        "invite_only": run.invitation_only,
        "mobile_available": run.mobile_available,
    }


def _availability(run: CourseRun, now: datetime) -> str:
    """Name a run's state as course-discovery does (CourseRun.availability)."""
    if run.end and run.end <= now:
        return "Archived"
    if run.start and run.start <= now:
        return "Current"
    return "Upcoming"


def _enrollable(run: CourseRun, now: datetime) -> bool:
    opened = run.enrollment_start is None or run.enrollment_start <= now
    return opened and (run.enrollment_end is None or run.enrollment_end > now) and not (run.end and run.end <= now)
