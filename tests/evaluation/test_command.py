"""`python -m evaluation` measures what it is given, saves a report, and refuses what it cannot understand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.__main__ import main
from evaluation.comparison import Comparison
from evaluation.gate import floors_of, read_baseline, regressions
from evaluation.measures import Measured

CATALOGUE = [
    {"key": "X+1", "title": "Baking bread", "skills": ["Baking"], "enrollment_count": 5},
    {"key": "X+2", "title": "Sowing seeds", "skills": ["Gardening"]},
    {"key": "X+3", "title": "Bread of the world", "skills": ["Baking"], "prerequisites": ["X+1"]},
    {"key": "X+4", "title": "A garden on the balcony", "skills": ["Gardening"], "prerequisites": ["X+2"]},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "courses.json").write_text(json.dumps(CATALOGUE), encoding="utf-8")
    (tmp_path / "queries.tsv").write_text("q1\tbread\nq2\tbalcony\n", encoding="utf-8")
    (tmp_path / "qrels.txt").write_text("q1 0 X+1 3\nq1 0 X+3 2\nq2 0 X+4 3\n", encoding="utf-8")
    rows = ["1,X+1,2026-01-01", "1,X+3,2026-02-01", "2,X+2,2026-01-01", "2,X+4,2026-02-01", "3,X+1,2026-01-01"]
    (tmp_path / "taken.csv").write_text("\n".join(["student_id,course_key,created", *rows, ""]), encoding="utf-8")
    return tmp_path


def given(folder: Path, **files: str) -> list[str]:
    options = [part for name, file in files.items() for part in (f"--{name}", str(folder / file))]
    return ["--catalog", str(folder / "courses.json"), "--report", str(folder / "report"), *options]


def test_measures_search_on_files_of_ones_own(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["search", *given(folder, queries="queries.tsv", qrels="qrels.txt")]) == 0
    shown = capsys.readouterr().out
    for name in ("coursematch", "BM25", "nDCG@10", "MAP", "MRR", "recall@100"):
        assert name in shown
    report = json.loads((folder / "report" / "search.json").read_text(encoding="utf-8"))
    assert report["systems"]["coursematch"]["MRR"] == 1
    assert report["each"]["q1"]["systems"]["coursematch"]["ranking"][:2] == ["X+1", "X+3"]
    assert "| q1 | bread |" in (folder / "report" / "search.md").read_text(encoding="utf-8")


def test_holds_out_each_learners_last_course(folder: Path) -> None:
    assert main(["recommend", *given(folder, enrollments="taken.csv")]) == 0
    report = json.loads((folder / "report" / "next-course.json").read_text(encoding="utf-8"))
    assert report["data"]["learners asked"] == 2
    assert report["systems"]["coursematch"]["HR@10"] == 1
    assert report["systems"]["coursematch"]["taken"] == 0
    assert set(report["systems"]) == {"coursematch", "popularity", "item-kNN", "EASE", "BM25-content", "random"}


def test_says_that_there_is_nothing_to_hold_out(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "taken.csv").write_text("student_id,course_key,created\n1,X+1,2026-01-01\n", encoding="utf-8")

    assert main(["recommend", *given(folder, enrollments="taken.csv")]) == 2
    assert "nothing to hold out" in capsys.readouterr().err


def test_names_file_and_line_of_what_it_refuses(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "qrels.txt").write_text("q1 0 X+1 3\nq1 0 X+99 1\n", encoding="utf-8")
    assert main(["search", *given(folder, queries="queries.tsv", qrels="qrels.txt")]) == 2
    shown = capsys.readouterr().err
    assert "qrels.txt" in shown
    assert "line 2" in shown
    assert "X+99" in shown
    assert not (folder / "report").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["search", "--catalog", "c.json"],
        ["recommend", "--catalog", "c.json"],
        ["all", "--catalog", "c.json"],
        ["search", "--queries", "q.tsv", "--qrels", "q.txt"],
        ["search", "--catalog", "c.json", "--queries", "q.tsv"],
        ["recommend", "--catalog", "c.json", "--next", "n.csv"],
        ["gate", "--catalog", "c.json", "--enrollments", "e.csv"],
    ],
)
def test_asks_for_files_that_belong_together(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2


def comparison(**overall: float) -> Comparison:
    return Comparison("next course", {}, [Measured("ours", overall, {})], {}, {}, {})


def test_closes_the_gate_where_a_measure_fell_or_a_taken_course_came() -> None:
    floors = {"next course": {"HR@10": 0.5, "taken": 0.0}}
    assert regressions([comparison(**{"HR@10": 0.5, "taken": 0.0})], floors) == []
    worse = regressions([comparison(**{"HR@10": 0.4, "taken": 0.1})], floors)
    assert len(worse) == 2


def test_makes_floors_a_little_below_what_was_measured() -> None:
    floors = floors_of([comparison(**{"HR@10": 0.9, "taken": 0.0, "novelty": 4.0})])
    assert floors == {"next course": {"HR@10": 0.88, "taken": 0.0}}


def test_has_a_floor_for_every_gated_measure() -> None:
    floors = read_baseline()
    assert set(floors) == {"search", "next course"}
    assert set(floors["search"]) == {"nDCG@10", "MAP", "MRR", "recall@100"}
    assert set(floors["next course"]) == {"HR@10", "NDCG@10", "taken"}
