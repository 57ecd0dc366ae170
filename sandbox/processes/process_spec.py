"""What a process is started with, how it is ended, and how to tell that it is ready."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sandbox.setup.state import ROOT

_PASSED_ON = (
    "PATH", "HOME", "USERPROFILE", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "SYSTEMDRIVE",
    "COMSPEC", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USER", "LOGNAME", "VIRTUAL_ENV", "LD_LIBRARY_PATH",
    "COURSEMATCH_EMULATOR_PYTHON", "COVERAGE_PROCESS_START", "COVERAGE_FILE",
)  # fmt: skip


@dataclass(frozen=True)
class ProcessSpec:
    """One process to run: what, with what environment (complete: nothing else is inherited), and how to end it."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict, repr=False)
    cwd: Path = ROOT
    health_url: str = ""
    """Answers 200 when the process is ready; empty: it is not asked."""
    stop_signal: int = signal.SIGTERM
    grace_seconds: float = 5.0
    user: str | None = None
    ends_last: bool = False
    """Others stand on it: when everything is stopped, it is stopped after them."""
    asked: bool = False
    """It answers a line for a line (`Child.ask`): stdin and stdout are pipes, and only stderr goes to its log."""

    def order(self, log: Path) -> bytes:
        """Tell a spare (`sandbox.watching.spare`), in a line of JSON, to become this process of Python."""
        told = {"run": self.argv[1:], "env": dict(self.env), "log": str(log)}
        return json.dumps(told).encode() + b"\n"


def base_environment() -> dict[str, str]:
    """Give what every process gets from this machine: paths and locale, no credentials, no proxy for loopback."""
    passed = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    # What processes say to logs and to each other is UTF-8 everywhere; Windows' Python would write its own code page.
    return {
        **passed,
        "PYTHONUTF8": "1",
        "PYTHONUNBUFFERED": "1",
        # glibc keeps what was freed, up to 64 MB in each of up to 8 heaps a core. With bounds of one's own it gives it
        # back: some 100 MB of a sandbox that has made its vectors.
        "MALLOC_ARENA_MAX": "2",
        "MALLOC_MMAP_THRESHOLD_": "1048576",
        "MALLOC_TRIM_THRESHOLD_": "1048576",
        "PYTHONDONTWRITEBYTECODE": "",
        "NO_PROXY": "*",
        "no_proxy": "*",
    }
