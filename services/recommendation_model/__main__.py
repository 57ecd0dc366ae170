"""`python -m services.recommendation_model`: learn from the enrollments which courses follow which, and publish it.

Standard output has one line of JSON, the run's report; standard error has the log.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import FrameType

from services import VERSION
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, algolia_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience
from services.learner_history.postgres_pool import PostgresPool
from services.recommendation_model.publication import RefusedToWorsen
from services.recommendation_model.reading import EnrollmentsUnreadable, FileEnrollments, PostgresEnrollments
from services.recommendation_model.run_report import RunReport
from services.recommendation_model.settings import BadSettings, Settings, settings_from
from services.recommendation_model.training import CatalogueMissing, Options, train
from services.telemetry.provider import flush, install
from services.telemetry.steps import step, tell, trace_id

EXIT_CODES: dict[type[BaseException], int] = {
    BadSettings: 2,
    EnrollmentsUnreadable: 3,
    IndexUnavailable: 4,
    IndexRefused: 4,
    CatalogueMissing: 4,
    RefusedToWorsen: 5,
}
"""0 is success, 1 an error nobody foresaw, 128 + N the end by signal N."""

FLUSH_SECONDS = 2.0


class Interrupted(BaseException):
    """The process was asked to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Run once; answers the exit code."""
    options = _arguments(arguments)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("urllib3", "requests"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    began = time.monotonic()
    report = RunReport(uuid.uuid4().hex, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), options.dry_run)
    settings: Settings | None = None
    ended: list[Interrupted] = []
    before = {number: signal.signal(number, _interrupt(ended)) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        settings = settings_from(environment)
        install("recommendation-model", settings.telemetry, VERSION)
        with step("recommendation model"):
            report.trace_id = trace_id()
            try:
                _run(settings, options, report)
            finally:
                tell({f"recommendation_model.{name}": value for name, value in report.counts().items()})
        report.status = "ok"
        code = 0
    except Interrupted as error:
        report.error, report.message, code = "Interrupted", str(error), 128 + error.number
    except tuple(EXIT_CODES) as error:
        report.status = "refused" if isinstance(error, RefusedToWorsen) else "failed"
        report.error, report.message = type(error).__name__, str(error)
        code = next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
    except Exception as error:
        if ended:  # DuckDB stops at a signal too, and then says only that its query was interrupted
            report.error, report.message, code = "Interrupted", str(ended[0]), 128 + ended[0].number
        else:
            logging.getLogger("recommendation_model").exception("the training failed")
            report.error, report.message, code = type(error).__name__, str(error), 1
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    flush(FLUSH_SECONDS)
    report.seconds = round(time.monotonic() - began, 3)
    report.peak_memory_mb = _peak_memory_mb()
    print(report.to_line(), flush=True)
    if settings is not None and settings.report_file is not None:
        try:
            report.write(settings.report_file)
        except OSError as error:
            logging.getLogger("recommendation_model").error("the report could not be written to its file: %s", error)
            code = code or 1
    return code


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


def _interrupt(ended: list[Interrupted]) -> Callable[[int, FrameType | None], None]:
    """Make a handler that notes the signal and raises; a second signal ends at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        ended.append(Interrupted(number))
        raise ended[0]

    return interrupt


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
