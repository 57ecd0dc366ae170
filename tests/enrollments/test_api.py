"""HTTP on enrollments, over the real database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from pg8000.native import Connection

from services.enrollments.app import assemble
from services.learner_history import Enrollment
from tests.contracts.fixture_enrollments import active_enrollments
from tests.coursematch.tokens import bearer, identity
from tests.learner_history.sources import postgres_history, seed_database
from tests.support.postgres import TestServer

STAFF = "service"


@pytest.fixture(scope="module")
def client(postgres: TestServer) -> Iterator[FlaskClient]:
    with postgres.fresh_database() as url:
        seed_database(url)
        with postgres_history(url) as history:
            yield assemble(history, identity()).test_client()


def test_lists_what_a_learner_is_enrolled_in(client: FlaskClient) -> None:
    for learner, runs in active_enrollments().items():
        response = client.get("/enrollments", query_string={"student_id": learner}, headers=bearer(learner))
        listed = response.get_json()["enrollments"]
        assert response.status_code == 200
        assert {(one["course_id"], one["mode"], datetime.fromisoformat(one["enrolled_on"])) for one in listed} == runs
        assert all(one["title"] and one["course_key"] in one["course_id"] for one in listed)


def test_lists_the_newest_first(client: FlaskClient) -> None:
    listed = client.get("/enrollments?student_id=1", headers=bearer("1")).get_json()["enrollments"]
    days = [one["enrolled_on"] for one in listed]
    assert days == sorted(days, reverse=True)


def test_stays_below_what_chat_clients_take_and_says_what_it_left_out() -> None:
    class Collector:
        """A learner of a thousand long courses."""

        def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
            return tuple(
                Enrollment(
                    course_run_id=f"course-v1:X+{number}+{learner_id}",
                    course_key=f"X+{number}",
                    title="é" * 300,
                    description="数据 " * 400,
                )
                for number in range(1000)
            )

        def check(self) -> None:
            return

        def close(self) -> None:
            return

    response = assemble(Collector(), identity()).test_client().get("/enrollments?student_id=1", headers=bearer("1"))
    answer = response.get_json()
    assert len(response.get_data(as_text=True)) < 100_000
    assert len(answer["enrollments"]) + answer["left_out"] == 1000
    assert answer["enrollments"][0]["course_key"] == "X+0"


def test_lets_staff_read_any_learner(client: FlaskClient) -> None:
    response = client.get("/enrollments?student_id=1", headers=bearer(STAFF, staff=True))
    assert response.get_json()["enrollments"]


@pytest.mark.parametrize(
    ("query", "asker", "status", "says"),
    [
        ("student_id=1", None, 401, "Send a token"),
        ("", "1", 400, "`student_id` is missing"),
        ("student_id=", "1", 400, "`student_id` is empty"),
        ("student_id=1&student_id=1", "1", 400, "given 2 times"),
        ("student_id=1&limit=3", "1", 400, "`limit` is not a parameter"),
        ("student_id=" + "x" * 151, "1", 400, "shorten it to 150"),
        ("student_id=2", "1", 404, "no learner of that id"),
        ("student_id=nobody", STAFF, 404, "no such learner"),
        ("student_id='; DROP TABLE enrollments; --", STAFF, 404, "no such learner"),
    ],
)
def test_says_what_is_wrong_and_how_to_mend_it(
    client: FlaskClient, query: str, asker: str | None, status: int, says: str
) -> None:
    headers = bearer(asker, staff=asker == STAFF) if asker else {}  # made now: a token lives for an hour
    response = client.get(f"/enrollments?{query}", headers=headers)
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    assert says in response.get_json(force=True)["detail"]


def test_takes_no_token_that_is_none(client: FlaskClient) -> None:
    response = client.get("/enrollments?student_id=1", headers={"Authorization": "Bearer x"})
    assert response.status_code == 401
    assert "not one that" in response.get_json(force=True)["detail"]


def test_invents_nothing_when_the_database_is_down() -> None:
    with postgres_history("postgresql://reader:x@127.0.0.1:1/nothing") as history:
        client = assemble(history, identity()).test_client()
        response = client.get("/enrollments?student_id=1", headers=bearer("1"))
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.get_json(force=True)["source"] == "enrollments"


def test_reads_on_after_the_database_broke_its_connections(postgres: TestServer) -> None:
    with postgres.fresh_database() as url:
        seed_database(url)
        with postgres_history(url) as history:
            client = assemble(history, identity()).test_client()
            assert client.get("/enrollments?student_id=1", headers=bearer("1")).status_code == 200
            _disconnect_everyone(url)
            assert client.get("/enrollments?student_id=1", headers=bearer("1")).status_code == 200


def _disconnect_everyone(url: str) -> None:
    parts = urlsplit(url)
    owner = Connection(parts.username, host=parts.hostname, port=parts.port, database=parts.path[1:])
    try:
        owner.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    finally:
        owner.close()
