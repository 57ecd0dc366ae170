"""Real sources of enrollments for tests: a database filled as the LMS's load job does it, and the LMS over it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import make_server

from fixtures.files import SAMPLE_DAY
from services.learner_history.openedx_history import OpenEdx, OpenEdxHistory
from services.learner_history.postgres_history import PostgresHistory
from services.learner_history.postgres_pool import PostgresPool
from services.lms.app import create_app as create_lms
from services.lms.database import connect, create_schema
from services.lms.loading import load, read_sources
from services.lms.settings import choose_sources, read_settings

SIGNING_KEY = "a signing key of more than thirty-two characters"
ISSUER = "http://lms.test/oauth2"
AUDIENCE = "coursematch"


def seed_database(database_url: str) -> None:
    """Fill a database with the fixtures, as the LMS's load job does."""
    engine = connect(database_url, pool_size=1)
    create_schema(engine)
    load(engine, read_sources(choose_sources(None, None)), "test", now=SAMPLE_DAY)
    engine.dispose()


@contextmanager
def postgres_history(database_url: str) -> Iterator[PostgresHistory]:
    """Our gateway to a database."""
    history = PostgresHistory(PostgresPool(lambda: database_url))
    try:
        yield history
    finally:
        history.close()


@contextmanager
def running_lms(database_url: str) -> Iterator[str]:
    """The LMS stand-in over a database, on a free loopback port; yields its base URL."""
    settings = read_settings(
        {
            "DATABASE_URL": database_url,
            "IDENTITY_SIGNING_KEY": SIGNING_KEY,
            "IDENTITY_ISSUER": ISSUER,
            "IDENTITY_AUDIENCE": AUDIENCE,
            "LMS_CLIENT_ID": "coursematch",
            "LMS_CLIENT_SECRET": "secret",
        }
    )
    engine = connect(database_url)
    server = make_server("127.0.0.1", 0, create_lms(settings, engine), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()


@contextmanager
def openedx_history(url: str) -> Iterator[OpenEdxHistory]:
    """Our gateway to an Open edX LMS, as a service."""
    history = OpenEdxHistory(OpenEdx(url, lambda: "coursematch", lambda: "secret"), time.monotonic)
    try:
        yield history
    finally:
        history.close()
