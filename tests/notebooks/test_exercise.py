"""Exercises in notebooks: what learners begin with is not taken, and the solution is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import nbformat
import pytest

from notebooks.__main__ import notebooks
from notebooks.exercise import NOT_YET, RIGHT, SOLUTIONS, exercises, solve, verdict, verdicts

WITH = [path for path in notebooks() if list(exercises(nbformat.read(path, as_version=4)))]


@pytest.mark.parametrize("path", WITH, ids=lambda path: path.stem)
def test_refuses_what_was_handed_out_and_takes_the_solution(path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = nbformat.read(path, as_version=4)
    names = [name for name, _ in exercises(notebook)]
    said = verdicts(notebook)
    assert len(said) == len(names), "each exercise is checked once, and its check was executed"
    assert all(line.startswith(NOT_YET) for line in said)

    solve(notebook)
    space: dict[str, Any] = {"check": lambda function, *cases: print(verdict(function, cases))}
    checks = [cell.source for cell in notebook.cells if cell.cell_type == "code" and "check(" in cell.source]
    for source in [cell.source for _, cell in exercises(notebook)] + [
        one.replace("from exercise import check", "") for one in checks
    ]:
        exec(source, space)  # noqa: S102 - our own cells
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(names)
    assert all(line.startswith(RIGHT) for line in lines), lines


def test_every_solution_is_of_an_exercise() -> None:
    names = {name for path in WITH for name, _ in exercises(nbformat.read(path, as_version=4))}
    assert names == {path.stem for path in SOLUTIONS.glob("[0-9]*.py")}
    assert names


def raises(_: int) -> int:
    raise KeyError("here")


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda _: None, "gives nothing back"),
        (lambda number: number, "gives 1; it should be 2."),
        (raises, "raises KeyError"),
    ],
)
def test_says_what_came_instead(function: Callable[[int], Any], said: str) -> None:
    found = verdict(function, [((1,), 2)])
    assert found.startswith(NOT_YET)
    assert said in found
