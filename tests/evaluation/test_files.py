"""Evaluation files are read as documented, and refused with the line that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from evaluation.files import Judgment, Query, read_judgments, read_next_courses, read_queries
from services.lms.files.rows import InvalidFile


def written(folder: Path, text: str, name: str = "file") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8", newline="")
    return path


def refusal(error: InvalidFile) -> list[tuple[int, str]]:
    return [(problem.line, problem.field) for problem in error.problems]


def test_reads_queries_with_and_without_header_and_note(tmp_path: Path) -> None:
    expected = (Query("q1", "learn C++"), Query("q2", "机器学习", "Chinese"))
    body = "q1\tlearn C++\r\n\nq2\t机器学习\tChinese\n"
    assert read_queries(written(tmp_path, body)) == expected
    assert read_queries(written(tmp_path, "query_id\ttext\tnote\n" + body)) == expected
    assert read_queries(written(tmp_path, "\ufeffqid\tquery\n" + body)) == expected


def test_reads_queries_as_json_lines(tmp_path: Path) -> None:
    lines = '{"query_id": "q1", "text": "a\\tb"}\n{"_id": 7, "text": "x"}\n'
    assert read_queries(written(tmp_path, lines)) == (Query("q1", "a\tb"), Query("7", "x"))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("q1\tone\nq2\n", [(2, "")]),
        ("q1\tone\n\t two\n", [(2, "query_id")]),
        ("q1\tone\nq2\t \n", [(2, "text")]),
        ("q1\tone\nq1\ttwo\n", [(2, "query_id")]),
        ("q1\tone\ttwo\tthree\n", [(1, "")]),
        ('{"query_id": "q1"}\n{nonsense\n', [(1, "text"), (2, "")]),
        ("\n", [(1, "")]),
    ],
)
def test_refuses_queries_with_the_line(tmp_path: Path, text: str, where: list[tuple[int, str]]) -> None:
    with pytest.raises(InvalidFile) as caught:
        read_queries(written(tmp_path, text))
    assert sorted(refusal(caught.value)) == where


def test_reads_qrels_of_courses_and_of_runs(tmp_path: Path) -> None:
    path = written(tmp_path, "q1 0 X+1 3\nq1\t0\tcourse-v1:X+2+run  1\nq2 Q0 X+1 -1\n")
    assert read_judgments(path, {"q1", "q2"}, {"X+1", "X+2"}) == (
        Judgment("q1", "X+1", 3),
        Judgment("q1", "X+2", 1),
        Judgment("q2", "X+1", -1),
    )


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ("q9 0 X+1 1", "query_id"),
        ("q1 0 X+9 1", "course_key"),
        ("q1 0 X+2 good", "grade"),
        ("q1 0 X+2 1.5", "grade"),
        ("q1 X+2 1", ""),
        ("q1 0 X+1 2", ""),
    ],
)
def test_refuses_qrels_with_the_line(tmp_path: Path, line: str, field: str) -> None:
    with pytest.raises(InvalidFile, match="line 3") as caught:
        read_judgments(written(tmp_path, f"q1 0 X+1 1\n\n{line}\n"), {"q1"}, {"X+1", "X+2"})
    assert refusal(caught.value) == [(3, field)]


def test_reads_next_courses(tmp_path: Path) -> None:
    path = written(tmp_path, "student_id,course_key\n1,X+2\n1,course-v1:X+3+r\n2,X+1\n")
    found = read_next_courses(path, {"1": ("X+1",), "2": ()}, {"X+1", "X+2", "X+3"})
    assert found == {"1": {"X+2", "X+3"}, "2": {"X+1"}}


@pytest.mark.parametrize(
    ("line", "field"), [("9,X+2", "student_id"), ("1,X+9", "course_key"), ("1,X+1", "course_key"), ("1", "")]
)
def test_refuses_next_courses_with_the_line(tmp_path: Path, line: str, field: str) -> None:
    path = written(tmp_path, f"student_id,course_key\n1,X+2\n{line}\n")
    with pytest.raises(InvalidFile, match="line 3") as caught:
        read_next_courses(path, {"1": ("X+1",)}, {"X+1", "X+2"})
    assert refusal(caught.value) == [(3, field)]


def test_names_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match="cannot be read"):
        read_queries(tmp_path / "missing.tsv")
