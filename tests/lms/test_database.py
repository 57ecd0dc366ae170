"""A connection that lost its place in the protocol is never used again: its next reader would get another's rows."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from werkzeug.serving import make_server

from services.lms.app import create_app
from services.lms.database import connect, create_schema
from services.lms.settings import read_settings
from tests.lms.platform import SIGNING_KEY


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = connect(database_url, pool_size=1)
    yield engine
    engine.dispose()


def answer_to(engine: Engine, number: int) -> int:
    with engine.connect() as connection:
        return int(connection.scalar(text("SELECT CAST(:number AS int)"), {"number": number}) or 0)


def test_gives_up_a_connection_that_a_parameter_broke(engine: Engine) -> None:
    assert answer_to(engine, 1) == 1
    with pytest.raises(UnicodeEncodeError), engine.connect() as connection:
        connection.execute(text("SELECT :value, 7"), {"value": "a\ud800"})
    assert [answer_to(engine, number) for number in range(5)] == list(range(5))


def test_gives_up_a_connection_that_a_statement_of_too_many_parameters_broke(engine: Engine) -> None:
    statement = "SELECT 7 WHERE 1 IN (" + ", ".join(["%s"] * 66_000) + ")"
    with pytest.raises(struct.error), engine.connect() as connection:
        connection.exec_driver_sql(statement, tuple(range(66_000)))
    assert [answer_to(engine, number) for number in range(5)] == list(range(5))


def test_keeps_a_connection_whose_statement_the_server_refused(engine: Engine) -> None:
    def backend() -> int:
        with engine.connect() as connection:
            return int(connection.scalar(text("SELECT pg_backend_pid()")) or 0)

    before = backend()
    with pytest.raises(DBAPIError), engine.connect() as connection:
        connection.execute(text("SELECT 1 / 0"))
    assert backend() == before


@dataclass
class StoppingProxy:
    """Stands between us and PostgreSQL, and passes nothing on while it is stopped."""

    port: int
    stopped: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def proxy(database_url: str) -> Iterator[StoppingProxy]:
    behind = make_url(database_url)
    listening = socket.create_server(("127.0.0.1", 0))
    proxy = StoppingProxy(listening.getsockname()[1])
    open_sockets: list[socket.socket] = [listening]

    def pump(source: socket.socket, target: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not proxy.stopped.is_set():
                    target.sendall(data)
        except OSError:
            return  # the test is over

    def accept() -> None:
        try:
            while True:
                ours, _ = listening.accept()
                theirs = socket.create_connection((behind.host, behind.port or 5432))
                open_sockets.extend((ours, theirs))
                for pair in ((ours, theirs), (theirs, ours)):
                    threading.Thread(target=pump, args=pair, daemon=True).start()
        except OSError:
            return  # the test is over

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    yield proxy
    for one in open_sockets:
        with contextlib.suppress(OSError):  # closed by the other side already
            one.shutdown(socket.SHUT_RDWR)
        one.close()
    thread.join()


def test_answers_503_while_the_database_hangs_and_is_right_again_after_it(
    database_url: str, proxy: StoppingProxy
) -> None:
    url = make_url(database_url).set(port=proxy.port).render_as_string(hide_password=False)
    engine = connect(url, pool_size=1, seconds=1)
    create_schema(engine)
    settings = read_settings({"DATABASE_URL": url, "IDENTITY_SIGNING_KEY": SIGNING_KEY})
    server = make_server("127.0.0.1", 0, create_app(settings, engine), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}/api/courses/v1/courses/"
    try:
        assert httpx.get(address).status_code == 200
        proxy.stopped.set()
        hanging = httpx.get(address, timeout=30)
        proxy.stopped.clear()
        assert (hanging.status_code, hanging.headers["Retry-After"]) == (503, "5")
        assert [httpx.get(address, timeout=30).status_code for _ in range(3)] == [200, 200, 200]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        engine.dispose()
