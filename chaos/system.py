"""The sandbox that is attacked: started by its own command, with its state on a small disk of its own where root."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from shutil import rmtree, which
from typing import Any

import httpx

from chaos.answers import Answer

ROOT = Path(__file__).resolve().parents[1]
DISK = "460m"
"""Room for a start (300 MB free) and what a run keeps, and no more: a test fills the rest."""
RECOVERY_SECONDS = 90.0


@dataclass
class System:
    """A running sandbox and how to talk to it."""

    state: Path
    port_base: int
    small_disk: bool
    away: bool = False
    """The front door itself is being broken: it owes no answer."""
    _tokens: dict[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        """The front door's."""
        return f"http://127.0.0.1:{self.port_base}"

    def command(self, *arguments: str, seconds: float = 240) -> subprocess.CompletedProcess[str]:
        """Run one command of the sandbox."""
        argv = [sys.executable, "-m", "sandbox", *arguments, "--state", str(self.state)]
        return subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)  # noqa: S603  our own module

    def up(self) -> subprocess.CompletedProcess[str]:
        """Start it, on what was kept."""
        return self.command("up", "--detach", "--port-base", str(self.port_base))

    def endpoints(self) -> dict[str, Any]:
        """Where everything is, and the keys."""
        found: dict[str, Any] = json.loads((self.state / "endpoints.json").read_text("utf-8"))
        return found

    def pids(self) -> dict[str, int]:
        """Find the process of each part that runs."""
        told = json.loads(self.command("status", "--json").stdout or "{}")
        found = {part["name"]: part["pid"] for part in told.get("parts", []) if part["pid"]}
        return found | ({"sandbox": told["pid"]} if told.get("pid") else {})

    def token(self, learner: str) -> str:
        """Get a learner's token, as a person does; kept for the run."""
        if learner not in self._tokens:
            done = self.command("token", learner)
            if done.returncode != 0:
                raise RuntimeError(done.stderr)
            self._tokens[learner] = done.stdout.strip()
        return self._tokens[learner]

    @property
    def tokens(self) -> list[str]:
        """Every token that was handed out."""
        return list(self._tokens.values())

    def ask(
        self,
        path: str,
        params: Mapping[str, str] | None = None,
        *,
        learner: str = "",
        body: Any = None,
        seconds: float = 60,
    ) -> Answer:
        """Ask the front door."""
        headers = {"Authorization": f"Bearer {self.token(learner)}"} if learner else {}
        method = "GET" if body is None else "POST"
        try:
            answer = httpx.request(
                method,
                self.url + path,
                params=dict(params or {}),
                json=body,
                headers=headers,
                timeout=seconds,
                trust_env=False,
            )
        except (httpx.TransportError, OSError) as error:
            return Answer(0, error=type(error).__name__)
        return Answer(
            answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content
        )

    def recovered(self) -> bool:
        """Wait until a question is answered from the index and the database again; False where that takes too long."""
        until = time.monotonic() + RECOVERY_SECONDS
        while time.monotonic() < until:
            health = self.ask("/health", seconds=10)
            found = self.ask("/coursematch", {"keywords": "python"}, seconds=10)
            if health.status == 200 and found.status == 200 and found.json()["matches"]:
                return True
            time.sleep(0.5)
        return False


@contextmanager
def running(state: Path | None, port_base: int) -> Iterator[System]:
    """Start a sandbox of our own, and end it and what it kept in the end."""
    place = Path(tempfile.mkdtemp(prefix="coursematch-chaos-")) if state is None else state
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o711)  # as root, the database's own user passes through it
    mounted = _mount(place)
    system = System(place / "state", port_base, small_disk=mounted)
    try:
        done = system.up()
        if done.returncode != 0:
            raise RuntimeError(f"the sandbox did not start:\n{done.stdout}\n{done.stderr}")
        yield system
    finally:
        system.command("down")
        if mounted:
            subprocess.run([which("umount") or "umount", "-l", str(place)], check=False)  # noqa: S603  our own mount
        rmtree(place, ignore_errors=True)


def _mount(place: Path) -> bool:
    """Put a small disk there, where we may."""
    mount = which("mount")
    if sys.platform != "linux" or os.geteuid() != 0 or mount is None:
        return False
    argv = [mount, "-t", "tmpfs", "-o", f"size={DISK},mode=0711", "tmpfs", str(place)]
    return subprocess.run(argv, check=False, capture_output=True).returncode == 0  # noqa: S603  our own folder
