"""A Python 3.13 is found where one is kept, behind a shim that refuses too; where none is, nothing looks passed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.parity import __main__ as parity
from sandbox.parity import localstack
from sandbox.parity.interpreter import NAMED, InterpreterMissing, find_interpreter
from sandbox.setup.not_run import NOT_RUN

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the stand-ins are shell scripts; runs on Linux and macOS"
)


def script(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o700)
    return path


def shim(folder: Path) -> Path:
    """As pyenv's, where 3.13 is installed and not the active one."""
    return script(folder / "python3.13", "echo 'pyenv: python3.13: command not found' >&2; exit 127")


def python(path: Path, version: str = "3.13") -> Path:
    return script(path, f"echo {version}")


def test_looks_further_than_a_shim_that_refuses(tmp_path: Path) -> None:
    shim(tmp_path / "shims")
    kept = python(tmp_path / "home/.pyenv/versions/3.13.1/bin/python3.13")
    assert find_interpreter({"PATH": str(tmp_path / "shims")}, tmp_path / "home") == str(kept)


def test_takes_the_first_on_the_path_that_answers(tmp_path: Path) -> None:
    shim(tmp_path / "shims")
    script(tmp_path / "lies/python3.13", "echo 3.12")
    kept = python(tmp_path / "good/python3.13")
    path = os.pathsep.join(str(tmp_path / name) for name in ("absent", "shims", "lies", "good"))
    assert find_interpreter({"PATH": path}, tmp_path) == str(kept)


@pytest.mark.parametrize(
    ("place", "variable"),
    [
        ("versions/3.13.0", "PYENV_ROOT"),
        ("cpython-3.13.9-linux-x86_64-gnu", "UV_PYTHON_INSTALL_DIR"),
        ("installs/python/3.13.2", "ASDF_DATA_DIR"),
        ("installs/python/3.13.2", "MISE_DATA_DIR"),
    ],
)
def test_looks_where_version_managers_keep_theirs(tmp_path: Path, place: str, variable: str) -> None:
    kept = python(tmp_path / "kept" / place / "bin/python3.13")
    assert find_interpreter({variable: str(tmp_path / "kept")}, tmp_path) == str(kept)


def test_takes_the_one_that_is_named_and_no_other(tmp_path: Path) -> None:
    older = python(tmp_path / "older", "3.12")
    newer = python(tmp_path / "newer")
    python(tmp_path / "path/python3.13")
    assert find_interpreter({NAMED: str(newer), "PATH": str(tmp_path / "path")}, tmp_path) == str(newer)
    with pytest.raises(InterpreterMissing, match=NAMED):
        find_interpreter({NAMED: str(older), "PATH": str(tmp_path / "path")}, tmp_path)


def test_says_that_nothing_was_compared_where_none_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Neither 0, which nox shows as success, nor 1, which is a difference."""
    monkeypatch.setenv(NAMED, str(python(tmp_path / "older", "3.12")))
    monkeypatch.setattr(localstack, "ENVIRONMENT", tmp_path / "environment")
    assert parity.main([]) == NOT_RUN == 77
    said = capsys.readouterr().out
    assert said.startswith("not run: LocalStack 4.14 needs Python 3.13")
    assert "; to run it install Python 3.13, or name one" in said


def test_the_check_of_the_engine_says_so_too_without_the_cli(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.engine"],
        cwd=Path(__file__).resolve().parents[3], env={**os.environ, "PATH": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == NOT_RUN, done.stderr
    assert done.stdout.startswith("not run: the Pulumi CLI is not installed; to run it ")
