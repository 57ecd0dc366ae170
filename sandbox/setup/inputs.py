"""The user's own catalogue and enrollments: checked whole before anything starts, then kept in the state folder.

A copy is kept so that the next `up` without `--catalog` serves the same catalogue, and so that nothing is loaded again
over data that changed since (the LMS loads a file only when its content is new).
"""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT, State


class InvalidInput(SandboxProblem):
    """A file given with --catalog or --enrollments cannot be loaded."""


@dataclass(frozen=True)
class Inputs:
    """Files to load; None: the fixtures (catalogue), or what goes with the catalogue (enrollments)."""

    catalog: Path | None = None
    enrollments: Path | None = None


def check_inputs(given: Inputs, kept: Inputs) -> str | None:
    """Check the given files whole, by the LMS's own rules; gives warnings. Raises `InvalidInput` (line and field)."""
    for option, path in (("--catalog", given.catalog), ("--enrollments", given.enrollments)):
        if path is not None and not path.is_file():
            what = "this is a folder; name the file in it" if path.is_dir() else "there is no such file"
            raise InvalidInput(f"{option} {path}: {what}.", "Nothing was started.")
    if given == Inputs():
        return None
    used = _combined(given, kept)
    command = [sys.executable, "-m", "services.lms", "check"]
    for option, path in (("--catalog", used.catalog), ("--enrollments", used.enrollments)):
        command += [option, str(path.resolve())] if path else []
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "DATABASE_"))}
    checked = subprocess.run(  # noqa: S603 - our own module; the paths are arguments, no shell reads them
        command, cwd=ROOT, env=environment | {"PYTHONUTF8": "1"}, capture_output=True, encoding="utf-8", check=False
    )
    if checked.returncode != 0:
        said = checked.stderr.strip().removeprefix("lms check: ")
        raise InvalidInput(
            f"The catalogue cannot be loaded:\n{said}", "Nothing was started, and kept data is as it was."
        )
    return checked.stderr.strip() or None


def kept_inputs(state: State) -> Inputs:
    """Find the copies that an earlier `up` kept."""
    return Inputs(_kept(state, "catalog"), _kept(state, "enrollments"))


def keep_inputs(state: State, given: Inputs) -> Inputs:
    """Copy the given files into the state folder; gives what to load from now on. A new catalogue replaces both."""
    if given == Inputs():
        return kept_inputs(state)
    used = _combined(given, kept_inputs(state))
    draft = state.root / "inputs.new"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name, path in (("catalog", used.catalog), ("enrollments", used.enrollments)):
        if path is not None:
            shutil.copyfile(path, draft / f"{name}{path.suffix.lower() or '.file'}")
    shutil.rmtree(state.inputs, ignore_errors=True)
    draft.rename(state.inputs)
    return kept_inputs(state)


def courses_in(state: State) -> int:
    """Count the kept catalogue's courses, nearly (lines, or titles in a JSON array); 0 for the fixtures."""
    path = kept_inputs(state).catalog
    if path is None:
        return 0
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        return sum(max(1, line.count(b'"title"')) for line in file)


def _combined(given: Inputs, kept: Inputs) -> Inputs:
    """Combine: new enrollments go with the kept catalogue; kept enrollments do not go with a new catalogue."""
    return given if given.catalog else Inputs(kept.catalog, given.enrollments)


def _kept(state: State, name: str) -> Path | None:
    return next((path for path in sorted(state.inputs.glob(f"{name}.*")) if path.is_file()), None)
