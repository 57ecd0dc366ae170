"""Nothing outlives the sandbox: a small process that ends the children should the sandbox be killed without warning.

The sandbox holds the write end of a pipe to the guard and names on it every process it starts. When the pipe closes,
for whatever reason (SIGKILL, a crash, a closed laptop lid's OOM), the guard ends what is still named: first with each
one's own stop signal, after a grace by force. The same list stands in `run/processes.json`, for the next `up`, should
somebody kill the guard too. A pid is only ever signalled together with its start time, so a reused pid is safe.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil

GRACE_SECONDS = 5.0


APART: dict[str, Any] = {"start_new_session": True}
"""Out of reach of the terminal: a window that is closed ends everything that is attached to it."""
if sys.platform == "win32":
    APART = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}


class OrphanGuard:
    """The sandbox's end: tells the guarding process what to end, and keeps the list on disk."""

    def __init__(self, ledger: Path) -> None:
        self._ledger = ledger
        self._watched: dict[int, tuple[float, int]] = {}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "sandbox.processes.orphan_guard"],
            cwd=Path(__file__).resolve().parents[2],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **APART,
        )

    def watch(self, pid: int, stop_signal: int) -> None:
        """End this process too, should the sandbox vanish."""
        with contextlib.suppress(psutil.NoSuchProcess):
            self._watched[pid] = (psutil.Process(pid).create_time(), stop_signal)
            self._tell()

    def forget(self, pid: int) -> None:
        """Take note that this process has ended."""
        if self._watched.pop(pid, None) is not None:
            self._tell()

    def close(self) -> None:
        """Let the guard go; it ends what is still named."""
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()
        self._process.wait(GRACE_SECONDS * 3)
        self._ledger.unlink(missing_ok=True)

    def _tell(self) -> None:
        line = _dump(self._watched)
        with contextlib.suppress(OSError):  # a full disk or a killed guard: the other of the two still knows
            self._ledger.write_text(line, encoding="utf-8")
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.write(line.encode() + b"\n")
                self._process.stdin.flush()


def end_leftovers(ledger: Path) -> int:
    """End what an earlier sandbox left running, by its list on disk; gives how many processes that were."""
    try:
        watched = _load(ledger.read_text(encoding="utf-8"))
    except (OSError, ValueError, TypeError):
        return 0
    ended = end(watched)
    ledger.unlink(missing_ok=True)
    return ended


def end(watched: dict[int, tuple[float, int]]) -> int:
    """End each process and all it started: its stop signal, a grace, then by force. Gives how many were still there."""
    trees: list[psutil.Process] = []
    there = 0
    for pid, (created, stop_signal) in watched.items():
        try:
            process = psutil.Process(pid)
            if abs(process.create_time() - created) > 1:
                continue
            trees += [process, *process.children(recursive=True)]
            process.send_signal(stop_signal if sys.platform != "win32" else signal.SIGTERM)
            there += 1
        except psutil.Error:
            continue
    _, alive = psutil.wait_procs(trees, GRACE_SECONDS)
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(alive, 1)
    return there


def _dump(watched: dict[int, tuple[float, int]]) -> str:
    return json.dumps([[pid, created, int(stop_signal)] for pid, (created, stop_signal) in watched.items()])


def _load(line: str) -> dict[int, tuple[float, int]]:
    return {int(pid): (float(created), int(stop_signal)) for pid, created, stop_signal in json.loads(line)}


def main() -> None:
    """Read lists until the pipe closes, then end what the last one names."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    os.chdir(Path(os.sep))
    last = ""
    for line in sys.stdin:
        last = line if line.endswith("\n") else last
    started = time.monotonic()
    if last:
        end(_load(last))
    raise SystemExit(0 if time.monotonic() - started < GRACE_SECONDS * 2 else 1)


if __name__ == "__main__":
    main()
