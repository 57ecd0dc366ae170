"""Run what a learner wrote in a process of its own: an endless loop, an exit or a crash ends there, in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lessons.calls import CALLED
from lessons.lesson import FOLDER
from lessons.task import Missing

SECONDS = 20.0
CALLS = FOLDER / "calls.py"


def results(file: Path, function: str, calls: list[list[Any]]) -> list[Any]:
    """Call one function of a learner's file with each list of JSON arguments; its results. Raises `Missing`."""
    return list(said(CALLS, file, {"function": function, "calls": calls}))


def said(driver: Path, file: Path, given: Any = None, environment: Mapping[str, str] | None = None) -> Any:
    """Run a driver over the learner's file; the driver prints JSON. Raises `Missing` for what the learner can mend."""
    if not file.is_file():
        raise Missing(f"{file.name} is not there. `start` hands it out again.")
    argv = [sys.executable, str(driver), str(file)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COURSEMATCH_", "PYTEST"))}
    clean |= {"PYTHONPATH": str(FOLDER.parent), "PYTHONIOENCODING": "utf-8", **(environment or {})}
    try:
        done = subprocess.run(  # noqa: S603 - our driver over the learner's own file, on the learner's own machine
            argv, cwd=file.parent, env=clean, input=json.dumps(given), capture_output=True, encoding="utf-8",
            timeout=SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Missing(f"{file.name} did not end within {SECONDS:.0f} s. Is there a loop without an end?") from None
    if done.returncode != 0:
        raise Missing(f"{file.name} failed: {last_words(done.stderr, file)}")
    try:
        return json.loads(done.stdout.rpartition("\n\0")[2])
    except ValueError:
        raise Missing(f"{file.name} ended before it gave a result. Does it call `exit`?") from None


def last_words(stderr: str, file: Path) -> str:
    """Give the error with the last line of the learner's own file that led to it."""
    lines = stderr.strip().splitlines() or ["it ended without a word"]
    call = f", {lines.pop()}" if len(lines) > 1 and lines[-1].startswith(CALLED) else ""
    own = [line.strip() for line in lines if f'"{file}"' in line]
    where = own[-1].partition(", line ")[2].partition(",")[0] if own else ""
    return lines[-1] + (f" (line {where})" if where else "") + call
