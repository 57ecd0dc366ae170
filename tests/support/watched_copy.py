"""A sandbox that runs, and watches, a copy of what is ours; files of the copy are changed for a while and put back."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from sandbox.gateway.emulator_start import emulator_python
from tests.support.running_sandbox import PATIENCE_SECONDS, endpoints
from tests.support.sandbox_command import ROOT, START_SECONDS, environment, five_free_ports

NEEDED = ("services", "sandbox", "infra_pulumi", "fixtures", "openapi.yaml", "pyproject.toml", "uv.lock")
WHEELS = Path("build", "wheels")
ENDED = ("live", "refused", "unused")


@dataclass(frozen=True)
class Watched:
    """A sandbox that watches the copy in `tree`; `said` is its terminal."""

    tree: Path
    state: Path
    said: Path

    @property
    def api(self) -> str:
        return str(endpoints(self.state)["api"])

    def told(self) -> dict[str, Any]:
        """What the console is told of the last save."""
        answer = httpx.get(f"{self.api}/console/sandbox/watch", trust_env=False, timeout=30)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def save(self, changes: dict[str, tuple[str, str]]) -> dict[str, Any]:
        """Replace a text in each file, and wait for what comes of it."""
        now = time.time()
        for name, (old, new) in changes.items():
            text = (self.tree / name).read_text("utf-8")
            assert old in text, (name, old)
            (self.tree / name).write_text(text.replace(old, new, 1), "utf-8")
        return self.outcome(set(changes), now)

    def outcome(self, names: set[str], since: float) -> dict[str, Any]:
        """Wait for what came of files that were saved at `since`."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            told = self.told()
            if told.get("state") in ENDED and names <= set(told["files"]) and told["at"] >= since:
                return told
            time.sleep(0.1)
        raise AssertionError(f"nothing came of {names}: {self.told()}\n{self.said.read_text()[-2000:]}")

    @contextlib.contextmanager
    def saved(self, changes: dict[str, tuple[str, str]]) -> Iterator[dict[str, Any]]:
        """Save changes for as long as the block runs; gives what came of them, and waits until they are undone."""
        before = {name: (self.tree / name).read_text("utf-8") for name in changes}
        try:
            yield self.save(changes)
        finally:
            now = time.time()
            for name, text in before.items():
                (self.tree / name).write_text(text, "utf-8")
            assert self.outcome(set(changes), now)["state"] in ("live", "unused")

    def pid(self, name: str) -> int:
        status = httpx.get(f"{self.api}/console/sandbox/status", trust_env=False, timeout=30).json()
        return int(next(part["pid"] for part in status["parts"] if part["name"] == name))

    def found(self, keywords: str) -> list[str]:
        answer = httpx.get(f"{self.api}/coursematch", params={"keywords": keywords}, trust_env=False, timeout=30)
        return [course["title"] for course in answer.json().get("matches", [])]


def copied(folder: Path) -> Path:
    """Copy what a sandbox is made of; wheels that are here already are not downloaded again."""
    tree = folder / "tree"
    tree.mkdir()
    for name in NEEDED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, tree / name)
    if (ROOT / WHEELS).is_dir():
        shutil.copytree(ROOT / WHEELS, tree / WHEELS)
    return tree


@contextlib.contextmanager
def watching(folder: Path) -> Iterator[Watched]:
    """Start a sandbox of a copy in `folder`; it ends with the block."""
    known = Watched(copied(folder), folder / "state", folder / "said.txt")
    command = [sys.executable, "-m", "sandbox", "up", "--watch", "--light", "--state", str(known.state)]
    env = environment() | {"COURSEMATCH_EMULATOR_PYTHON": str(emulator_python())}
    with known.said.open("wb") as said:
        running = subprocess.Popen(  # noqa: S603 - our own module
            [*command, "--port-base", str(five_free_ports())], cwd=known.tree, env=env, stdout=said,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        until = time.monotonic() + START_SECONDS
        while "Watching services/" not in known.said.read_text():
            assert running.poll() is None, known.said.read_text()
            assert time.monotonic() < until, known.said.read_text()
            time.sleep(0.2)
        yield known
    finally:
        running.terminate()
        running.wait(60)
