"""A home that cannot be written keeps nobody from starting."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.setup.caches import cache_environment
from sandbox.setup.state import ROOT


@pytest.fixture(autouse=True)
def _no_choice_of_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)


def test_keeps_caches_beside_the_environments_where_home_cannot_be_written(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "a file").write_text("")
    monkeypatch.setenv("HOME", str(tmp_path / "a file"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "a file"))

    assert cache_environment() == {"XDG_CACHE_HOME": str(ROOT / ".nox" / "cache")}


def test_leaves_caches_where_they_are_at_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))

    assert cache_environment() == {}


def test_leaves_the_choice_to_those_who_made_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))

    assert cache_environment() == {}
