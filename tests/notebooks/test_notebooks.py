"""Each notebook is whole, was executed in order, and its outputs give nothing away."""

from __future__ import annotations

import ast
import importlib
import importlib.util
from pathlib import Path

import nbformat
import pytest

from notebooks.__main__ import indiscretions, notebooks

OURS = ("services", "sandbox", "evaluation", "benchmarks", "fixtures", "infra_pulumi")
NUMBERS = ["01", "02", "03", "04", "05", "06"]


def test_are_numbered_without_a_gap() -> None:
    assert [path.name[:2] for path in notebooks()] == NUMBERS


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_ask_a_question_and_keep_what_was_answered(path: Path) -> None:
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    assert notebook.cells[0].cell_type == "markdown"
    assert "**Question:**" in notebook.cells[0].source
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "executed once, from top to bottom"
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs), "a plot teaches"


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_tell_no_token_path_or_port(path: Path) -> None:
    assert indiscretions(nbformat.read(path, as_version=4)) == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_import_what_there_is(path: Path) -> None:
    """They are executed with the sandbox only: a name that moved is seen here first."""
    for cell in nbformat.read(path, as_version=4).cells:
        for node in ast.walk(ast.parse(cell.source)) if cell.cell_type == "code" else ():
            if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in OURS:
                module = importlib.import_module(str(node.module))
                missing = [name.name for name in node.names if not hasattr(module, name.name)]
                # A module of a package is no attribute of it before somebody has imported it.
                assert [name for name in missing if not importlib.util.find_spec(f"{node.module}.{name}")] == []


@pytest.mark.parametrize("path", notebooks(), ids=lambda path: path.stem)
def test_hold_no_logic_of_their_own(path: Path) -> None:
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            for node in ast.walk(ast.parse(cell.source)):
                assert not isinstance(node, ast.ClassDef | ast.While | ast.Try), "belongs into a module with tests"


def test_would_find_what_an_output_must_not_hold() -> None:
    token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc"
    cell = nbformat.v4.new_code_cell(
        outputs=[nbformat.v4.new_output("stream", text=f"{token} at http://127.0.0.1:8080/x in {Path.home()}/x")]
    )
    assert len(indiscretions(nbformat.v4.new_notebook(cells=[cell]))) == 3
