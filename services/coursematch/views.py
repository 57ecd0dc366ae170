"""The HTTP paths of coursematch: from a request to matching's question, and from its answer to JSON."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from services.course_record import CourseRecord
from services.course_record.languages import canonical_language
from services.course_record.levels import LEVELS
from services.coursematch.matching import Matching
from services.coursematch.recommendation import Recommendation, reason_as_json
from services.web_edge.answer_size import TITLE_CHARACTERS, fitting, shortened
from services.web_edge.identity import Identity
from services.web_edge.learner_access import readable_learner
from services.web_edge.parameters import Parameters

KEYWORDS_CHARACTERS = 512
LANGUAGE_CHARACTERS = 64
LIMIT_MOST = 100
LIMIT_DEFAULT = 10
PLUGIN_COURSES = 20
"""The plugin's contract has no limit: about as many as a chat can use."""


def course_views(matching: Matching, identity: Identity) -> Blueprint:
    """Build the blueprint over the use case."""
    views = Blueprint("courses", __name__)

    @views.get("/coursematch")
    def match_courses() -> Response:
        caller = identity.caller(request.headers.get("Authorization"))
        parameters = Parameters(request.args, known=("keywords", "limit", "level", "language"))
        keywords = parameters.text("keywords", KEYWORDS_CHARACTERS)
        limit = _limit(parameters)
        level = parameters.one_of("level", LEVELS)
        language = canonical_language(parameters.optional_text("language", LANGUAGE_CHARACTERS))
        # Staff have no history of their own: their token is a service's.
        learner = caller.learner_id if caller and not caller.staff else None
        matches = matching.match(keywords, limit, level, language, learner)
        g.missing_sources = list(matches.missing_sources)
        return jsonify(
            matches=fitting(matches.courses, _course_as_json),
            query={
                "keywords": keywords,
                "words": matches.words,
                "level": matches.level,
                "language": matches.language,
                "personalised": learner is not None,
            },
            missing_sources=matches.missing_sources,
        )

    @views.get("/recommendations")
    def recommend_courses() -> Response:
        caller = identity.required_caller(request.headers.get("Authorization"))
        parameters = Parameters(request.args, known=("student_id", "limit"))
        limit = _limit(parameters)
        found = matching.recommend(readable_learner(caller, parameters), limit)
        g.missing_sources = list(found.missing_sources)
        return jsonify(
            recommendations=fitting(found.courses, _course_as_json),
            based_on=found.based_on,
            missing_sources=found.missing_sources,
        )

    @views.get("/courses")
    def search_courses() -> Response:
        words = Parameters(request.args, known=("query",)).text("query", KEYWORDS_CHARACTERS)
        found = matching.search(words, PLUGIN_COURSES)
        return jsonify(fitting([hit.record for hit in found.hits], _plugin_course_as_json))

    return views


def _limit(parameters: Parameters) -> int:
    return parameters.whole_number("limit", least=1, most=LIMIT_MOST, default=LIMIT_DEFAULT)


def _course_as_json(course: Recommendation, description: int) -> dict[str, Any]:
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


def _plugin_course_as_json(record: CourseRecord, description: int) -> dict[str, Any]:
    return {
        "course_id": record.course_key,
        "course_run_id": record.course_run_id or record.course_key,
        "course_title": shortened(record.title, TITLE_CHARACTERS),
        "course_publisher": record.org,
        "short_description": shortened(record.short_description, description),
        "full_description": shortened(record.full_description, description * 4),
        "course_url": record.url,
        "introductory_video_url": record.video_url,
        "skills_covered": list(record.skills[:50]),
    }
