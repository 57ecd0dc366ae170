"""`python -m services.recommendation_model`: learn from the enrollments which courses follow which, and publish it.

Standard output has one line of JSON, the run's report; standard error has the log.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from services import VERSION
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, algolia_client
from services.index_writer.batch_run import interruptible, log_to_stderr, run_and_report
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.environment import BadSettings
from services.index_writer.patience import Patience
from services.learner_history.postgres_pool import PostgresPool
from services.recommendation_model.publication import RefusedToWorsen
from services.recommendation_model.reading import EnrollmentsUnreadable, FileEnrollments, PostgresEnrollments
from services.recommendation_model.run_report import RunReport
from services.recommendation_model.settings import Settings, settings_from
from services.recommendation_model.training import CatalogueMissing, Options, train

EXIT_CODES: dict[type[BaseException], int] = {
    BadSettings: 2,
    EnrollmentsUnreadable: 3,
    IndexUnavailable: 4,
    IndexRefused: 4,
    CatalogueMissing: 4,
    RefusedToWorsen: 5,
}
"""Beside those of every run (`run_and_report`)."""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Run once; answers the exit code."""
    options = _arguments(arguments)
    log_to_stderr()
    report = RunReport(uuid.uuid4().hex, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), options.dry_run)

    def run(settings: Settings) -> None:
        with interruptible() as ended:
            try:
                _run(settings, options, report)
            except Exception as error:
                if ended:  # DuckDB stops at a signal too, and then says only that its query was interrupted
                    raise ended[0] from error
                raise
            finally:
                report.peak_memory_mb = _peak_memory_mb()

    return run_and_report(report, lambda: settings_from(environment), run, EXIT_CODES, {RefusedToWorsen: "refused"})


def _run(settings: Settings, options: argparse.Namespace, report: RunReport) -> None:
    source = (
        FileEnrollments(settings.file)
        if settings.file is not None
        else PostgresEnrollments(PostgresPool(lambda: settings.database_url))
    )
    client, _ = algolia_client(settings.algolia, Patience(), time.sleep)
    index = AlgoliaIndex(client, time.sleep)
    try:
        train(
            source,
            index,
            Options(
                index_name=settings.index_name,
                least_learners=settings.least_learners,
                memory_mb=settings.memory_mb,
                dry_run=options.dry_run,
                force=options.force or settings.force,
            ),
            report,
        )
    finally:
        client.close()
        report.algolia_read_operations, report.algolia_write_operations = index.reads, index.writes


def _peak_memory_mb() -> int:
    try:
        import resource
    except ImportError:  # Windows
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1_048_576 if sys.platform == "darwin" else 1_024)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m services.recommendation_model", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--version", action="version", version=f"coursematch {VERSION}")
    parser.add_argument("--dry-run", action="store_true", help="read, learn and measure, write nothing")
    parser.add_argument("--force", action="store_true", help="publish even a model that guesses worse")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
