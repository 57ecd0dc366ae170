"""The composition root of the enrollments Lambda: what is built from what."""

from __future__ import annotations

import time

from flask import Flask

from services.enrollments.settings import Settings
from services.enrollments.views import enrollment_views
from services.learner_history import HistoryUnavailable, LearnerHistory, LearnerUnknown
from services.learner_history.source import history_from
from services.web_edge.identity import Identity
from services.web_edge.learner_access import LearnerNotVisible
from services.web_edge.problems import Problem, ProblemTable
from services.web_edge.secrets import Secrets
from services.web_edge.service_app import build_service_app

_NO_SUCH_LEARNER = Problem(404, "learner-unknown", "No such learner")
PROBLEMS: ProblemTable = {
    LearnerUnknown: _NO_SUCH_LEARNER,
    LearnerNotVisible: _NO_SUCH_LEARNER,
    HistoryUnavailable: Problem(503, "source-unavailable", "A part does not answer", source="enrollments"),
}


def create_app(settings: Settings) -> Flask:
    """Build the application from settings; secrets and connections wait for the first request that needs them."""
    secrets = Secrets(time.monotonic)
    signing_key = secrets.reader(settings.identity.secret_id, "signing_key")
    identity = Identity(signing_key, settings.identity.issuer, settings.identity.audience)
    return assemble(history_from(settings.history, secrets, time.monotonic), identity)


def assemble(history: LearnerHistory, identity: Identity) -> Flask:
    """Build the application over any source of enrollments."""
    app = build_service_app("enrollments", PROBLEMS)
    app.register_blueprint(enrollment_views(history, identity))
    return app
