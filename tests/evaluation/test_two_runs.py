"""Two saved runs: what was gained, whether chance does as much, and the page that shows both."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from evaluation.__main__ import main
from evaluation.significance import randomisation_p
from evaluation.two_runs import compare_runs


def run(folder: Path, name: str, **rankings: list[str]) -> Path:
    """Save a run as the command does: the first result is relevant, what a query has of it is its measure."""
    each: dict[str, Any] = {
        query: {
            "question": f"<{query}> & more",
            "right": {"X+1": 3},
            "why": {"X+1": "0.90 Its title says <bread>."},
            "systems": {"ours": {"nDCG@10": float(ranking[:1] == ["X+1"]), "MAP": 0.5, "ranking": ranking}},
        }
        for query, ranking in rankings.items()
    }
    path = folder / f"{name}.json"
    titles = {"X+1": "Bread & <b>butter</b>"}
    path.write_text(json.dumps({"systems": {"ours": {"MAP": 0, "nDCG@10": 0}}, "titles": titles, "each": each}))
    return path


class Page(HTMLParser):
    """Reads a page as a browser does: its tags, and its text with entities understood."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.shown: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.shown.append(data)


def test_counts_how_often_chance_does_as_much() -> None:
    assert randomisation_p([]) == 1
    assert randomisation_p([0.0, 0.0]) == 1
    assert randomisation_p([0.3]) == 1, "one difference has one sign or the other"
    assert randomisation_p([0.2] * 5) == pytest.approx(2 / 32)
    assert randomisation_p([0.2, -0.1, 0.4]) == pytest.approx(4 / 8), "of the eight sums ±0.5 and ±0.7 are as far"


@pytest.mark.parametrize("queries", [13, 40])
def test_tells_a_gain_from_noise_whether_counted_or_drawn(queries: int) -> None:
    noise = [0.1 if at % 2 else -0.1 for at in range(queries)]
    assert randomisation_p([0.1] * queries) < 0.001
    assert randomisation_p(noise) > 0.5
    assert randomisation_p(noise) == randomisation_p([-one for one in noise])


def test_compares_the_queries_that_both_runs_have(tmp_path: Path) -> None:
    before = run(tmp_path, "before", q1=["X+2", "X+1"], q2=["X+1"], q3=["X+1"])
    after = run(tmp_path, "after", q1=["X+1", "X+2"], q2=["X+1"], q4=["X+1"])

    found = compare_runs(before, after, "ours")

    assert found.left_out == 2
    gain = found.gains[0]
    assert (gain.measure, gain.before, gain.after, gain.better, gain.worse, gain.p) == ("nDCG@10", 0.5, 1.0, 1, 0, 1.0)
    assert [question.id for question in found.questions] == ["q1", "q2"], "what changed most comes first"
    first = found.questions[0]
    assert [(one.course_key, one.moved) for one in first.sides[0]] == [("X+2", -1), ("X+1", 1)]
    assert [(one.course_key, one.moved) for one in first.sides[1]] == [("X+1", 1), ("X+2", -1)]
    assert first.sides[1][0].grade == 3
    assert first.sides[1][1].grade is None, "not judged is not the same as wrong"


def test_names_relevant_courses_that_neither_run_shows(tmp_path: Path) -> None:
    before, after = (run(tmp_path, name, q1=["X+2"]) for name in ("before", "after"))
    assert [one.course_key for one in compare_runs(before, after, "ours").questions[0].missing] == ["X+1"]


def test_shows_both_runs_on_a_page_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = run(tmp_path, "before", q1=["X+2", "X+1"]), run(tmp_path, "after", q1=["X+1", "X+2"])

    assert main(["compare", str(before), str(after), "--system", "ours", "--report", str(tmp_path / "out")]) == 0

    assert "+1.0000" in capsys.readouterr().out
    text = (tmp_path / "out" / "side-by-side.html").read_text(encoding="utf-8")
    page = Page()
    page.feed(text)
    for said in ("<q1> & more", "Bread & <b>butter</b>", "Its title says <bread>.", "↑1", "not judged"):
        assert any(said in data for data in page.shown), said
    assert not {"script", "link", "img"} & set(page.tags), "it opens from a disk, without a network"
    assert "http" not in text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[]", "is no run"),
        ("not json", "is no run"),
        ('{"systems": {"BM25": {}}, "each": {}}', "measured were: BM25"),
        ('{"systems": {"ours": {"MAP": 1}}, "each": {}}', "no query"),
    ],
)
def test_refuses_what_is_no_run(tmp_path: Path, content: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = run(tmp_path, "before", q1=["X+1"]), tmp_path / "after.json"
    after.write_text(content)
    assert main(["compare", str(before), str(after), "--system", "ours", "--report", str(tmp_path)]) == 2
    assert told in capsys.readouterr().err
    assert not (tmp_path / "side-by-side.html").exists()
