"""The composition root of the coursematch Lambda: what is built from what."""

from __future__ import annotations

import time
from random import SystemRandom

from flask import Flask

from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_lookup import CourseLookup, CourseUnknown
from services.coursematch.course_paths import CoursePaths, KnownCourseUnknown
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.matching import Matching
from services.coursematch.search_port import CatalogUnavailable, CourseSearch
from services.coursematch.settings import Settings
from services.coursematch.views import course_views
from services.learner_history import HistoryUnavailable, LearnerHistory, LearnerUnknown
from services.learner_history.source import history_from
from services.web_edge.contract import contract_views
from services.web_edge.health import health_views
from services.web_edge.identity import Identity
from services.web_edge.learner_access import LearnerNotVisible
from services.web_edge.problems import Problem, ProblemTable
from services.web_edge.secrets import Secrets, SecretUnavailable
from services.web_edge.service_app import build_service_app

_NO_SUCH_LEARNER = Problem(404, "learner-unknown", "No such learner")
_NO_SUCH_COURSE = Problem(404, "course-unknown", "No such course")
PROBLEMS: ProblemTable = {
    CourseUnknown: _NO_SUCH_COURSE,
    KnownCourseUnknown: _NO_SUCH_COURSE,
    LearnerUnknown: _NO_SUCH_LEARNER,
    LearnerNotVisible: _NO_SUCH_LEARNER,
    CatalogUnavailable: Problem(503, "source-unavailable", "A part does not answer", source="course_index"),
    HistoryUnavailable: Problem(503, "source-unavailable", "A part does not answer", source="enrollments"),
}


def create_app(settings: Settings) -> Flask:
    """Build the application from settings; secrets and connections wait for the first request that needs them."""
    secrets = Secrets(time.monotonic)
    algolia = AlgoliaHttp(
        settings.algolia.app_id,
        secrets.reader(settings.algolia.secret_id, "search_key"),
        settings.algolia.hosts,
        time.monotonic,
        SystemRandom(),
    )
    signing_key = secrets.reader(settings.identity.secret_id, "signing_key")
    return assemble(
        AlgoliaCourseSearch(algolia, settings.algolia.index),
        history_from(settings.history, secrets, time.monotonic),
        Identity(signing_key, settings.identity.issuer, settings.identity.audience),
    )


def assemble(course_search: CourseSearch, learner_history: LearnerHistory, identity: Identity) -> Flask:
    """Build the application over any index and any source of enrollments."""
    app = build_service_app("coursematch", PROBLEMS)
    matching = Matching(course_search, learner_history)
    lookup = CourseLookup(course_search, learner_history)
    paths = CoursePaths(matching, lookup, course_search, learner_history)
    app.register_blueprint(course_views(matching, lookup, paths, identity))
    app.register_blueprint(contract_views())
    parts = {"course_index": course_search.check, "enrollments": learner_history.check}
    app.register_blueprint(health_views(parts, (CatalogUnavailable, HistoryUnavailable, SecretUnavailable)))
    return app
