"""What a person is told when a command cannot do its work: quickly, with nothing started and nothing lost."""

from __future__ import annotations

import io
import json
import socket
from pathlib import Path

import pytest
from filelock import FileLock
from rich.console import Console

from sandbox.setup.ports import Ports, PortTaken, is_free, require_free
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State
from sandbox.terminal.summary import print_summary
from tests.support.sandbox_command import five_free_ports, sandbox


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_lists_its_commands() -> None:
    said = sandbox("--help").stdout

    assert all(name in said for name in ("up", "down", "status", "sync", "token", "logs", "reset", "doctor"))


@pytest.mark.parametrize("command", [["status"], ["sync"], ["token", "1"]])
def test_says_that_nothing_has_run_here(state: Path, command: list[str]) -> None:
    done = sandbox(*command, "--state", state)

    assert done.returncode == 1
    assert "No sandbox has run" in done.stdout + done.stderr
    assert not state.exists()


def test_gives_the_status_as_json_also_when_nothing_runs(state: Path) -> None:
    done = sandbox("status", "--json", "--state", state)

    assert json.loads(done.stdout)["running"] is False
    assert done.returncode == 1


@pytest.mark.parametrize("command", ["down", "reset"])
def test_has_nothing_to_stop_or_reset_in_a_new_folder(state: Path, command: str) -> None:
    assert sandbox(command, "--state", state).returncode == 0
    assert not state.exists()


def test_refuses_to_reset_a_folder_that_is_not_a_sandboxs(state: Path) -> None:
    state.mkdir()
    (state / "thesis.tex").touch()

    done = sandbox("reset", "--state", state)

    assert done.returncode == 1
    assert "not a sandbox" in done.stderr
    assert [path.name for path in state.iterdir()] == ["thesis.tex"]


def test_refuses_to_start_in_a_folder_that_is_not_a_sandboxs(state: Path) -> None:
    state.mkdir()
    (state / "thesis.tex").touch()

    done = sandbox("up", "--state", state)

    assert done.returncode == 1
    assert "thesis.tex" in done.stderr
    assert [path.name for path in state.iterdir()] == ["thesis.tex"]


def test_names_the_ports_that_are_taken_and_a_base_that_is_free(state: Path) -> None:
    base = five_free_ports()
    with socket.create_server(("127.0.0.1", base + 2)):
        done = sandbox("up", "--state", state, "--port-base", str(base))

    assert done.returncode == 1
    assert f"Port {base + 2} (Algolia) is taken" in done.stderr
    suggested = int(done.stderr.rpartition("--port-base ")[2].split("`")[0])
    assert all(is_free(port) for port in Ports(suggested).named().values())
    assert not state.exists()


def test_takes_a_port_for_free_that_only_waits_for_late_packets() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()

    assert is_free(port)


@pytest.mark.parametrize("base", [0, -1, 65534, 70000])
def test_refuses_a_base_that_is_no_port(base: int) -> None:
    with pytest.raises(SandboxProblem, match="not a port"):
        Ports(base)


def test_finds_no_fault_with_free_ports() -> None:
    require_free(Ports(five_free_ports()))
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(PortTaken, match="pid"):
        require_free(Ports(server.getsockname()[1]))


def test_says_who_uses_the_state_folder(state: Path) -> None:
    State(state).claim()
    with FileLock(state / "sandbox.lock"):
        up = sandbox("up", "--state", state)
        reset = sandbox("reset", "--state", state)

    assert "already running" in up.stderr
    assert "already running" in reset.stderr
    assert (up.returncode, reset.returncode) == (1, 1)
    assert State(state).exists


def test_refuses_a_state_of_another_version(state: Path) -> None:
    State(state).claim()
    (state / "sandbox.json").write_text('{"kind": "coursematch-sandbox", "version": 7}')

    done = sandbox("up", "--state", state)

    assert done.returncode == 1
    assert "version 7" in done.stderr


def test_refuses_a_database_of_another_major_version(state: Path) -> None:
    State(state).claim()
    (state / "postgres").mkdir()
    (state / "postgres" / "PG_VERSION").write_text("9\n")

    done = sandbox("up", "--state", state)

    assert done.returncode == 1
    assert "PostgreSQL 9" in done.stderr
    assert (state / "postgres" / "PG_VERSION").read_text() == "9\n"


def test_refuses_a_catalogue_with_mistakes_by_line_and_field_before_anything_starts(
    state: Path, tmp_path: Path
) -> None:
    catalogue = tmp_path / "my courses.jsonl"
    catalogue.write_text('{"key": "MITx+6.00", "title": "Good"}\n{"key": "no plus", "title": "Bad key"}\n')

    done = sandbox("up", "--state", state, "--catalog", catalogue)

    assert done.returncode == 1
    assert "line 2" in done.stderr
    assert "key" in done.stderr
    assert not state.exists()


def test_says_that_there_is_no_such_catalogue(state: Path) -> None:
    done = sandbox("up", "--state", state, "--catalog", "nowhere.json")

    assert done.returncode == 1
    assert "no such file" in done.stderr


def test_names_commands_as_the_person_types_them(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEMATCH_COMMAND", "nox -s sandbox --")

    told = sandbox("sync", "--state", state).stderr

    assert "`nox -s sandbox -- up`" in told
    assert "python -m" not in told


def test_says_in_ten_lines_where_to_look_how_to_ask_and_how_to_stop(state: Path) -> None:
    console = Console(record=True, width=200, file=io.StringIO())
    endpoints = {"api": "http://127.0.0.1:8080"}

    print_summary(console, endpoints, "python", state, "1")

    lines = [line for line in console.export_text().splitlines() if line.strip()]
    assert len(lines) <= 9  # and the line above them that says how long it took
    assert lines[0].split() == ["page", "http://127.0.0.1:8080/"]
    assert "$(python -m sandbox token 1)" in lines[2]
    assert "eyJ" not in console.export_text()  # no token stands on the screen
    assert lines[-1].split()[0] == "stop"


def test_lists_the_logs_there_are(state: Path) -> None:
    State(state).claim()
    (state / "logs" / "lms.log").write_text("listening\n")

    assert sandbox("logs", "lms", "--state", state).stdout == "listening\n"
    assert "lms" in sandbox("logs", "nobody", "--state", state).stderr


def test_examines_every_substrate() -> None:
    said = sandbox("doctor").stdout

    assert all(name in said for name in ("embedded", "localstack", "aws", "Python", "Docker"))


def test_says_what_the_embedded_substrate_lacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEMATCH_EMULATOR_PYTHON", str(tmp_path / "none" / "python"))

    done = sandbox("doctor")

    assert done.returncode == 1
    assert "nox -s sandbox" in done.stdout
