"""`/api/enrollment/v1/…` and `/v2/…` (openedx/core/djangoapps/enrollments/views.py and v2/views.py)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from services.lms.course_json import iso
from services.lms.course_keys import run_id
from services.lms.course_queries import CourseQueries, visible
from services.lms.enrollment_queries import EnrolledRun, EnrollmentFilter, EnrollmentQueries
from services.lms.identity import Caller
from services.lms.models import CourseRun, Enrollment
from services.lms.pages import MAX_PAGE_SIZE, Cursor, numbered, positive
from services.lms.problems import Refused, bad_field, detail, developer
from services.lms.request_context import ENROLLMENTS, RequestContext

CURSOR_PAGE = 100
MAX_USERNAMES = 100


def enrollments_views(queries: EnrollmentQueries, courses: CourseQueries, context: RequestContext) -> Blueprint:
    """Make the enrollment views of both versions."""
    views = Blueprint("enrollments", __name__, url_prefix="/api/enrollment")

    @views.get("/v1/enrollments")
    @views.get("/v1/enrollments/", endpoint="all_slash")
    def all_enrollments() -> Response:
        context.limit(context.staff_caller(), "enrollments", ENROLLMENTS)
        wanted = _filter()
        if wanted is None:
            return jsonify({"next": None, "previous": None, "results": []})
        try:
            cursor = Cursor.decode(request.args.get("cursor"))
        except (ValueError, KeyError) as error:
            raise developer(404, "Invalid cursor") from error
        size = positive(request.args.get("page_size"), default=CURSOR_PAGE, maximum=CURSOR_PAGE)
        found = list(queries.after(wanted, cursor, limit=size + 1))
        more, found = len(found) > size, found[:size]
        if cursor.reverse:
            found.reverse()
        onward = found and (more or cursor.reverse)
        back = found and (more if cursor.reverse else cursor.after > 0)
        links = context.links()
        return jsonify(
            {
                "next": links.to(cursor=Cursor(found[-1].id).encode()) if onward else None,
                "previous": links.to(cursor=Cursor(found[0].id, reverse=True).encode()) if back else None,
                "results": [_minimal(enrollment) for enrollment in found],
            }
        )

    @views.get("/v1/enrollment")
    @views.get("/v1/enrollment/", endpoint="own_slash")
    def own_enrollments() -> Response:
        caller = context.known_caller()
        context.limit(caller, "enrollment", ENROLLMENTS)
        learner = request.args.get("user") or caller.username
        # Someone else's enrollments are left out, so that nobody learns whether that someone exists.
        found = queries.of(learner, active_only=True) if _may_read(caller, learner) else []
        return jsonify([_full(enrolled) for enrolled in found])

    @views.get("/v1/enrollment/<course_id>")
    @views.get("/v1/enrollment/<username>,<course_id>")
    def one_enrollment(course_id: str, username: str = "") -> Response:
        caller = context.known_caller()
        context.limit(caller, "enrollment", ENROLLMENTS)
        learner = username or caller.username
        if not _may_read(caller, learner):
            raise Refused(404, None)
        if run_id(course_id) is None:
            raise Refused(400, {"message": f"No course '{course_id}' found for enrollment"})
        found = queries.of(learner, run_id=course_id)
        return jsonify(_full(found[0]) if found else None)

    @views.get("/v1/course/<course_id>")
    def course(course_id: str) -> Response:
        context.limit(Caller(), "enrollment", ENROLLMENTS)
        run = courses.run(course_id)
        if run is None or not visible(run, staff=False):
            raise Refused(400, {"message": f"No course found for course ID '{course_id}'"})
        return jsonify(_course_details(run, run.course.title))

    @views.get("/v2/enrollment/")
    def paged_enrollments() -> Response:
        caller = context.known_caller()
        context.limit(caller, "enrollment", ENROLLMENTS)
        view = request.args.get("view")
        if view not in (None, "", "minimal"):
            raise detail(400, f"Invalid view '{view}'. Supported views: minimal.")
        learner = request.args.get("user", caller.username)
        readable = _may_read(caller, learner)
        size = positive(request.args.get("page_size"), default=10, maximum=MAX_PAGE_SIZE)
        count = queries.count_of(learner) if readable else 0
        page = numbered(request.args.get("page"), size=size, count=count, refused=lambda message: detail(404, message))
        found = queries.of(learner, offset=page.offset, limit=size) if count else []
        shape = _minimal_of if view == "minimal" else _full
        links = context.links()
        return jsonify(
            {
                "next": links.next_page(page),
                "previous": links.previous_page(page),
                "count": count,
                "num_pages": page.pages,
                "current_page": page.number,
                "start": page.offset,
                "results": [shape(enrolled) for enrolled in found],
            }
        )

    return views


def _may_read(caller: Caller, learner: str) -> bool:
    return caller.staff or caller.username == learner


def _filter() -> EnrollmentFilter | None:
    """Read the filters; None when they can match nobody."""
    course_id = request.args.get("course_id", "")
    if course_id and run_id(course_id) is None:
        raise bad_field("course_id", f"'{course_id}' is not a valid course id.")
    course_ids = _list("course_ids", "course ids")
    usernames = _list("username", "usernames")
    # The stand-in's learners have no addresses, so a filter by address matches none of them.
    if _list("email", "emails"):
        return None
    return EnrollmentFilter(course_id, course_ids, usernames)


def _list(name: str, called: str) -> tuple[str, ...]:
    values = tuple(value.strip() for value in request.args.get(name, "").split(",") if value.strip())
    if len(values) > MAX_USERNAMES:
        message = f"Too many {called} in a single request - {len(values)}. A maximum of {MAX_USERNAMES} is allowed"
        raise bad_field(name, message)
    return values


def _minimal(enrollment: Enrollment) -> dict[str, Any]:
    return {
        "created": iso(enrollment.created),
        "mode": enrollment.mode,
        "is_active": enrollment.is_active,
        "user": enrollment.learner_id,
        "course_id": enrollment.course_run_id,
    }


def _minimal_of(enrolled: EnrolledRun) -> dict[str, Any]:
    return _minimal(enrolled.enrollment)


def _full(enrolled: EnrolledRun) -> dict[str, Any]:
    minimal = _minimal(enrolled.enrollment)
    del minimal["course_id"]
    return minimal | {"course_details": _course_details(enrolled.run, enrolled.title)}


def _course_details(run: CourseRun, title: str) -> dict[str, Any]:
    return {
        "course_id": run.id,
        "course_name": title,
        "enrollment_start": iso(run.enrollment_start),
        "enrollment_end": iso(run.enrollment_end),
        "course_start": iso(run.start),
        "course_end": iso(run.end),
        "course_modes": [
            {
                "slug": "audit",
                "name": "Audit",
                "min_price": 0,
                "suggested_prices": "",
                "currency": "usd",
                "expiration_datetime": None,
                "description": None,
                "sku": None,
                "bulk_sku": None,
            }
        ],
        "invite_only": run.invitation_only,
        "pacing_type": "Self Paced" if run.pacing == "self" else "Instructor Paced",
    }
