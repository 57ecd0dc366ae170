"""Every lesson both ways, on the running sandbox: the check refuses what was handed out, and takes the solution."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.sandbox_command import ROOT, asked, environment, sandbox

SECONDS = 120
LESSONS = sorted(path.name for path in (ROOT / "lessons").glob("[0-9][0-9]_*"))


def lesson(*arguments: str | Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "lessons", *arguments],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr


def held(state: Path, file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """Give tables and index of the sandbox, and leave a snapshot of them."""
    assert sandbox("snapshot", file, "--state", state).returncode == 0
    document = json.loads(gzip.decompress(file.read_bytes()))
    return document["tables"], document["index"]


def test_brings_back_what_a_lesson_changed_and_begins_with_a_teachers_snapshot(state: Path, tmp_path: Path) -> None:
    room = ("--state", state, "--work", tmp_path / "work")
    assert asked("sync", "--state", state).returncode == 0
    before = held(state, tmp_path / "class.snapshot")

    lesson("start", "6", *room)
    assert held(state, tmp_path / "begun")[0] != before[0]
    lesson("start", "6", *room, "--from", tmp_path / "class.snapshot")
    lesson("reset", "6", *room)

    assert held(state, tmp_path / "after") == before


@pytest.mark.parametrize("name", LESSONS)
def test_refuses_what_was_handed_out_and_takes_the_solution(name: str, state: Path) -> None:
    lesson("prove", name, "--state", state)
