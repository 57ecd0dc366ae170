"""`python -m services.catalog_sync`: bring the search index up to the LMS's catalogue, once.

Standard output has one line of JSON, the run's report; standard error has the log and, on a terminal, progress.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import FrameType

from rich.console import Console

from services import VERSION
from services.catalog_sync.clock import WallClock
from services.catalog_sync.index_lock import IndexLock, SyncRunning
from services.catalog_sync.machine_lock import machine_lock
from services.catalog_sync.progress import progress_on
from services.catalog_sync.publication import NotPublished
from services.catalog_sync.reading.lms_courses import DiscoveryCourses, LmsCourses
from services.catalog_sync.reading.polite_http import PoliteHttp, SiteUnavailable
from services.catalog_sync.reading.service_account import SignedHttp
from services.catalog_sync.run_report import RunReport
from services.catalog_sync.settings import BadSettings, Settings, settings_from
from services.catalog_sync.sync import CatalogIncomplete, CatalogSync, RefusedToShrink, SyncOptions
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, algolia_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience
from services.telemetry.provider import flush, install
from services.telemetry.steps import step, tell, trace_id

EXIT_CODES: dict[type[BaseException], int] = {
    BadSettings: 2,
    SiteUnavailable: 3,
    IndexUnavailable: 4,
    IndexRefused: 4,
    NotPublished: 4,
    RefusedToShrink: 5,
    CatalogIncomplete: 6,
    SyncRunning: 75,
}
"""0 is success, 1 an error nobody foresaw, 75 (EX_TEMPFAIL) another run at work, 128 + N the end by signal N."""


FLUSH_SECONDS = 2.0
"""How long the end of a run waits for its last spans to be taken."""


class Interrupted(BaseException):
    """The process was asked to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Run once; answers the exit code."""
    options = _arguments(arguments)
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.DEBUG if options.verbose else logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    for chatty in ("urllib3", "requests", "filelock"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    began = time.monotonic()
    clock = WallClock()
    report = RunReport(uuid.uuid4().hex, clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"), options.dry_run)
    settings: Settings | None = None
    try:
        settings = settings_from(environment)
        install("catalog-sync", settings.telemetry, VERSION)
        with step("catalog sync"):
            report.trace_id = trace_id()
            try:
                _run(settings, options, report)
            finally:
                tell({f"catalog_sync.{name}": value for name, value in report.counts().items()})
        report.status = "ok"
        code = 0
    except Interrupted as error:
        report.error, report.message, code = "Interrupted", str(error), 128 + error.number
    except CatalogIncomplete as error:
        report.status = "incomplete"
        report.error, report.message, code = type(error).__name__, str(error), EXIT_CODES[CatalogIncomplete]
    except tuple(EXIT_CODES) as error:
        report.error, report.message = type(error).__name__, str(error)
        code = next(code for kind, code in EXIT_CODES.items() if isinstance(error, kind))
    except Exception as error:
        logging.getLogger("catalog_sync").exception("the sync failed")
        report.error, report.message, code = type(error).__name__, str(error), 1
    flush(FLUSH_SECONDS)
    report.seconds = round(time.monotonic() - began, 3)
    print(report.to_line(), flush=True)
    if settings is not None and settings.report_file is not None:
        try:
            report.write(settings.report_file)
        except OSError as error:
            logging.getLogger("catalog_sync").error("the report could not be written to its file: %s", error)
            code = code or 1
    return code


def _run(settings: Settings, options: argparse.Namespace, report: RunReport) -> None:
    clock = WallClock()
    http = PoliteHttp(Patience(), clock.sleep)
    signed = SignedHttp(http, settings.lms_url, settings.account)
    client, transporter = algolia_client(settings.algolia, Patience(), clock.sleep)
    index = AlgoliaIndex(client, clock.sleep)
    target = f"{settings.algolia.app_id} {','.join(settings.algolia.hosts)} {settings.index_name}"
    try:
        with (
            _interruptible(transporter.hurry),
            machine_lock(target) as place,
            progress_on(Console(stderr=True)) as step,
        ):
            CatalogSync(
                courses=LmsCourses(settings.lms_url, signed, step("reading the LMS")),
                details=DiscoveryCourses(settings.discovery_url, signed, step("reading course-discovery"))
                if settings.discovery_url
                else None,
                index=index,
                lock=IndexLock(index, f"{settings.index_name}_sync", report.run, place, clock),
                clock=clock,
                options=SyncOptions(
                    index_name=settings.index_name,
                    mode=settings.mode,
                    dry_run=options.dry_run,
                    rewrite=options.rewrite,
                    allow_shrink=options.allow_shrink or settings.allow_shrink,
                ),
                progress=step("writing the index"),
            ).run(report)
    finally:
        client.close()
        report.algolia_read_operations, report.algolia_write_operations = index.reads, index.writes
        report.algolia_requests, report.lms_requests = transporter.requests, http.requests


@contextlib.contextmanager
def _interruptible(hurry: Callable[[], None]) -> Iterator[None]:
    """Turn SIGTERM and SIGINT into an exception, so that locks are given back; a second signal ends at once."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        hurry()
        raise Interrupted(number)

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m services.catalog_sync", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--version", action="version", version=f"coursematch {VERSION}")
    parser.add_argument("--dry-run", action="store_true", help="read and compare, write nothing")
    parser.add_argument("--rewrite", action="store_true", help="send every record, whatever the index holds")
    parser.add_argument("--allow-shrink", action="store_true", help="delete however much the catalogue has lost")
    parser.add_argument("--verbose", action="store_true", help="log more")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
