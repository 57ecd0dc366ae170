"""The adviser over the real applications, the fixtures' catalogue in an index, and the fixtures' histories."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from waitress.server import create_server
from waitress.wasyncore import close_all

from evaluation.advisor.system import InProcessApi, identity, running
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from fixtures import files
from services.advisor.app import assemble
from services.advisor.conversation.model import Model
from services.advisor.conversation.offline_model import OfflineModel
from services.advisor.settings import Settings
from services.advisor.tools.course_api import CourseApi
from services.lms.files.enrollments import read_enrollments

SETTINGS = Settings.from_environment(
    {
        "IDENTITY_SECRET": "unused",
        "IDENTITY_ISSUER": "coursematch",
        "IDENTITY_AUDIENCE": "coursematch",
        "ADVISOR_PUBLIC_URL": "https://courses.example.org",
        "ADVISOR_ORIGINS": "https://chat.example.org",
    }
)


@pytest.fixture(scope="session")
def course_api() -> Iterator[InProcessApi]:
    """The API over the fixtures."""
    courses = read_courses(files.COURSES, datetime.now(UTC))
    history = FileHistory(read_enrollments(files.ENROLLMENTS, courses.catalogue).rows, {})
    with running(courses.records, history) as api:
        yield api


def application(api: CourseApi, model: Model | None = None) -> Flask:
    """Build the advisor over an API, with the offline model unless told otherwise."""
    return assemble(api, identity(), model or OfflineModel(), SETTINGS)


@pytest.fixture(scope="session")
def advisor(course_api: InProcessApi) -> Flask:
    """The advisor over the fixtures."""
    return application(course_api)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """Serve an application on a free port; yields its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    # Of its own: by default all servers of a process share one, and one that ends closes another's.
    open_sockets: dict[int, Any] = {}
    server = create_server(app, map=open_sockets, sockets=[listening], threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        with suppress(OSError):  # where it is closed before the trigger is pulled for it, by one pulled for an answer
            server.trigger.pull_trigger(lambda: close_all(open_sockets))  # connections that clients keep, too
        thread.join(10)
        server.task_dispatcher.shutdown()


@pytest.fixture(scope="session")
def advisor_url(advisor: Flask) -> Iterator[str]:
    """The advisor over HTTP."""
    with served(advisor) as url:
        yield url
