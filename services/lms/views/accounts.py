"""`GET /api/user/v1/accounts/{username}` (openedx/core/djangoapps/user_api/accounts/views.py): is there such a user.

The enrollment list is empty for an unknown user as well; a service that must tell them apart asks here. Only what that
needs is answered. Someone else's account is 404 unless staff asks, so that nobody learns whether that someone exists.
"""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from services.lms.course_queries import CourseQueries
from services.lms.problems import Refused
from services.lms.request_context import RequestContext


def accounts_views(courses: CourseQueries, context: RequestContext) -> Blueprint:
    """Make the account view."""
    views = Blueprint("accounts", __name__, url_prefix="/api/user")

    @views.get("/v1/accounts/<username>")
    def account(username: str) -> Response:
        caller = context.known_caller()
        readable = caller.staff or caller.username == username
        if not readable or not courses.learner_exists(username):
            raise Refused(404, None)
        return jsonify({"username": username, "is_active": True})

    return views
