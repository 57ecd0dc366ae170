"""Put the learning platform together: database, identity, throttle, views (the composition root)."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, jsonify, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from services.lms.course_queries import CourseQueries
from services.lms.enrollment_queries import EnrollmentQueries
from services.lms.fair_share import FairShare
from services.lms.host_names import HostNames
from services.lms.identity import Tokens
from services.lms.problems import Refused, detail, throttled
from services.lms.request_context import RequestContext
from services.lms.request_text import refuse_what_is_no_text
from services.lms.settings import Settings
from services.lms.throttle import Throttle
from services.lms.views.accounts import accounts_views
from services.lms.views.courses import courses_views
from services.lms.views.discovery import discovery_views
from services.lms.views.enrollments import enrollments_views
from services.lms.views.tokens import OAuthClient, token_views
from services.telemetry.steps import trace_id
from services.telemetry.wsgi import Traced, tell_route

UNSHARED = PROBES = ("/alive", "/health")
REQUEST = "lms_request"


def create_app(settings: Settings, engine: Engine, *, clock: Callable[[], datetime] | None = None) -> Flask:
    """Make the web application. `clock` returns the present time in UTC."""
    app = Flask("services.lms", static_folder=None)
    app.wsgi_app = Traced(app.wsgi_app, quiet=PROBES)  # type: ignore[method-assign]  # as Flask's documentation adds a middleware
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it; its type hides it
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # as above
    app.json.compact = True  # type: ignore[attr-defined]  # as above
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    context = RequestContext(
        tokens=Tokens(settings.signing_key, settings.issuer, settings.audience),
        public_url=settings.public_url,
        throttle=Throttle(),
        rate=settings.throttle,
        clock=clock or (lambda: datetime.now(UTC)),
    )
    courses = CourseQueries(engine)
    client = OAuthClient(settings.client_id, settings.client_secret, settings.learner_password)
    app.register_blueprint(courses_views(courses, context))
    app.register_blueprint(enrollments_views(EnrollmentQueries(engine), courses, context))
    app.register_blueprint(discovery_views(courses, context))
    app.register_blueprint(accounts_views(courses, context))
    app.register_blueprint(token_views(client, courses.learner_exists, context))
    _answer_errors(app)
    _log_requests(app)
    _share_threads(app, FairShare())
    _refuse_at_the_door(app, HostNames.of(settings.host, settings.public_url, settings.allowed_hosts))

    @app.get("/health")
    def health() -> Response:
        courses.ready()
        return jsonify({"status": "ok"})

    @app.get("/alive")
    def alive() -> Response:
        # Asks nobody else: a database that is away is no reason to start this process again.
        return jsonify({"status": "alive"})

    return app


def _answer_errors(app: Flask) -> None:
    @app.errorhandler(Refused)
    def refused(error: Refused) -> Response:
        answer = jsonify(error.body) if error.body is not None else Response()
        answer.status_code = error.status
        answer.headers.update(error.headers)
        return answer

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        details = {404: "Not found.", 405: f'Method "{request.method}" not allowed.'}
        answer = jsonify({"detail": details.get(error.code or 500, error.description)})
        answer.status_code = error.code or 500
        if error.code == 405 and getattr(error, "valid_methods", None):
            answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]  # of MethodNotAllowed
        return answer

    @app.errorhandler(OSError)  # a database that is silent for too long: pg8000 lets the time-out through as it is
    @app.errorhandler(SQLAlchemyError)
    def database_error(error: SQLAlchemyError | OSError) -> Response:
        # The text of a database error may quote rows; only its kind is told.
        say({"event": "lms_database_error", "error": type(error).__name__})
        away = isinstance(error, DBAPIError | PoolTimeout | OSError)
        answer = jsonify({"detail": "The database is not available." if away else "The request could not be answered."})
        answer.status_code = 503 if away else 500
        answer.headers["Retry-After"] = "5"
        return answer


def _refuse_at_the_door(app: Flask, names: HostNames) -> None:
    @app.before_request
    def refuse() -> None:
        host = request.environ.get("HTTP_HOST")
        if host is not None and not names.include(host):
            raise detail(
                400, "Invalid HTTP_HOST header; LMS_ALLOWED_HOSTS names the hosts that this server answers to."
            )
        refuse_what_is_no_text()


def _share_threads(app: Flask, share: FairShare) -> None:
    """Refuse a caller who holds its share of the threads already, at once: the others wait for the rest."""

    @app.before_request
    def enter() -> None:
        if request.path in UNSHARED:
            return
        g.place = share.enter(request.remote_addr or "", request.headers.get("Authorization", ""))
        if g.place is None:
            raise throttled(1)

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        place = g.pop("place", None)
        if place is not None:
            share.leave(place)


def _log_requests(app: Flask) -> None:
    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(answer: Response) -> Response:
        # The rule, not the path or the query: those may name a learner.
        rule = request.url_rule.rule if request.url_rule else None
        if rule in PROBES:
            return answer
        tell_route(rule and rule.replace("<", "{").replace(">", "}"))
        milliseconds = round((time.perf_counter() - g.get("began", time.perf_counter())) * 1000, 1)
        line = {
            "event": REQUEST,
            "method": request.method,
            "route": rule,
            "status": answer.status_code,
            "ms": milliseconds,
            "trace_id": trace_id(),
        }
        told = {name: value for name, value in line.items() if name != "trace_id" or value is not None}
        say(told)
        return answer


def say(line: dict[str, Any]) -> None:
    """Print one JSON line; a disk that is full takes no log, and costs no answer."""
    with suppress(OSError):
        print(json.dumps(line), file=sys.stderr, flush=True)
