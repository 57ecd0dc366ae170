"""`python -m benchmarks.recommend [--sizes 1000,100000,1000000,10000000] [--requests N] [--json FILE]`: next courses.

For each number of enrollments, a school is made up from a seed (`benchmarks/invented_school.py`), the job of the
recommendations is run as its CronJob runs it (a process of its own, from a file, into the stand-in for Algolia), and
learners' next courses are asked for. Printed: the job's seconds of CPU (of all threads; what else the machine does
hardly changes them), its highest memory, what it measured of itself, and milliseconds of CPU that a request costs us
and the stand-in for Algolia together, without HTTP around it and without Postgres' one question: for those who took
most, and for learners with 1 to 20 courses.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import numpy
from rich.console import Console
from rich.table import Table

from benchmarks.invented_school import Numbers, School, key_of, school
from evaluation.system import INDEX
from infra_pulumi.checkout.version import add_version
from services.course_record.index_settings import index_settings
from services.course_record.synonyms import synonyms
from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch
from services.coursematch.matching import Matching
from services.index_writer.algolia_client import AlgoliaAccess, algolia_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience
from services.learner_history import Enrollment
from services.mock_algolia import AlgoliaMock
from services.question.query_rules import query_rules

SIZES = (1_000, 100_000, 1_000_000, 10_000_000)
COURSES = {1_000: 100, 100_000: 1_000}
COURSES_MOST = 5_000
SEED = 13
MEMORY_MB = 1_024
ORDINARY = 20
"""Most learners took at most so many courses."""


@dataclass(frozen=True)
class Measured:
    """One size: of the school, of the job and of the requests."""

    enrollments: int
    courses: int
    learners: int
    cpu_seconds: float
    memory_mb: int
    steps: dict[str, float]
    measure: dict[str, float]
    p50_ms: float
    p99_ms: float
    ordinary_p50_ms: float
    ordinary_p99_ms: float


class Histories:
    """Some learners' enrollments, as the one question to Postgres gives them."""

    def __init__(self, made: School, learners: Numbers) -> None:
        self.taken: dict[str, list[tuple[int, str]]] = {}
        chosen = numpy.isin(made.learners, learners)
        for who, course, when in zip(
            made.learners[chosen].tolist(), made.courses[chosen].tolist(), made.seconds[chosen].tolist(), strict=True
        ):
            self.taken.setdefault(str(who), []).append((when, key_of(course)))

    def enrollments_of(self, learner_id: str) -> tuple[Enrollment, ...]:
        """List a learner's enrollments, newest first."""
        return tuple(
            Enrollment(course_run_id=key, course_key=key, enrolled=datetime.fromtimestamp(when, UTC))
            for when, key in sorted(self.taken[learner_id], reverse=True)
        )

    def check(self) -> None:
        """Answer at once."""

    def close(self) -> None:
        """Hold nothing open: do nothing."""


def main() -> int:
    """Measure each size, print a table, and write it as JSON where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_version(parser)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), metavar="N,N", help="numbers of enrollments")
    parser.add_argument("--requests", type=int, default=300, metavar="N", help="requests of each size (default: 300)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the numbers there")
    options = parser.parse_args()
    console = Console()
    measured = []
    table = Table(
        "enrollments", "courses", "learners", "CPU s", "MiB", "HR@10", "NDCG@10", "coverage", "p50 ms", "p99 ms",
        "ordinary p50", "p99",
    )  # fmt: skip
    for size in map(int, options.sizes.split(",")):
        found = measured_at(size, options.requests)
        measured.append(found)
        values = [f"{found.measure[name]:.3f}" for name in ("hit_rate", "ndcg", "coverage")]
        table.add_row(
            f"{found.enrollments:,}", f"{found.courses:,}", f"{found.learners:,}", f"{found.cpu_seconds:.1f}",
            f"{found.memory_mb:,}", *values, f"{found.p50_ms:.1f}", f"{found.p99_ms:.1f}",
            f"{found.ordinary_p50_ms:.1f}", f"{found.ordinary_p99_ms:.1f}",
        )  # fmt: skip
        console.print(found)
    console.print(table)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in measured], indent=2), encoding="utf-8")
    return 0


def measured_at(size: int, requests: int) -> Measured:
    """Make a school of about `size` enrollments, run the job on it, and ask for next courses."""
    made = school(enrollments=size, courses=COURSES.get(size, COURSES_MOST), seed=SEED)
    most = Histories(made, numpy.arange(requests))  # the first took the most: each request has much to do
    ordinary = Histories(made, _ordinary(made, requests))
    with tempfile.TemporaryDirectory() as folder, AlgoliaMock() as algolia:
        algolia.seed(INDEX, [record.to_json() for record in made.records], index_settings())
        _configure(algolia)
        path = Path(folder) / "enrollments.csv"
        _write(made, path)
        courses = len(made.records)
        del made
        report, cpu = _train(algolia, path)
        http = AlgoliaHttp(algolia.app_id, lambda: algolia.search_key, [algolia.url], time.monotonic, Random(0))  # noqa: S311  one host
        search = AlgoliaCourseSearch(http, INDEX)
        spent = [_spent(Matching(search, histories), list(histories.taken), requests) for histories in (most, ordinary)]
    return Measured(
        enrollments=report["enrollments_read"],
        courses=courses,
        learners=report["learners"],
        cpu_seconds=cpu,
        memory_mb=report["peak_memory_mb"],
        steps=report["steps"],
        measure=report["measure"],
        p50_ms=statistics.median(spent[0]),
        p99_ms=spent[0][int(len(spent[0]) * 0.99)],
        ordinary_p50_ms=statistics.median(spent[1]),
        ordinary_p99_ms=spent[1][int(len(spent[1]) * 0.99)],
    )


def _configure(algolia: AlgoliaMock) -> None:
    """Give the index the synonyms and rules that a sync deploys: each search has to read them."""
    client, _ = algolia_client(AlgoliaAccess(algolia.app_id, algolia.admin_key, (algolia.url,)), Patience())
    index = AlgoliaIndex(client)
    index.replace_synonyms(INDEX, synonyms())
    index.replace_rules(INDEX, query_rules())


def _ordinary(made: School, most: int) -> Numbers:
    """Choose evenly `most` of the learners who took 1 to 20 courses."""
    found = numpy.flatnonzero(numpy.bincount(made.learners) <= ORDINARY)
    return found[:: max(len(found) // most, 1)][:most]


def _spent(matching: Matching, learners: list[str], requests: int) -> list[float]:
    """Ask for next courses, and list the milliseconds of CPU that each request took, the least first."""
    spent = []
    for number in range(requests + 5):
        began = time.process_time()
        matching.recommend(learners[number % len(learners)], 10)
        spent.append((time.process_time() - began) * 1000)
    return sorted(spent[5:])


def _write(made: School, path: Path) -> None:
    columns = {"who": made.learners, "what": made.courses, "moment": made.seconds}
    with duckdb.connect() as connection:
        connection.register("made", columns)
        found = connection.sql(
            "SELECT 'learner-' || who AS student_id, 'InventedX+C' || lpad(what::VARCHAR, 5, '0') AS course_key, "
            "strftime(make_timestamp(moment * 1000000), '%Y-%m-%dT%H:%M:%SZ') AS created FROM made"
        )
        found.write_csv(str(path), header=True)


def _train(algolia: AlgoliaMock, path: Path) -> tuple[dict[str, Any], float]:
    told = {
        "ALGOLIA_APP_ID": algolia.app_id, "ALGOLIA_ADMIN_KEY": algolia.admin_key, "ALGOLIA_HOSTS": algolia.url,
        "MODEL_ENROLLMENTS_FILE": str(path), "MODEL_MEMORY_MB": str(MEMORY_MB),
    }  # fmt: skip
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "services.recommendation_model"],
        env=os.environ | told, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    report: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return report, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
