"""From files to comparisons: what `python -m evaluation search` and `recommend` do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from evaluation.bm25 import Bm25, Bm25Content
from evaluation.comparison import Comparison, Progress, compare_next_courses, compare_search, drawn
from evaluation.files import read_judgments, read_next_courses, read_queries
from evaluation.history import FileHistory, last_courses
from evaluation.next_course_baselines import Ease, ItemNeighbours, Popularity, RandomChoice
from evaluation.ranking import Recommender, SearchSystem
from evaluation.system import Coursematch, KeywordsOnly, deployed
from fixtures import files
from fixtures.records import records_of
from services.course_record import CourseRecord
from services.course_record.index_settings import Mode
from services.lms.files.catalogue import Catalogue, read_catalogue
from services.lms.files.enrollments import read_enrollments
from services.lms.files.problems import InvalidFile, Problem

OURS = "coursematch"
KEYWORDS = "coursematch, keywords only"
SEED = 20261122


@dataclass(frozen=True, slots=True)
class Courses:
    """A catalogue, and the records it becomes in the index."""

    catalogue: Catalogue
    records: tuple[CourseRecord, ...]

    @property
    def keys(self) -> frozenset[str]:
        """Give every course of the catalogue, also those that are not indexed (hidden ones)."""
        return frozenset(course.key for course in self.catalogue.courses)


@dataclass(frozen=True, slots=True)
class SearchFiles:
    """What to measure search on. The fixtures, unless told otherwise."""

    queries: Path = files.QUERIES
    qrels: Path = files.QRELS


@dataclass(frozen=True, slots=True)
class NextCourseFiles:
    """What to measure recommendations on; without held-out courses, each learner's last course is held out."""

    enrollments: Path = files.ENROLLMENTS
    next_courses: Path | None = files.NEXT_COURSES


def read_courses(catalogue: Path, now: datetime) -> Courses:
    """Read a catalogue file. Raises services.lms.files.rows.InvalidFile."""
    return Courses(read_catalogue(catalogue), records_of(catalogue, now).records)


def run_search(courses: Courses, data: SearchFiles, mode: Mode, progress: Progress) -> Comparison:
    """Compare ours, ours without semantic search, and BM25. Raises InvalidFile, before anything is started."""
    queries = read_queries(data.queries)
    judgments = read_judgments(data.qrels, {query.id for query in queries}, courses.keys)
    nobody = FileHistory((), {})
    with deployed(courses.records, mode, partial(progress, "filling the index")) as search:
        ours = Coursematch(OURS, search, nobody)
        systems: list[SearchSystem] = [
            ours,
            Coursematch(KEYWORDS, KeywordsOnly(search), nobody),
            Bm25(courses.records),
        ]
        comparison = compare_search(systems, queries, judgments, len(courses.records), progress)
    return replace(
        comparison,
        why={query.id: ours.said[query.text] for query in queries if query.text in ours.said},
        titles={record.course_key: record.title for record in courses.records},
    )


def run_next_courses(courses: Courses, data: NextCourseFiles, progress: Progress, *, most: int) -> Comparison:
    """Compare ours with popularity, item-kNN, EASE, BM25 over content, and chance, for at most `most` learners.

    Raises InvalidFile, before anything is started.
    """
    rows = read_enrollments(data.enrollments, courses.catalogue).rows
    held_out: Mapping[str, frozenset[str]]
    if data.next_courses is None:
        held_out = last_courses(rows)
    else:
        held_out = read_next_courses(data.next_courses, FileHistory(rows, {}).histories().taken, courses.keys)
    if not held_out:
        nothing = "there is nothing to hold out: no learner has two courses, one to go by and one to guess"
        raise InvalidFile(data.enrollments, [Problem(0, "", nothing)])
    held_out = drawn(held_out, most, SEED)
    history = FileHistory(rows, held_out)
    histories = history.histories()
    keys = [record.course_key for record in courses.records]
    # Recommending asks the index by filters and words only: no record need be embedded for it.
    filling = partial(progress, "filling the index")
    with deployed(courses.records, "keywordSearch", filling, enrollments=history) as search:
        systems: list[Recommender] = [
            Coursematch(OURS, search, history),
            Popularity(histories, keys),
            ItemNeighbours(histories, keys),
            Ease(histories, keys),
            Bm25Content(Bm25(courses.records), histories),
            RandomChoice(histories, keys, SEED),
        ]
        return compare_next_courses(systems, history, held_out, len(courses.records), progress)
