"""Lesson 5: recommend courses from what learners took. `nox -s lesson -- try 5` runs it on the fixtures."""

import csv
from pathlib import Path

# One row an enrollment: {"student": "1", "course": "HaldenX+CS101", "created": "2022-09-22T18:27:00Z"}
Row = dict[str, str]


def popular(rows: list[Row], taken: list[str], k: int) -> list[str]:
    """Give the k courses that most learners took, none of them in `taken`; equal ones in the order of their keys."""
    return []  # your work begins here


def split(rows: list[Row], day: str) -> tuple[list[Row], list[Row]]:
    """Part the rows into what was known before `day`, and what happened from then on."""
    return rows, rows  # a recommender that is tested on this knows the answers already


def recommend(rows: list[Row], student: str, k: int) -> list[str]:
    """Give k courses: those taken most by learners who share a course with this one, then the popular ones."""
    return []


def largest_share(lists: list[list[str]]) -> float:
    """Say which share of all recommended places the most recommended course has, from 0.0 to 1.0; 0.0 where there are none."""
    return -1.0


if __name__ == "__main__":
    from lessons.lesson import FOLDER

    with (FOLDER.parent / "fixtures" / "enrollments.csv").open(encoding="utf-8", newline="") as file:
        table = [{"student": row["student_id"], "course": row["course_key"], "created": row["created"]}
                 for row in csv.DictReader(file)]  # fmt: skip
    before, after = split(table, "2025-09-01")
    students = sorted({row["student"] for row in after})
    for name, lists in (
        (
            "popular",
            [popular(before, [row["course"] for row in before if row["student"] == one], 5) for one in students],
        ),
        ("together", [recommend(before, one, 5) for one in students]),
    ):
        hits = sum(
            any(row["course"] in chosen for row in after if row["student"] == student)
            for student, chosen in zip(students, lists, strict=True)
        )
        print(f"{name:<9} hit {hits} of {len(students)} learners; the largest share is {largest_share(lists):.2f}")
    print(Path(__file__).name, "saw", len(before), "rows before and", len(after), "after")
