"""Every enrollment read once: from a real Postgres in chunks, and from files as people have them."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from fixtures.files import ENROLLMENTS
from services.learner_history.postgres_pool import PostgresPool
from services.recommendation_model import reading
from services.recommendation_model.counting import Enrollments
from services.recommendation_model.reading import EnrollmentsUnreadable, FileEnrollments, PostgresEnrollments
from tests.learner_history.sources import seed_database
from tests.support.postgres import TestServer

Told = tuple[dict[str, int], dict[tuple[str, str], tuple[int, int]]]


@pytest.fixture(scope="module")
def url(postgres: TestServer) -> Iterator[str]:
    with postgres.fresh_database() as url:
        seed_database(url)
        yield url


def told(source: PostgresEnrollments | FileEnrollments) -> Told:
    """Count what a source gives: learners of each course, and of each pair with those in that order."""
    enrollments = Enrollments(memory_mb=256, threads=1)
    source.add_to(enrollments, lambda _: None)
    enrollments.settle()
    pairs, keys = enrollments.pairs(), enrollments.keys
    return dict(zip(keys, enrollments.learners_of.tolist(), strict=True)), {
        (one, other): (int(pairs.together[i, j]), int(pairs.after[i, j]))
        for i, one in enumerate(keys)
        for j, other in enumerate(keys)
        if i != j and pairs.together[i, j]
    }


@pytest.mark.parametrize("rows", [1, 7, 124, 100_000])
def test_a_database_in_chunks_of_any_size_tells_what_the_file_tells(
    url: str, rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK_ROWS", rows)
    pool = PostgresPool(lambda: url)
    try:
        found = told(PostgresEnrollments(pool))
    finally:
        pool.close()
    assert found == told(FileEnrollments(ENROLLMENTS))
    assert sum(found[0].values()) > 100


def test_brings_no_learners_id_out_of_the_database(url: str) -> None:
    pool = PostgresPool(lambda: url)
    enrollments = Enrollments(memory_mb=256, threads=1)
    PostgresEnrollments(pool).add_to(enrollments, lambda _: None)
    pool.close()
    columns = enrollments.connection.execute("DESCRIBE enrollments").fetchall()
    assert [(name, kind) for name, kind, *_ in columns] == [
        ("learner", "UBIGINT"), ("code", "INTEGER"), ("seconds", "BIGINT"),
    ]  # fmt: skip
    small = enrollments.connection.execute("SELECT count(*) FROM enrollments WHERE learner < 1000").fetchone()
    assert small == (0,)


@pytest.mark.parametrize("form", ["csv", "csv.gz", "jsonl"])
def test_reads_a_file_in_each_form(tmp_path: Path, form: str) -> None:
    rows = [("a", "X+1", "2026-01-01T00:00:00Z"), ("a", "X+2", "2026-02-01T00:00:00+02:00"), ("b", "X+1", "")]
    path = tmp_path / f"taken.{form}"
    names = ("student_id", "course_key", "created")
    if form == "jsonl":
        path.write_text("\n".join(json.dumps(dict(zip(names, row, strict=True))) for row in rows), encoding="utf-8")
    else:
        text = "\n".join(",".join(row) for row in (names, *rows)) + "\n"
        path.write_bytes(gzip.compress(text.encode()) if form.endswith("gz") else text.encode())
    learners, pairs = told(FileEnrollments(path))
    assert learners == {"X+1": 2, "X+2": 1}
    assert pairs == {("X+1", "X+2"): (1, 1), ("X+2", "X+1"): (1, 0)}


def test_names_what_a_file_lacks(tmp_path: Path) -> None:
    path = tmp_path / "taken.csv"
    with pytest.raises(EnrollmentsUnreadable, match="is no file"):
        told(FileEnrollments(path))
    path.write_text("who,what\n1,X+1\n", encoding="utf-8")
    with pytest.raises(EnrollmentsUnreadable, match="has no column course_key nor student_id"):
        told(FileEnrollments(path))


def test_says_that_a_database_is_down() -> None:
    pool = PostgresPool(lambda: "postgresql://reader:secret-of-the-reader@127.0.0.1:1/nothing")
    with pytest.raises(EnrollmentsUnreadable) as raised:
        told(PostgresEnrollments(pool))
    assert "does not answer" in str(raised.value)
    assert "secret-of-the-reader" not in str(raised.value)


def test_what_does_not_fit_in_memory_goes_where_a_process_may_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pod's own file system is read-only, and DuckDB's choice is a folder in the working directory."""
    program, temporary = tmp_path / "program", tmp_path / "temporary"
    program.mkdir()
    temporary.mkdir()
    monkeypatch.chdir(program)
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    enrollments = Enrollments(memory_mb=32, threads=1)

    enrollments.connection.execute(
        "CREATE TABLE much AS SELECT hash(i) AS a, hash(i + 1) AS b FROM range(4000000) t(i)"
    )

    (spilled,) = temporary.iterdir()
    assert list(spilled.iterdir())
    assert os.name == "nt" or not spilled.stat().st_mode & 0o077
    assert not list(program.iterdir())
    enrollments.connection.close()
    del enrollments
    assert not list(temporary.iterdir())
