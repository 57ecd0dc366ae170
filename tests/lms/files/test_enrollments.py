"""What a file of enrollments may say, and how it is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from services.lms.files.catalogue import Catalogue, read_catalogue
from services.lms.files.enrollments import Enrollments, read_enrollments
from services.lms.files.rows import InvalidFile


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    path = tmp_path / "catalogue.json"
    runs = [{"run": "2024T1", "start": "2024-01-01"}, {"run": "2026T1", "start": "2026-01-01"}]
    path.write_text(json.dumps([{"key": "A+1", "title": "One", "runs": runs}, {"key": "Ö+2", "title": "Two"}]), "utf-8")
    return read_catalogue(path)


def read_csv(folder: Path, catalogue: Catalogue, *lines: str) -> Enrollments:
    path = folder / "enrollments.csv"
    path.write_text("\n".join(lines), "utf-8-sig")
    return read_enrollments(path, catalogue)


HEADER = "student_id,course_key,mode,is_active,created,completed"


def test_reads_csv(tmp_path: Path, catalogue: Catalogue) -> None:
    read = read_csv(
        tmp_path, catalogue, HEADER, "7,A+1,verified,false,2026-02-01,2026-05-01T00:00:00Z", "", "8,Ö+2,,,,"
    )

    first, second = read.rows
    assert (first.learner_id, first.course_run_id, first.mode, first.is_active) == (
        "7",
        "course-v1:A+1+2026T1",
        "verified",
        False,
    )
    assert (second.mode, second.is_active, second.created, second.completed) == ("audit", True, None, None)


def test_reads_json_lines_with_numbers_for_students(tmp_path: Path, catalogue: Catalogue) -> None:
    path = tmp_path / "enrollments.jsonl"
    rows: list[dict[str, Any]] = [{"student_id": 7, "course_key": "A+1", "is_active": True, "run": "2024T1"}]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")

    (row,) = read_enrollments(path, catalogue).rows

    assert (row.learner_id, row.course_run_id) == ("7", "course-v1:A+1+2024T1")


@pytest.mark.parametrize(
    ("created", "run"), [("2023-05-05", "2024T1"), ("2025-05-05", "2024T1"), ("2026-05-05", "2026T1"), ("", "2024T1")]
)
def test_places_an_enrollment_in_the_run_of_its_time(
    tmp_path: Path, catalogue: Catalogue, created: str, run: str
) -> None:
    (row,) = read_csv(tmp_path, catalogue, HEADER, f"7,A+1,audit,true,{created},").rows

    assert row.course_run_id == f"course-v1:A+1+{run}"


def test_lets_the_last_of_two_equal_lines_count(tmp_path: Path, catalogue: Catalogue) -> None:
    read = read_csv(tmp_path, catalogue, HEADER, "7,Ö+2,audit,true,,", "7,Ö+2,verified,true,,")

    assert [row.mode for row in read.rows] == ["verified"]
    assert "line 3" in read.warnings[0]


def test_reads_cells_that_span_lines(tmp_path: Path, catalogue: Catalogue) -> None:
    lines = [HEADER, '"a\nb",Ö+2,audit,true,,', "7,X+9,audit,true,,"]

    with pytest.raises(InvalidFile, match=r"line 4, field 'course_key': 'X\+9' is not in the catalogue"):
        read_csv(tmp_path, catalogue, *lines)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("7,X+9,audit,true,,", "line 2, field 'course_key': 'X+9' is not in the catalogue"),
        ("x" * 3000 + ",A+1,audit,true,,", "line 2, field 'student_id': has 3000 characters"),
        (",A+1,audit,true,,", "line 2, field 'student_id': is missing"),
        ("7,,audit,true,,", "line 2, field 'course_key': is missing"),
        ("7,A+1,audit,maybe,,", "line 2, field 'is_active': 'maybe' is neither true nor false"),
        ("7,A+1,audit,true,yesterday,", "line 2, field 'created': 'yesterday' is not a date"),
        ("7,A+1,audit,true,,perhaps", "line 2, field 'completed': 'perhaps' is not a date"),
        ("7,course-v1:A+1+2029T9,audit,true,,", "line 2, field 'run': '2029T9' is not a run of A+1"),
        ("7,A+1,audit", "line 2: 3 cells where the header has 6"),
        ('7,A+1,"audit', "not CSV"),
    ],
)
def test_refuses_with_line_and_field(tmp_path: Path, catalogue: Catalogue, line: str, said: str) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_csv(tmp_path, catalogue, HEADER, line)

    assert said in str(refused.value)


def test_refuses_a_header_without_the_needed_columns(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidFile, match="the header lacks course_key"):
        read_csv(tmp_path, catalogue, "student_id,course", "7,A+1")


def test_takes_yes_and_no_for_a_completion_and_keeps_a_date(tmp_path: Path, catalogue: Catalogue) -> None:
    said = {"true": True, "YES": True, "1": True, "false": False, "no": False, "": False, "2026-05-01": False}
    lines = [f"{number},A+1,audit,true,2026-02-01,{word}" for number, word in enumerate(said)]

    rows = read_csv(tmp_path, catalogue, HEADER, *lines).rows

    assert [row.completed_undated for row in rows] == list(said.values())
    assert [row.completed is not None for row in rows] == [word == "2026-05-01" for word in said]


def test_says_once_what_four_hundred_lines_have_in_common(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(InvalidFile) as refused:
        read_csv(tmp_path, catalogue, HEADER, *(f"{number},X+9,audit,true,," for number in range(441)))

    assert str(refused.value).count("'X+9' is not in the catalogue") == 1
    assert "line 2, field 'course_key'" in str(refused.value)
    assert "(the first of 441 such lines)" in str(refused.value)
