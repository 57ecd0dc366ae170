"""Without a running sandbox a notebook says one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("localstack_client", reason="in the groups `sandbox` and `notebooks`")


def test_says_which_command_starts_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = pytest.importorskip("notebooks.connect", reason="matplotlib is in the group `notebooks` only")
    monkeypatch.setenv("COURSEMATCH_STATE", str(tmp_path / "state"))
    with pytest.raises(connect.NoSandbox, match="nox -s sandbox -- up --detach") as caught:
        connect.connect()
    assert caught.value._render_traceback_() == [str(caught.value)], "Jupyter shows this in a traceback's place"
