"""`python -m services.catalog_sync`: bring the search index up to the LMS's catalogue, once.

Standard output has one line of JSON, the run's report; standard error has the log and, on a terminal, progress.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import uuid
from collections.abc import Mapping, Sequence

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
from services.catalog_sync.settings import Settings, settings_from
from services.catalog_sync.sync import CatalogIncomplete, CatalogSync, RefusedToShrink, SyncOptions
from services.index_writer.algolia_client import IndexRefused, IndexUnavailable, algolia_client
from services.index_writer.batch_run import interruptible, log_to_stderr, run_and_report
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.environment import BadSettings
from services.index_writer.patience import Patience

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
"""Beside those of every run (`run_and_report`). 75 (EX_TEMPFAIL): another run is at work."""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Run once; answers the exit code."""
    options = _arguments(arguments)
    log_to_stderr(logging.DEBUG if options.verbose else logging.INFO)
    report = RunReport(uuid.uuid4().hex, WallClock().now().strftime("%Y-%m-%dT%H:%M:%SZ"), options.dry_run)
    return run_and_report(
        report,
        lambda: settings_from(environment),
        lambda settings: _run(settings, options, report),
        EXIT_CODES,
        {CatalogIncomplete: "incomplete"},
    )


def _run(settings: Settings, options: argparse.Namespace, report: RunReport) -> None:
    clock = WallClock()
    http = PoliteHttp(Patience(), clock.sleep)
    signed = SignedHttp(http, settings.lms_url, settings.account)
    client, transporter = algolia_client(settings.algolia, Patience(), clock.sleep)
    index = AlgoliaIndex(client, clock.sleep)
    target = f"{settings.algolia.app_id} {','.join(settings.algolia.hosts)} {settings.index_name}"
    try:
        with (
            interruptible(transporter.hurry),
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
