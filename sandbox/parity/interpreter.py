"""A Python 3.13 that LocalStack can run on, wherever one is kept on this machine."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

PYTHON = "3.13"
NAMED = "COURSEMATCH_PARITY_PYTHON"


class InterpreterMissing(Exception):
    """No Python 3.13 answers; the message says where was looked."""


def find_interpreter(environment: Mapping[str, str], home: Path) -> str:
    """Give a Python 3.13 that really runs. Raises InterpreterMissing.

    `uv python find` stops at the first name on the PATH, and a version manager's shim has that name for every version
    that it keeps, also where it refuses to run it.
    """
    if named := environment.get(NAMED):
        if version(named) != PYTHON:
            raise InterpreterMissing(f"{NAMED} names {named}, which is no Python {PYTHON}")
        return named
    looked = list(dict.fromkeys(candidates(environment, home)))
    for candidate in looked:
        if version(candidate) == PYTHON:
            return candidate
    raise InterpreterMissing(
        f"no Python {PYTHON} was found on the PATH, nor where pyenv, uv, asdf, mise and Homebrew keep one"
    )


def candidates(environment: Mapping[str, str], home: Path) -> Iterator[str]:
    """Give every file that may be one: on the PATH, then where version managers keep theirs, the newest first."""
    for folder in environment.get("PATH", "").split(os.pathsep):
        yield from _there([Path(folder) / f"python{PYTHON}"] if folder else [])
    kept = (
        (environment.get("PYENV_ROOT"), home / ".pyenv", "versions/3.13*"),
        (environment.get("UV_PYTHON_INSTALL_DIR"), home / ".local/share/uv/python", "cpython-3.13*"),
        (environment.get("ASDF_DATA_DIR"), home / ".asdf", "installs/python/3.13*"),
        (environment.get("MISE_DATA_DIR"), home / ".local/share/mise", "installs/python/3.13*"),
    )
    for said, usual, pattern in kept:
        found = sorted(Path(said or usual).glob(f"{pattern}/bin/python{PYTHON}"), reverse=True)
        yield from _there(found)
    yield from _there(Path(place) / f"bin/python{PYTHON}" for place in ("/opt/homebrew", "/usr/local", "/usr"))


def _there(paths: Iterable[Path]) -> Iterator[str]:
    return (str(path) for path in paths if path.is_file())


def version(interpreter: str) -> str | None:
    """Ask an interpreter for its version (`3.13`); None when it does not run."""
    try:
        done = subprocess.run(  # noqa: S603 - a file called python3.13, or the one that the user named
            [interpreter, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
            capture_output=True, text=True, timeout=30, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
