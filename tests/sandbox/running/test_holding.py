"""A folder that is held is given back without a trace, also where a file that is open cannot be removed."""

from __future__ import annotations

import sys
from pathlib import Path

import filelock
import pytest

from sandbox.running.holding import AlreadyRunning, holding
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State


def test_leaves_no_trace_of_what_came_to_nothing(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    with pytest.raises(SandboxProblem, match="nothing"), holding(state):
        raise SandboxProblem("nothing")
    assert not state.root.exists()


def test_gives_the_lock_back_before_it_removes_the_file_on_windows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated: Windows refuses to remove a file that is open."""
    remove = Path.unlink

    def as_on_windows(path: Path, missing_ok: bool = False) -> None:
        other = filelock.FileLock(path)
        try:
            other.acquire(timeout=0)
        except filelock.Timeout:
            raise PermissionError(13, "used by another process") from None
        other.release()
        remove(path, missing_ok)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "unlink", as_on_windows)
    state = State(tmp_path / "state")
    with holding(state):
        pass
    assert not state.root.exists()


def test_refuses_a_second(tmp_path: Path) -> None:
    state = State(tmp_path / "state")
    with holding(state), pytest.raises(AlreadyRunning), holding(state):
        pass
