"""The whole system behind the adviser, in one process: the real applications over a mock index and a file's history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
from flask import Flask
from flask.testing import FlaskClient

from evaluation.system import deployed
from services.advisor.settings import Settings
from services.advisor.tools.course_api import read_answer
from services.course_record import CourseRecord
from services.course_record.index_settings import Mode
from services.coursematch.app import assemble as assemble_coursematch
from services.enrollments.app import assemble as assemble_enrollments
from services.learner_history import LearnerHistory
from services.web_edge.identity import Identity

SETTINGS = Settings.from_environment(
    {
        "IDENTITY_SECRET": "unused",
        "IDENTITY_ISSUER": "coursematch",
        "IDENTITY_AUDIENCE": "coursematch",
        "ADVISOR_PUBLIC_URL": "https://courses.example.org",
    }
)
"""Those of the advisor, over applications in this process."""
SIGNING_KEY = "a signing key of this process alone, 32+ characters"
ISSUER = AUDIENCE = "coursematch"


class InProcessApi:
    """The paths of `openapi.yaml`, answered by the applications themselves."""

    def __init__(self, coursematch: Flask, enrollments: Flask) -> None:
        self._clients = {"/enrollments": enrollments.test_client()}
        self._other = coursematch.test_client()

    def client(self, path: str) -> FlaskClient:
        """Return the client of the application that answers a path."""
        return self._clients.get(path, self._other)

    def get(self, path: str, params: Mapping[str, str], authorization: str | None) -> Any:
        """Ask; see `services.advisor.tools.course_api.CourseApi`."""
        headers = {"Authorization": authorization} if authorization else {}
        answer = self.client(path).get(path, query_string=dict(params), headers=headers)
        return read_answer(answer.status_code, answer.get_data)


def identity() -> Identity:
    """Verify tokens of this process."""
    return Identity(lambda: SIGNING_KEY, ISSUER, AUDIENCE)


def token(learner_id: str, *, staff: bool = False, lifetime: timedelta = timedelta(hours=1)) -> str:
    """Issue a token for a learner."""
    now = datetime.now(UTC)
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": learner_id, "iat": now, "exp": now + lifetime}
    return jwt.encode(claims | {"administrator": staff}, SIGNING_KEY, algorithm="HS256")


@contextmanager
def running(
    records: Sequence[CourseRecord], history: LearnerHistory, mode: Mode = "keywordSearch", kept: Path | None = None
) -> Iterator[InProcessApi]:
    """Put records into an index (kept in a folder, see `evaluation.system.deployed`) and yield the API over it."""
    with deployed(records, mode, lambda _sent, _all: None, kept) as search:
        verified = identity()
        yield InProcessApi(assemble_coursematch(search, history, verified), assemble_enrollments(history, verified))
