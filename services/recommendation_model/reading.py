"""Read every enrollment once: from the LMS's Postgres in chunks, or from a file."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import duckdb

from services.learner_history.postgres_pool import PostgresPool, PostgresUnavailable
from services.recommendation_model.counting import Enrollments

CHUNK_ROWS = 100_000
"""A chunk is one statement by the primary key, and short: the LMS's database has others to serve."""
_COLUMNS = "{'id': 'BIGINT', 'active': 'BOOLEAN', 'learner': 'BIGINT', 'course': 'VARCHAR', 'seconds': 'BIGINT'}"

Progress = Callable[[int], None]
"""Told how many rows were read so far."""


class EnrollmentsUnreadable(RuntimeError):
    """The source does not answer, or not in its documented form; the message says which and how to mend it."""


class PostgresEnrollments:
    """The LMS's tables. Of a learner only a number comes out, which the database makes of the id."""

    def __init__(self, pool: PostgresPool) -> None:
        self._pool = pool

    def add_to(self, enrollments: Enrollments, progress: Progress) -> None:
        """Add every active enrollment; raises `EnrollmentsUnreadable`."""
        after: int | None = None
        with tempfile.TemporaryDirectory() as folder:
            chunk = Path(folder) / "chunk.csv"
            while True:
                try:
                    lines = self._pool.copied(_statement(after))
                except PostgresUnavailable as error:
                    raise EnrollmentsUnreadable(f"The database of enrollments does not answer: {error}.") from error
                if not lines:
                    return
                chunk.write_bytes(b"".join(lines))
                after = int(lines[-1].partition(b",")[0])
                rows = f"read_csv('{chunk}', header = false, auto_detect = false, columns = {_COLUMNS})"
                enrollments.add(f"SELECT hash(learner) AS learner, course, seconds FROM {rows} WHERE active")  # noqa: S608 - a path of ours
                progress(enrollments.read)


def _statement(after: int | None) -> str:
    return f"""COPY (
        SELECT e.id, e.is_active, hashtextextended(e.learner_id, 0), r.course_key, extract(epoch FROM e.created)::bigint
        FROM (SELECT * FROM enrollments {"" if after is None else f"WHERE id > {after:d}"}
              ORDER BY id LIMIT {CHUNK_ROWS}) e
        JOIN course_runs r ON r.id = e.course_run_id ORDER BY e.id
    ) TO STDOUT WITH (FORMAT csv)"""  # noqa: S608 - a number of ours


class FileEnrollments:
    """A file as docs/formats.md has it: CSV with a header, or JSON Lines; both may be compressed (`.gz`)."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add_to(self, enrollments: Enrollments, progress: Progress) -> None:
        """Add every active enrollment; raises `EnrollmentsUnreadable`."""
        if not self._path.is_file():
            raise EnrollmentsUnreadable(f"{self._path} is no file: name a CSV or JSON Lines file of enrollments.")
        name = self._path.name.removesuffix(".gz")
        as_json = name.endswith((".json", ".jsonl", ".ndjson"))
        reader = (
            "read_json(?, format = 'newline_delimited')"
            if as_json
            else "read_csv(?, header = true, all_varchar = true)"
        )
        path = [str(self._path)]
        try:
            described = enrollments.connection.execute(f"DESCRIBE SELECT * FROM {reader}", path).fetchall()  # noqa: S608
            columns = {str(row[0]) for row in described}
            missing = sorted({"student_id", "course_key"} - columns)
            if missing:
                raise EnrollmentsUnreadable(f"{self._path} has no column {' nor '.join(missing)} (docs/formats.md).")
            active = (
                "lower(coalesce(is_active::VARCHAR, 'true')) NOT IN ('false', 'f', '0', 'no')"
                if "is_active" in columns
                else "true"
            )
            when = "epoch(try_cast(created::VARCHAR AS TIMESTAMP))::BIGINT" if "created" in columns else "0"
            enrollments.add(
                f"SELECT hash(student_id::VARCHAR) AS learner, course_key::VARCHAR AS course, {when} AS seconds "  # noqa: S608
                f"FROM {reader} WHERE student_id IS NOT NULL AND {active}",
                path,
            )
        except duckdb.Error as error:
            first = str(error).splitlines()[0]
            raise EnrollmentsUnreadable(f"{self._path} cannot be read: {first}") from error
        progress(enrollments.read)
