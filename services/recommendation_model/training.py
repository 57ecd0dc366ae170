"""One run, as one flow: read, count, choose, measure, compare, publish."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

import numpy

from services.course_record import CourseRecord
from services.course_record.related_record import related_index
from services.index_writer.course_index import CourseIndex
from services.recommendation_model.choice import HELD_OUT_MOST
from services.recommendation_model.counting import Enrollments
from services.recommendation_model.held_out import choose, measure
from services.recommendation_model.publication import (
    RefusedToWorsen,
    model_document,
    publish,
    published_measure,
    refuse_to_worsen,
)
from services.recommendation_model.reading import Progress
from services.recommendation_model.records import related_records, school_record
from services.recommendation_model.run_report import RunReport
from services.telemetry.steps import step

log = logging.getLogger("recommendation_model")


class Source(Protocol):
    """Where enrollments come from."""

    def add_to(self, enrollments: Enrollments, progress: Progress) -> None:
        """Add every active enrollment; raises `EnrollmentsUnreadable`."""


class CatalogueMissing(RuntimeError):
    """The course index is not there yet: the sync fills it, and the next run finds it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a run is told. `least_learners`: a count of fewer learners is not published."""

    index_name: str = "courses"
    least_learners: int = 5
    memory_mb: int = 1_024
    threads: int = 2
    dry_run: bool = False
    force: bool = False


def train(source: Source, index: CourseIndex, options: Options, report: RunReport) -> None:
    """Learn from a source and publish beside an index of courses.

    Raises `EnrollmentsUnreadable`, `CatalogueMissing`, `RefusedToWorsen`, and what the index raises.
    """
    name = related_index(options.index_name)
    enrollments = Enrollments(options.memory_mb, options.threads)
    with contextlib.closing(enrollments.connection):
        with _told("read", report):
            source.add_to(enrollments, lambda rows: log.info("%d enrollments read", rows))
            catalogue = _catalogue(index, options.index_name)
            report.enrollments_read, report.catalogue = enrollments.read, len(catalogue)
        with _told("count", report):
            enrollments.settle()
            pairs = enrollments.pairs()
            histories = enrollments.histories(HELD_OUT_MOST)
            report.learners, report.courses = enrollments.learners, len(enrollments.keys)
            report.pairs = int(numpy.count_nonzero(numpy.triu(pairs.together, 1)))
        with _told("choose", report):
            choice = choose(pairs, histories)
            report.choice = asdict(choice)
        with _told("measure", report):
            measured = measure(pairs, histories, choice)
            published = published_measure(index, name)
            report.measure, report.published_measure = measured.to_json(), published.to_json()
            try:
                refuse_to_worsen(measured, published)
            except RefusedToWorsen as error:
                if not options.force:
                    raise
                log.warning("%s", error)
        with _told("publish", report):
            documents = [
                *(
                    record.to_json()
                    for record in related_records(enrollments, pairs, catalogue, choice, options.least_learners)
                ),
                school_record(enrollments, choice, options.least_learners).to_json(),
                model_document(choice, measured, report),
            ]
            publish(index, name, documents, report)


def _catalogue(index: CourseIndex, name: str) -> Sequence[CourseRecord]:
    if name not in index.indices():
        raise CatalogueMissing(f"There is no index {name!r} yet; run the sync of the catalogue first.")
    found = index.records(name, sorted(index.hashes(name)))
    return [CourseRecord.from_json(document) for document in found.values()]


@contextlib.contextmanager
def _told(name: str, report: RunReport) -> Iterator[None]:
    began = time.monotonic()
    with step(name):
        yield
    report.steps[name] = round(time.monotonic() - began, 3)
