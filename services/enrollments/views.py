"""`GET /enrollments`: from a request to the history's question, and from its answer to JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from services.learner_history import Enrollment, LearnerHistory
from services.web_edge.answer_size import TITLE_CHARACTERS, fitting, shortened
from services.web_edge.identity import Identity
from services.web_edge.learner_access import readable_learner
from services.web_edge.parameters import Parameters


def enrollment_views(history: LearnerHistory, identity: Identity) -> Blueprint:
    """Build the blueprint over a source of enrollments."""
    views = Blueprint("enrollments", __name__)

    @views.get("/enrollments")
    def list_enrollments() -> Response:
        caller = identity.required_caller(request.headers.get("Authorization"))
        learner_id = readable_learner(caller, Parameters(request.args, known=("student_id",)))
        enrollments = history.enrollments_of(learner_id)
        listed = fitting(enrollments, _as_json)
        return jsonify(enrollments=listed, left_out=len(enrollments) - len(listed))

    return views


def _as_json(enrollment: Enrollment, description: int) -> dict[str, Any]:
    return {
        "course_id": enrollment.course_run_id,
        "course_key": enrollment.course_key,
        "title": None if enrollment.title is None else shortened(enrollment.title, TITLE_CHARACTERS),
        "description": None if enrollment.description is None else shortened(enrollment.description, description),
        "mode": enrollment.mode,
        "enrolled_on": enrollment.enrolled.isoformat() if enrollment.enrolled else None,
        "completed_on": enrollment.completed.isoformat() if enrollment.completed else None,
    }
