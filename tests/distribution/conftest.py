"""The distribution as a stranger has it: built, installed in an environment of its own, used outside the repository."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from distribution.__main__ import build

SCRIPTS = "Scripts" if sys.platform == "win32" else "bin"


@dataclass(frozen=True)
class Installed:
    """An environment that holds the wheel, and a folder to work in that is not the repository."""

    environment: Path
    folder: Path
    archives: list[Path]

    @property
    def variables(self) -> dict[str, str]:
        """The shell's variables with the environment first, and without what would let the repository in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
        scripts = str(self.environment / SCRIPTS)
        return {**kept, "PATH": os.pathsep.join((scripts, kept["PATH"])), "VIRTUAL_ENV": str(self.environment)}

    def run(self, *command: str, check: bool = True) -> str:
        """Run a command in the folder and give all that it printed."""
        done = subprocess.run(  # noqa: S603 - our own commands
            command, cwd=self.folder, env=self.variables, capture_output=True, text=True, timeout=300, check=False
        )
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    @contextmanager
    def served(self, *command: str) -> Iterator[str]:
        """Run a server and give its URL once it listens."""
        with subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=self.folder, env=self.variables, stdout=subprocess.PIPE, text=True
        ) as server:
            try:
                assert server.stdout is not None
                told = ""
                while "listens on" not in told:
                    told = server.stdout.readline()
                    assert told, "it ended before it listened"
                url = told.partition("listens on ")[2].partition(",")[0]
                assert httpx.get(f"{url}/_mock/health", trust_env=False).json()["status"] == "ok"
                yield url
            finally:
                server.terminate()
                server.wait(30)
                if server.stdout:
                    server.stdout.close()


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    if os.environ.get("ALGOLIA_CLIENTS") != "1":
        pytest.skip("an environment of its own is filled from PyPI: `nox -s clients` does, with ALGOLIA_CLIENTS=1")
    place = tmp_path_factory.mktemp("stranger")
    archives = build(place / "built")
    environment = place / "environment"
    (place / "work").mkdir()
    made = Installed(environment, place / "work", archives)
    (wheel,) = [path for path in archives if path.suffix == ".whl"]
    uv = str(Path(sys.executable).with_name("uv"))
    made.run(uv, "venv", "--quiet", "--python", sys.executable, str(environment))
    wanted = [f"{wheel}[client]", "pytest", "pytest-xdist", "mypy"]
    made.run(uv, "pip", "install", "--quiet", "--python", str(environment / SCRIPTS / "python"), *wanted)
    return made
