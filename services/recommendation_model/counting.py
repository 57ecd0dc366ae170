"""Enrollments counted in DuckDB: who took what first when, and who took which two courses, in which order.

Learners are 64-bit numbers here, made from their ids where these were read: nobody's id is ever in this process's
tables. Two learners of three million share a number once in four million trainings.
"""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import numpy
from numpy.typing import NDArray

from services.course_record import course_key_of
from services.recommendation_model.choice import COURSES_MOST, TAKEN_MOST
from services.recommendation_model.ease import Matrix

COURSES_A_ROUND = 1_000
"""Of how many courses pairs are counted at once: their number squared is held in memory."""
_SCHEMA = """
CREATE TABLE keys (course_key VARCHAR PRIMARY KEY, code INTEGER);
CREATE TABLE enrollments (learner UBIGINT, code INTEGER, seconds BIGINT);
"""


@dataclass(frozen=True, slots=True)
class Pairs:
    """Counts of pairs of the `n` most taken courses: learners of both, and of those who took the second one later."""

    together: Matrix
    after: Matrix


class Enrollments:
    """A database of its own, in memory. Add enrollments, `settle` once, then count."""

    def __init__(self, memory_mb: int, threads: int) -> None:
        # What does not fit in memory goes where a process may write; DuckDB's own choice, a folder beside the program,
        # is read-only in the pod.
        spilled = tempfile.mkdtemp(prefix="coursematch-enrollments-")  # nobody else may read it; gone with this
        weakref.finalize(self, shutil.rmtree, spilled, ignore_errors=True)
        self.connection = duckdb.connect(
            ":memory:",
            config={"memory_limit": f"{memory_mb}MB", "threads": threads, "temp_directory": spilled},
        )
        self.connection.execute(_SCHEMA)
        self.read = 0
        self.keys: Sequence[str] = ()
        self.learners_of: NDArray[numpy.int64] = numpy.zeros(0, dtype=numpy.int64)
        self.learners = 0

    def add(self, relation: str, values: Sequence[object] = ()) -> int:
        """Add what a relation gives: a query with the columns `learner`, `course` (of any form of key), `seconds`."""
        found = self.connection.execute(
            f"SELECT DISTINCT course FROM ({relation}) WHERE course IS NOT NULL "  # noqa: S608 - ours, values are bound
            "AND course NOT IN (SELECT course_key FROM keys)",
            values,
        ).fetchall()
        known = self.connection.execute("SELECT count(*) FROM keys").fetchone()
        start = int(known[0]) if known else 0
        if found:
            rows = [(key, start + number) for number, (key,) in enumerate(found)]
            self.connection.executemany("INSERT INTO keys VALUES (?, ?)", rows)
        self.connection.execute(
            f"INSERT INTO enrollments SELECT learner, code, coalesce(seconds, 0) FROM ({relation}) "  # noqa: S608
            "JOIN keys ON course = course_key",
            values,
        )
        added = self.connection.execute("SELECT count(*) FROM enrollments").fetchone()
        before, self.read = self.read, int(added[0]) if added else 0
        return self.read - before

    def settle(self) -> None:
        """Make of runs courses, of repeated enrollments the first, and number courses by how many took them."""
        run = self.connection.execute
        keys = run("SELECT code, course_key FROM keys").fetchall()
        run("CREATE TABLE courses (code INTEGER, course VARCHAR)")
        if keys:
            self.connection.executemany("INSERT INTO courses VALUES (?, ?)", [(c, course_key_of(k)) for c, k in keys])
        run("""CREATE TABLE numbered AS
            SELECT course, row_number() OVER (ORDER BY learners DESC, course) - 1 AS number, learners
            FROM (SELECT course, count(DISTINCT learner) AS learners
                  FROM enrollments JOIN courses USING (code) GROUP BY course)""")
        run("""CREATE TABLE taken AS
            SELECT learner, number::INTEGER AS course, min(seconds) AS first
            FROM enrollments JOIN courses USING (code) JOIN numbered ON numbered.course = courses.course
            GROUP BY ALL""")
        run("DROP TABLE enrollments")
        run("CREATE TABLE busy AS SELECT learner FROM taken GROUP BY learner HAVING count(*) > ?", [TAKEN_MOST])
        run(
            """CREATE TABLE old AS SELECT learner, course FROM taken SEMI JOIN busy USING (learner)
            QUALIFY row_number() OVER (PARTITION BY learner ORDER BY first DESC, course) > ?""",
            [TAKEN_MOST],
        )
        run("""DELETE FROM taken WHERE EXISTS (
            SELECT 1 FROM old WHERE old.learner = taken.learner AND old.course = taken.course)""")
        rows = run("SELECT course, learners FROM numbered ORDER BY number").fetchall()
        self.keys = [str(key) for key, _ in rows]
        self.learners_of = numpy.array([learners for _, learners in rows], dtype=numpy.int64)
        counted = run("SELECT count(DISTINCT learner) FROM taken").fetchone()
        self.learners = int(counted[0]) if counted else 0

    @property
    def modelled(self) -> int:
        """Tell for how many courses, the most taken, pairs are counted."""
        return min(len(self.keys), COURSES_MOST)

    def pairs(self) -> Pairs:
        """Count the pairs of the most taken courses."""
        size = self.modelled
        together: Matrix = numpy.zeros((size, size))
        after: Matrix = numpy.zeros((size, size))
        for low in range(0, size, COURSES_A_ROUND):
            found = self.connection.execute(
                """SELECT a.course AS one, b.course AS other, count(*) AS both,
                    count(*) FILTER (b.first > a.first) AS later, count(*) FILTER (b.first < a.first) AS earlier
                FROM taken a JOIN taken b ON a.learner = b.learner AND a.course < b.course
                WHERE a.course >= ? AND a.course < ? AND b.course < ? GROUP BY ALL""",
                (low, low + COURSES_A_ROUND, size),
            ).fetchnumpy()
            one, other = found["one"], found["other"]
            together[one, other] = together[other, one] = found["both"]
            after[one, other], after[other, one] = found["later"], found["earlier"]
        numpy.fill_diagonal(together, self.learners_of[:size])
        return Pairs(together, after)

    def histories(self, most: int) -> list[NDArray[numpy.int64]]:
        """Draw learners of two courses or more, always the same: each one's modelled courses in order of time."""
        found = self.connection.execute(
            """WITH drawn AS (
                SELECT learner FROM taken WHERE course < $size GROUP BY learner HAVING count(*) > 1
                ORDER BY hash(learner) LIMIT $most)
            SELECT learner, course FROM taken SEMI JOIN drawn USING (learner) WHERE course < $size
            ORDER BY hash(learner), learner, first, hash(learner, course)""",
            {"size": self.modelled, "most": most},
        ).fetchnumpy()
        if not len(found["learner"]):
            return []
        ends = numpy.flatnonzero(numpy.diff(found["learner"])) + 1
        return numpy.split(found["course"].astype(numpy.int64), ends)
