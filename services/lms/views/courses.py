"""`/api/courses/v1/courses/`: the LMS's list of course runs (lms/djangoapps/course_api/views.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, request
from werkzeug.datastructures import MultiDict

from services.lms.course_json import run_detail_json, run_json
from services.lms.course_keys import run_id
from services.lms.course_queries import PERMISSIONS, CourseQueries, RunFilter, visible
from services.lms.identity import Caller
from services.lms.pages import MAX_PAGE_SIZE, numbered, pagination, positive
from services.lms.problems import bad_field, developer
from services.lms.request_context import COURSE_LIST, RequestContext, invalid_page
from services.lms.request_text import body_fields

DEFAULT_PAGE_SIZE = 10
MOST_WORDS = 100
"""More than any title has. Each word is compared with five columns, and a statement takes 65,535 values at most."""
MOST_KEYS = 1000
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False, "": None, "null": None, "none": None}


def courses_views(queries: CourseQueries, context: RequestContext) -> Blueprint:
    """Make the views of the course list and of one run."""
    views = Blueprint("courses", __name__, url_prefix="/api/courses/v1")

    @views.route("/courses/", methods=["GET", "POST"])
    def course_list() -> Response:
        caller = context.caller()
        context.limit(caller, "course_list", COURSE_LIST)
        fields = request.args if request.method == "GET" else body_fields()
        staff = _on_behalf_of(caller, fields.get("username") or "", queries.learner_exists)
        now = context.clock()
        wanted = _filter(fields, staff=staff)
        # Pages are counted from the query string even in a POST, as Open edX does.
        size = positive(request.args.get("page_size"), default=DEFAULT_PAGE_SIZE, maximum=MAX_PAGE_SIZE)
        count = queries.count_runs(wanted, now=now)
        page = numbered(request.args.get("page"), size=size, count=count, refused=invalid_page)
        runs = queries.runs(wanted, offset=page.offset, limit=size, now=now)
        results = [run_json(run, context.base) for run in runs]
        return jsonify({"results": results, "pagination": pagination(page, context.links())})

    @views.get("/courses/<course_id>/")
    def course_detail(course_id: str) -> Response:
        if run_id(course_id) is None:
            raise bad_field("course_key", f"'{course_id}' is not a valid course key.")
        staff = _on_behalf_of(context.caller(), request.args.get("username", ""), queries.learner_exists)
        run = queries.run(course_id)
        if run is None or not visible(run, staff=staff):
            raise developer(404, "Course not found.")
        return jsonify(run_detail_json(run, context.base))

    @views.get("/courses")
    @views.get("/courses/<course_id>")
    def with_slash(**_: str) -> Any:
        return redirect(context.links().slashed(), 301)

    return views


def _on_behalf_of(caller: Caller, username: str, exists: Callable[[str], bool]) -> bool:
    """Say whether the list is made for staff. Without `username`, Open edX shows anybody the public list."""
    if not username:
        return False
    if username == caller.username:
        return caller.staff
    if not caller.staff:
        raise developer(403, "You do not have permission to perform this action.")
    if not exists(username):
        raise developer(404, "User matching query does not exist.")
    return False


def _filter(fields: MultiDict[str, str], *, staff: bool) -> RunFilter:
    permissions = frozenset(_values(fields, "permissions"))
    for permission in sorted(permissions - PERMISSIONS):
        raise bad_field("permissions", f"'{permission}' is not a valid permission.")
    keys = tuple(dict.fromkeys(_values(fields, "course_keys")))
    if len(keys) > MOST_KEYS:
        raise bad_field("course_keys", f"Ensure this value has at most {MOST_KEYS} keys (it has {len(keys)}).")
    for key in keys:
        if run_id(key) is None:
            raise bad_field("course_keys", f"'{key}' is not a valid course key.")
    words = tuple(dict.fromkeys(fields.get("search_term", "").split()))
    if len(words) > MOST_WORDS:
        raise bad_field("search_term", f"Ensure this value has at most {MOST_WORDS} words (it has {len(words)}).")
    return RunFilter(
        staff=staff,
        org=fields.get("org", "").strip(),
        words=words,
        mobile=_boolean(fields, "mobile"),
        active_only=_boolean(fields, "active_only") is True,
        permissions=permissions,
        course_keys=keys,
    )


def _values(fields: MultiDict[str, str], name: str) -> list[str]:
    """Read a repeated field; clients also join the values with commas."""
    return [value.strip() for written in fields.getlist(name) for value in written.split(",") if value.strip()]


def _boolean(fields: MultiDict[str, str], name: str) -> bool | None:
    written = fields.get(name, "").strip().casefold()
    if written not in _BOOLEANS:
        raise bad_field(name, "Invalid Boolean Value.")
    return _BOOLEANS[written]
