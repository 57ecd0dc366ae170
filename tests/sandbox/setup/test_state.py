"""The state folder: what is ours, what is not, and what a lost file costs."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest

from sandbox.setup.credentials import load_credentials
from sandbox.setup.state import DiskFull, NotASandbox, State, UnsupportedState, write_json, write_whole


@pytest.fixture
def state(tmp_path: Path) -> State:
    return State(tmp_path / "a state with spaces")


def test_claims_a_folder_that_is_not_there_yet(state: State) -> None:
    state.claim()

    assert state.exists
    assert state.logs.is_dir()


def test_refuses_a_folder_with_somebody_elses_files(state: State) -> None:
    state.root.mkdir()
    (state.root / "thesis.tex").write_text("years of work")

    with pytest.raises(NotASandbox, match=r"thesis\.tex"):
        state.claim()
    with pytest.raises(NotASandbox):
        state.empty()
    assert (state.root / "thesis.tex").read_text() == "years of work"


def test_refuses_the_state_of_another_version_and_leaves_it_alone(state: State) -> None:
    state.claim()
    (state.root / "sandbox.json").write_text('{"kind": "coursematch-sandbox", "version": 99}')
    (state.root / "postgres").mkdir()

    with pytest.raises(UnsupportedState, match="99"):
        state.claim()
    assert (state.root / "postgres").is_dir()


@pytest.mark.parametrize("content", ["", "{", '{"kind": "something else"}', "[]", "\x00\x00"])
def test_says_what_to_do_about_a_damaged_marker(state: State, content: str) -> None:
    state.claim()
    (state.root / "sandbox.json").write_text(content)

    with pytest.raises(NotASandbox, match=r"sandbox\.json"):
        state.claim()


def test_takes_up_a_first_start_that_was_cut_short(state: State) -> None:
    state.root.mkdir()
    (state.root / "sandbox.lock").touch()
    (state.root / "postgres.new").mkdir()

    state.claim()

    assert state.exists


def test_empties_what_it_made_and_leaves_what_it_did_not(state: State) -> None:
    state.claim()
    state.volume("search data")
    (state.root / "search data" / "courses.duckdb").touch()
    (state.root / "notes.txt").write_text("mine")

    assert state.empty() == ["notes.txt"]
    assert [path.name for path in state.root.iterdir()] == ["notes.txt"]


def test_removes_the_folder_when_nothing_of_others_is_in_it(state: State) -> None:
    state.claim()

    assert state.empty() == []
    assert not state.root.exists()


def test_does_not_follow_a_link_out_of_the_folder(state: State, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    state.claim()
    (state.root / "postgres").symlink_to(elsewhere)

    state.empty()

    assert (elsewhere / "kept").exists()


def test_says_how_much_room_a_start_needs(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.setup.state.FREE_BYTES", 1 << 60)

    with pytest.raises(DiskFull, match="MB free"):
        state.claim()
    assert not state.root.exists()


def test_writes_a_file_whole_or_leaves_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.json"
    write_json(path, {"api": "old"})

    with pytest.raises(TypeError):
        write_json(path, {"api": object()})

    assert json.loads(path.read_text()) == {"api": "old"}
    assert [entry.name for entry in tmp_path.iterdir()] == ["endpoints.json"]


def test_keeps_secrets_to_the_owner_and_makes_them_once(state: State) -> None:
    state.claim()

    first, new = load_credentials(state)
    again, renewed = load_credentials(state)

    assert (new, renewed) == (True, False)
    assert first == again
    assert stat.S_IMODE(state.secrets_file.stat().st_mode) == 0o600
    assert first.postgres_admin.value not in repr(first)


@pytest.mark.parametrize("content", ["", '{"postgres_admin":', "[1]", '{"control_key": 7}'])
def test_makes_new_secrets_when_the_file_was_cut_short(state: State, content: str) -> None:
    state.claim()
    before, _ = load_credentials(state)
    state.secrets_file.write_text(content)

    after, renewed = load_credentials(state)

    assert renewed
    assert after.postgres_admin != before.postgres_admin


def test_waits_on_windows_until_nobody_reads_the_file_it_replaces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Simulated: Windows refuses to rename over a file that is open."""
    rename, refusals = Path.replace, iter([True, True, False])

    def as_on_windows(draft: Path, path: Path) -> Path:
        if next(refusals):
            raise PermissionError(13, "used by another process")
        return rename(draft, path)

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(Path, "replace", as_on_windows)
    write_whole(tmp_path / "endpoints.json", b"{}")
    assert (tmp_path / "endpoints.json").read_bytes() == b"{}"
