"""Read queries, judgments and held-out courses, whole or not at all: every fault is named with its line.

Formats: docs/evaluation.md. Catalogue and enrollments are read as the LMS stand-in reads them (`services.lms`).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.course_record import course_key_of
from services.lms.files.rows import InvalidFile, Problem, read_rows

QUERY_HEADER = frozenset({"query_id", "query-id", "qid", "id", "_id"})
TEXT_HEADER = frozenset({"text", "query", "keywords"})


@dataclass(frozen=True, slots=True)
class Query:
    """One question, as somebody typed it."""

    id: str
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Judgment:
    """How well a course answers a query: 0 (and less) not at all, higher is better."""

    query_id: str
    course_key: str
    grade: int


def read_queries(path: Path) -> tuple[Query, ...]:
    """Read `id<TAB>text[<TAB>note]` lines (a header is allowed), or JSON Lines with `query_id` and `text`.

    Raises InvalidFile: a line without text, an id given twice.
    """
    problems: list[Problem] = []
    queries: dict[str, Query] = {}
    for line, fields in _query_rows(path, problems):
        identity, text, note = fields
        if not identity or not text:
            missing = "query_id" if not identity else "text"
            problems.append(Problem(line, missing, "is missing or empty; write query_id<TAB>text"))
        elif identity in queries:
            problems.append(Problem(line, "query_id", f"{identity!r} is there twice; ids are unique"))
        else:
            queries[identity] = Query(identity, text, note)
    if not queries and not problems:
        problems.append(Problem(1, "", "no queries in this file"))
    if problems:
        raise InvalidFile(path, problems)
    return tuple(queries.values())


def read_judgments(path: Path, queries: Collection[str], courses: Collection[str]) -> tuple[Judgment, ...]:
    """Read TREC qrels: `query_id iteration course_key grade`, one a line, separated by white space.

    A run's id stands for its course. Raises InvalidFile: an unknown query or course, a grade that is no whole number,
    a pair judged twice.
    """
    problems: list[Problem] = []
    judgments: dict[tuple[str, str], Judgment] = {}
    for line, content in _lines(path):
        cells = content.split()
        if len(cells) != 4:
            problems.append(Problem(line, "", f"{len(cells)} fields where qrels have 4: query_id 0 course_key grade"))
            continue
        query, _, written, grade = cells
        course = course_key_of(written)
        found = len(problems)
        if query not in queries:
            problems.append(Problem(line, "query_id", f"{query!r} is not in the queries file"))
        if course not in courses:
            problems.append(Problem(line, "course_key", f"{written!r} is not in the catalogue"))
        if not grade.lstrip("+-").isdecimal():
            problems.append(Problem(line, "grade", f"{grade!r} is not a whole number"))
        if (query, course) in judgments:
            problems.append(Problem(line, "", f"{course} is judged twice for query {query}"))
        if len(problems) == found:
            judgments[query, course] = Judgment(query, course, int(grade))
    if not judgments and not problems:
        problems.append(Problem(1, "", "no judgments in this file"))
    if problems:
        raise InvalidFile(path, problems)
    return tuple(judgments.values())


def read_next_courses(
    path: Path, histories: Mapping[str, Collection[str]], courses: Collection[str]
) -> dict[str, frozenset[str]]:
    """Read `student_id,course_key` rows (CSV with a header, or JSON Lines): what each learner took next.

    `histories` are the courses already taken, by learner. Raises InvalidFile: an unknown learner or course, a course
    that the learner's history holds already.
    """
    problems: list[Problem] = []
    held_out: dict[str, set[str]] = {}
    for row in read_rows(path, csv_columns=frozenset({"student_id", "course_key"})):
        learner = str(row.fields.get("student_id") or "").strip()
        written = str(row.fields.get("course_key") or "").strip()
        course = course_key_of(written)
        if learner not in histories:
            problems.append(Problem(row.line, "student_id", f"{learner!r} is not in the enrollments file"))
        elif course not in courses:
            problems.append(Problem(row.line, "course_key", f"{written!r} is not in the catalogue"))
        elif course in histories[learner]:
            problems.append(Problem(row.line, "course_key", f"{course} is in this learner's history already"))
        else:
            held_out.setdefault(learner, set()).add(course)
    if problems:
        raise InvalidFile(path, problems)
    return {learner: frozenset(keys) for learner, keys in held_out.items()}


def _query_rows(path: Path, problems: list[Problem]) -> Iterator[tuple[int, tuple[str, str, str]]]:
    first = True
    for line, content in _lines(path):
        if content.lstrip().startswith("{"):
            try:
                found = json.loads(content)
            except ValueError as error:
                problems.append(Problem(line, "", f"not JSON ({error}); write one JSON object a line"))
                continue
            yield line, (_named(found, QUERY_HEADER), _named(found, TEXT_HEADER), str(found.get("note") or ""))
            continue
        cells = [cell.strip() for cell in content.split("\t")]
        header = first and cells[0].casefold() in QUERY_HEADER and cells[1:2] and cells[1].casefold() in TEXT_HEADER
        first = False
        if header:
            continue
        if len(cells) not in {2, 3}:
            problems.append(Problem(line, "", f"{len(cells)} fields where 2 or 3 are expected: query_id<TAB>text"))
            continue
        yield line, (cells[0], cells[1], cells[2] if len(cells) == 3 else "")


def _named(found: Mapping[str, object], names: Collection[str]) -> str:
    return next((str(found[name]).strip() for name in found if name in names), "")


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InvalidFile(path, [Problem(0, "", f"cannot be read ({error.strerror}); check the path")]) from error
    except UnicodeDecodeError as error:
        raise InvalidFile(path, [Problem(0, "", f"is not UTF-8 ({error.reason} at byte {error.start})")]) from error
    # Only \n and \r\n end a line: a query may hold other separators of Unicode.
    for number, content in enumerate(text.split("\n"), start=1):
        if content.strip():
            yield number, content.rstrip("\r")
