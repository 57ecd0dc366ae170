"""Loading: whole or not at all, only what changed, and for whom the tables are open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pg8000.native
import pytest
from sqlalchemy import make_url

from tests.lms.platform import load, run, serving

COURSES = [
    {"key": "A+1", "title": 'Tabs\tand "quotes" \\ back', "skills": ['say "hi"', "a\\b", "c,d", "{e}"]},
    {"key": "A+2", "title": "Überblick", "full_description": "two\nlines"},
]
ENROLLMENTS = "student_id,course_key,mode,is_active,created,completed\nanna,A+1,audit,true,2026-01-01,\n"


def rows(database_url: str, query: str, *, user: str = "", password: str = "") -> list[Any]:
    url = make_url(database_url)
    connection = pg8000.native.Connection(
        user or url.username, host=url.host, port=url.port, database=url.database, password=password or url.password
    )
    try:
        return list(connection.run(query) or [])
    finally:
        connection.close()


def test_loads_what_the_files_say_exactly(tmp_path: Path, database_url: str) -> None:
    report = load(tmp_path, COURSES, ENROLLMENTS, database_url=database_url)

    assert (report["changed"], report["courses"], report["enrollments"], report["learners"]) == (True, 2, 1, 1)
    assert rows(database_url, "SELECT key, title, full_description, skills, level, url FROM courses ORDER BY key") == [
        ["A+1", 'Tabs and "quotes" \\ back', "", ['say "hi"', "a\\b", "c,d", "{e}"], None, None],
        ["A+2", "Überblick", "two\nlines", [], None, None],
    ]
    (enrollment,) = rows(database_url, "SELECT learner_id, course_run_id, completed FROM enrollments")
    assert enrollment == ["anna", "course-v1:A+1+run1", None]


def test_reads_every_script_where_the_database_was_made_without_a_locale(tmp_path: Path, database_url: str) -> None:
    name = make_url(database_url).database
    rows(database_url, f"ALTER DATABASE {name} SET client_encoding = 'SQL_ASCII'")
    try:
        load(tmp_path, [{"key": "A+1", "title": "机器学习", "run": "r1"}], database_url=database_url)
        with serving(database_url) as platform:
            (course,) = platform.get("/api/courses/v1/courses/").json()["results"]
    finally:
        rows(database_url, f"ALTER DATABASE {name} RESET client_encoding")
    assert course["name"] == "机器学习"


def test_writes_nothing_when_the_files_are_the_same(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, ENROLLMENTS, database_url=database_url)
    before = rows(database_url, "SELECT xmin::text, key FROM courses")

    assert load(tmp_path, COURSES, ENROLLMENTS, database_url=database_url)["changed"] is False
    assert rows(database_url, "SELECT xmin::text, key FROM courses") == before


def test_deletes_courses_that_left_the_file(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, ENROLLMENTS, database_url=database_url)

    load(tmp_path, COURSES[1:], database_url=database_url)

    assert rows(database_url, "SELECT key FROM courses") == [["A+2"]]
    assert rows(database_url, "SELECT count(*) FROM enrollments") == [[0]]


def test_keeps_the_same_uuid_at_every_load(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, database_url=database_url)
    before = rows(database_url, "SELECT key, uuid FROM courses WHERE key = 'A+1'")

    load(tmp_path, COURSES[:1], database_url=database_url)

    assert rows(database_url, "SELECT key, uuid FROM courses") == before


def test_refuses_a_bad_file_before_touching_the_database(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, database_url=database_url)
    bad = tmp_path / "bad.jsonl"
    bad.write_text('{"key": "A+1", "title": "ok"}\n{"key": "A1", "title": "no"}\n', "utf-8")

    done = run("load", "--catalog", str(bad), database_url=database_url)

    assert done.returncode == 2
    assert "bad.jsonl: 1 problem; nothing was loaded" in done.stderr
    assert "line 2, field 'key'" in done.stderr
    assert "Traceback" not in done.stderr
    assert rows(database_url, "SELECT count(*) FROM courses") == [[2]]


def test_takes_the_files_from_the_environment_too(tmp_path: Path, database_url: str) -> None:
    catalogue = tmp_path / "mine.json"
    catalogue.write_text(json.dumps([{"key": "B+1", "title": "Mine"}]), "utf-8")

    done = run("load", database_url=database_url, LMS_CATALOG_FILE=str(catalogue))

    assert done.returncode == 0, done.stderr
    assert rows(database_url, "SELECT key FROM courses") == [["B+1"]]


def test_loads_the_fixtures_when_no_file_is_named(database_url: str) -> None:
    done = run("load", database_url=database_url)

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["courses"] >= 240
    assert rows(database_url, "SELECT count(*) FROM learners")[0][0] >= 25


def test_gives_the_reader_nothing_but_select(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, database_url=database_url)
    password = 'it\'s a 100% "odd" password'

    done = run("load", database_url=database_url, LMS_READER_PASSWORD=password)

    assert done.returncode == 0, done.stderr
    assert password not in done.stdout + done.stderr
    reader = {"user": "coursematch_reader", "password": password}
    assert rows(database_url, "SELECT count(*) FROM enrollments", **reader)
    for forbidden in ("DELETE FROM learners", "SELECT * FROM loads", "CREATE TABLE public.mine (id int)"):
        with pytest.raises(pg8000.exceptions.DatabaseError, match="permission denied"):
            rows(database_url, forbidden, **reader)


def test_empties_the_database_on_reset(tmp_path: Path, database_url: str) -> None:
    load(tmp_path, COURSES, database_url=database_url)

    assert run("reset", database_url=database_url).returncode == 0
    assert rows(database_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [[0]]


def test_says_which_setting_is_missing() -> None:
    done = run("load", database_url="")

    assert done.returncode == 2
    assert "DATABASE_URL is not set" in done.stderr


def test_answers_503_while_the_database_is_down() -> None:
    with serving("postgresql://nobody:secret-password@127.0.0.1:1/none") as platform:
        for path in ("/health", "/api/courses/v1/courses/"):
            answer = platform.get(path)
            assert answer.status_code == 503
            assert answer.headers["Retry-After"]
        assert platform.get("/alive").status_code == 200  # starting it again would not bring the database back
    assert "secret-password" not in "".join(platform.log)
