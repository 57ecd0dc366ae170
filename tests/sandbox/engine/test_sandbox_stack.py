"""A sandbox that the Pulumi CLI deploys: what is said where there is none, and what a preview compares with."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from infra_pulumi.project_copy import copy_project
from sandbox.__main__ import parser
from sandbox.commands import run
from sandbox.engine.sandbox_stack import STACK, NoStack, SandboxStack
from sandbox.localstack.deployment import PROGRAM
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State
from tests.support.fake_pulumi import FakePulumi, fake_pulumi
from tests.support.sandbox_command import sandbox

__all__ = ["fake_pulumi"]


@pytest.fixture
def state(tmp_path: Path) -> State:
    made = State(tmp_path / "state")
    made.claim()
    return made


def deployed(state: State, given: str) -> Path:
    """What a deploy leaves behind: the project's copy with the settings of then, and the names of those given."""
    project = copy_project(PROGRAM, STACK, state.run / "pulumi" / "project")
    file = project / f"Pulumi.{STACK}.yaml"
    file.write_text(file.read_text() + "  coursematch:awsEndpoint: http://127.0.0.1:8081\n")
    (state.run / "pulumi" / "deployed").write_text(given)
    return file


def test_says_how_to_get_the_cli_before_anything_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    done = sandbox("up", "--engine", "pulumi", "--state", tmp_path / "state")
    assert done.returncode == 1
    assert "pulumi is not installed" in done.stderr
    assert "https://www.pulumi.com" in done.stderr
    assert not (tmp_path / "state").exists()


def test_says_that_windows_has_no_providers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    with pytest.raises(SandboxProblem, match="needs Linux or macOS"):
        run(parser().parse_args(["up", "--engine", "pulumi", "--state", str(tmp_path / "state")]))
    assert not (tmp_path / "state").exists()


def test_previews_nothing_where_no_sandbox_runs(tmp_path: Path) -> None:
    done = sandbox("preview", "--state", tmp_path / "state")
    assert done.returncode == 1
    assert "No sandbox is running" in done.stderr


def test_previews_nothing_that_the_cli_has_not_deployed(state: State) -> None:
    with pytest.raises(NoStack, match="up --engine pulumi"):
        SandboxStack(state).preview()


def test_previews_what_the_stacks_file_says_by_now(state: State, fake_pulumi: FakePulumi) -> None:
    """A setting that was changed in the repository is one of the change; one that the sandbox gave is not."""
    file = deployed(state, "imageTag\nawsEndpoint")
    then = file.read_text().replace('requestsPerSecond: "1000"', 'requestsPerSecond: "5"')
    file.write_text(then.replace('imageTag: "embedded"', 'imageTag: "given"'))
    assert SandboxStack(state).preview() == 0
    (call,) = fake_pulumi.calls()
    assert call["argv"][:3] == ["preview", "--diff", "--stack"]
    assert [part for part in call["argv"] if part.startswith("--config")] == [
        "--config=coursematch:requestsPerSecond=1000"
    ]
    assert Path(call["cwd"]) == state.run / "pulumi" / "project"
