"""Every lesson both ways, on the running sandbox: the check refuses what was handed out, and takes the solution."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.sandbox_command import ROOT, environment

SECONDS = 120
LESSONS = sorted(path.name for path in (ROOT / "lessons").glob("[0-9][0-9]_*"))


@pytest.mark.parametrize("lesson", LESSONS)
def test_refuses_what_was_handed_out_and_takes_the_solution(lesson: str, state: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "lessons", "prove", lesson, "--state", str(state)],
        cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
