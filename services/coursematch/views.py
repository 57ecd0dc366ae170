"""The HTTP paths of coursematch: from a request to matching's question, and from its answer to JSON."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, request

from services.course_record import course_key_of
from services.course_record.languages import canonical_language
from services.course_record.levels import LEVELS
from services.coursematch.answers import (
    course_as_json,
    match_as_json,
    path_as_json,
    plugin_course_as_json,
    recommendation_as_json,
)
from services.coursematch.course_lookup import CourseLookup
from services.coursematch.course_paths import CoursePaths
from services.coursematch.matching import Matching
from services.coursematch.recommendation import Refusals
from services.question import excluded
from services.web_edge.answer_size import fitting
from services.web_edge.identity import Caller, Identity
from services.web_edge.learner_access import readable_learner
from services.web_edge.parameters import Parameters

KEYWORDS_CHARACTERS = 512
LANGUAGE_CHARACTERS = 64
ORGANISATION_CHARACTERS = 128
LIMIT_MOST = 100
LIMIT_DEFAULT = 10
TOPIC_CHARACTERS = 64
COURSE_KEY_CHARACTERS = 255
EXCLUSIONS = ("exclude", "exclude_levels", "exclude_languages", "exclude_organisations", "exclude_courses")
LISTS = ("organisation", *EXCLUSIONS)
EXCLUDED_ITEMS = 20
COURSES_NAMED = 100
PLUGIN_COURSES = 20
"""The plugin's contract has no limit: about as many as a chat can use."""


def course_views(matching: Matching, lookup: CourseLookup, paths: CoursePaths, identity: Identity) -> Blueprint:
    """Build the blueprint over the use cases."""
    views = Blueprint("courses", __name__)

    @views.get("/coursematch")
    def match_courses() -> Response:
        caller = identity.caller(request.headers.get("Authorization"))
        parameters = Parameters(request.args, known=("keywords", "limit", "level", "language"), lists=LISTS)
        keywords = parameters.text("keywords", KEYWORDS_CHARACTERS)
        limit = _limit(parameters)
        level = parameters.one_of("level", LEVELS)
        language = canonical_language(parameters.optional_text("language", LANGUAGE_CHARACTERS))
        learner = _learner(caller)
        matches = matching.match(
            keywords, limit, level, language, learner, _refusals(parameters), _organisations(parameters)
        )
        g.missing_sources = list(matches.missing_sources)
        return jsonify(
            matches=fitting(matches.courses, match_as_json),
            query={
                "keywords": keywords,
                "words": matches.words,
                "level": matches.level,
                "language": matches.language,
                "organisations": matches.organisations,
                "excluded": matches.excluded,
                "personalised": learner is not None,
            },
            missing_sources=matches.missing_sources,
        )

    @views.get("/recommendations")
    def recommend_courses() -> Response:
        caller = identity.required_caller(request.headers.get("Authorization"))
        parameters = Parameters(request.args, known=("student_id", "limit"), lists=LISTS)
        limit = _limit(parameters)
        learner = readable_learner(caller, parameters)
        found = matching.recommend(learner, limit, _refusals(parameters), _organisations(parameters))
        g.missing_sources = list(found.missing_sources)
        return jsonify(
            recommendations=fitting(found.courses, recommendation_as_json),
            based_on=found.based_on,
            missing_sources=found.missing_sources,
        )

    @views.get("/courses")
    def search_courses() -> Response:
        words = Parameters(request.args, known=("query",)).text("query", KEYWORDS_CHARACTERS)
        found = matching.search(words, PLUGIN_COURSES)
        return jsonify(fitting([hit.record for hit in found.hits], plugin_course_as_json))

    @views.get("/paths")
    def find_path() -> Response:
        caller = identity.caller(request.headers.get("Authorization"))
        parameters = Parameters(request.args, known=("goal",), lists=("from",))
        goal = parameters.text("goal", KEYWORDS_CHARACTERS)
        known = parameters.texts("from", items=COURSES_NAMED, most=COURSE_KEY_CHARACTERS)
        learner = _learner(caller)
        found = paths.find(goal, [_key(key) for key in known], learner)
        return jsonify(path_as_json(found) | {"personalised": learner is not None})

    @views.get("/courses/<course_key>")
    def read_course(course_key: str) -> Response:
        caller = identity.caller(request.headers.get("Authorization"))
        Parameters(request.args, known=())
        course = lookup.look_up(_key(course_key), _learner(caller))
        g.missing_sources = list(course.missing_sources)
        return jsonify(course_as_json(course))

    return views


def _learner(caller: Caller | None) -> str | None:
    """Name the learner who asks; staff have no history of their own: their token is a service's."""
    return caller.learner_id if caller and not caller.staff else None


def _organisations(parameters: Parameters) -> tuple[str, ...]:
    return parameters.texts("organisation", items=EXCLUDED_ITEMS, most=ORGANISATION_CHARACTERS)


def _refusals(parameters: Parameters) -> Refusals:
    languages = parameters.texts("exclude_languages", items=EXCLUDED_ITEMS, most=LANGUAGE_CHARACTERS)
    organisations = parameters.texts("exclude_organisations", items=EXCLUDED_ITEMS, most=ORGANISATION_CHARACTERS)
    courses = parameters.texts("exclude_courses", items=COURSES_NAMED, most=COURSE_KEY_CHARACTERS)
    return Refusals(
        topics=tuple(map(excluded, parameters.texts("exclude", items=EXCLUDED_ITEMS, most=TOPIC_CHARACTERS))),
        levels=frozenset(parameters.some_of("exclude_levels", LEVELS)),
        languages=frozenset(filter(None, map(canonical_language, languages))),
        organisations=frozenset(organisations),
        courses=frozenset(map(course_key_of, courses)),
    )


def _key(segment: str) -> str:
    """Read a course key from a path: where a client or a gateway took its + for a space, it is one again."""
    return "+".join(segment.split())


def _limit(parameters: Parameters) -> int:
    return parameters.whole_number("limit", least=1, most=LIMIT_MOST, default=LIMIT_DEFAULT)
