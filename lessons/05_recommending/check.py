"""Try the learner's recommender on tables made for its traps, and ask the system how it does it."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from lessons.room import Room
from lessons.task import need, task

FILE = "recommend.py"


def rows_of(*pairs: str) -> list[dict[str, str]]:
    """Make rows of `student course day`."""
    return [
        dict(zip(("student", "course", "created"), (*pair.split(), "2025-01-01")[:3], strict=True)) for pair in pairs
    ]


def random_rows(random: Random) -> list[dict[str, str]]:
    """Make a table: each learner takes a course once, on some day of a year."""
    return [
        {"student": str(student), "course": course, "created": f"2025-{random.randint(1, 12):02}-01T08:00:00Z"}
        for student in range(8)
        for course in random.sample("ABCDEFG", random.randint(0, 4))
    ]


def popular(rows: list[dict[str, str]], taken: list[str], k: int) -> list[str]:
    """Count, and leave out."""
    counts = Counter(row["course"] for row in rows if row["course"] not in taken)
    return sorted(counts, key=lambda course: (-counts[course], course))[:k]


def together(rows: list[dict[str, str]], student: str, k: int) -> list[str]:
    """Count what people took who share a course, then fill up."""
    taken = {row["course"] for row in rows if row["student"] == student}
    alike = {row["student"] for row in rows if row["course"] in taken} - {student}
    first = popular([row for row in rows if row["student"] in alike], list(taken), k)
    return (first + [course for course in popular(rows, list(taken), len(rows)) if course not in first])[:k]


def same(room: Room, function: str, cases: list[list[Any]], truths: list[Any]) -> None:
    """Compare results. Raises Missing for the first that differs."""
    for case, value, truth in zip(cases, room.call(FILE, function, *cases), truths, strict=True):
        shown = ", ".join(repr(part) if len(repr(part)) < 160 else f"{len(part)} rows" for part in case)
        need(value == truth, f"`{function}({shown})` is {value}; it should be {truth}.")


@task("The popular ones, without those already taken")
def popularity(room: Room) -> None:
    """Try small tables, ties among them."""
    random = Random(5)  # noqa: S311 - examples, no secrets
    cases: list[list[Any]] = [
        [rows_of("1 B", "2 B", "1 A", "3 C"), [], 2], [rows_of("1 B", "2 B", "1 A"), ["B"], 5], [[], [], 3],
        *([random_rows(random), random.sample("ABC", 2), 4] for _ in range(8)),
    ]  # fmt: skip
    same(room, "popular", cases, [popular(*case) for case in cases])


@task("Nothing from the future is known before")
def no_leak(room: Room) -> None:
    """Look for rows on the wrong side, and for lost ones."""
    rows = rows_of("1 A 2025-01-05T10:00:00Z", "1 B 2025-03-01T00:00:00Z", "2 A 2025-02-28T23:59:59Z", "2 C 2025-06-01")
    cases = [[rows, "2025-03-01"], [rows, "2024-01-01"], [rows, "2026-01-01"]]
    for (table, day), parts in zip(cases, room.call(FILE, "split", *cases), strict=True):
        need(isinstance(parts, list) and len(parts) == 2, "`split` gives two lists: before, and from then on.")
        late = [row for row in parts[0] if row["created"] >= day]
        need(not late, f"`split(…, {day!r})` knows the future: {late[:1]} stands in the first part.")
        early = [row for row in parts[1] if row["created"] < day]
        need(not early, f"`split(…, {day!r})` puts {early[:1]} into the second part, though it was before.")
        need(len(parts[0]) + len(parts[1]) == len(table), f"`split(…, {day!r})` loses rows, or has some twice.")


@task("What alike learners took comes first, and nobody gets an empty list")
def by_others(room: Room) -> None:
    """Try learners with company, without company, and without a history."""
    random = Random(6)  # noqa: S311 - examples, no secrets
    tables = [random_rows(random) for _ in range(4)]
    cases: list[list[Any]] = [
        [rows_of("1 A", "2 A", "2 B", "3 C", "4 C", "5 C"), "1", 2],
        [rows_of("1 A", "2 B", "3 B"), "1", 2],
        [rows_of("1 A", "2 A", "3 B"), "nobody", 2],
        *([table, str(student), 3] for table in tables for student in (0, 3, 7)),
    ]
    same(room, "recommend", cases, [together(*case) for case in cases])


@task("You can see when everybody gets the same course")
def concentration(room: Room) -> None:
    """Try lists from all alike to all different."""
    cases = [[[["A"], ["A"]]], [[["A", "B"], ["A", "C"]]], [[["A", "B"], ["C", "D"]]], [[[], []]]]
    same(room, "largest_share", cases, [1.0, 0.5, 0.25, 0.0])


@task("You saw how the system treats a newcomer, and a history that it cannot read")
def asked(room: Room) -> None:
    """Compare with the running system."""
    kind = room.answer("reason_for_the_newcomer")
    found = room.get("/recommendations", token=room.token("2"), student_id="2").json()["recommendations"]
    kinds = {reason["kind"] for course in found for reason in course["reasons"]}
    need({kind} == kinds, f"`reason_for_the_newcomer` is {kind!r}: ask as learner 2, and read `kind` in `reasons`.")
    status = room.answer("status_without_history", int)
    need(status == 503, f"`status_without_history` is {status}. Break `database-down`, then ask as learner 1.")
    need("database-down" not in room.broken(), "The database is still down: `nox -s sandbox -- mend`.")
