"""Deploying to AWS: refused without an account, and without what the other substrates need."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra_pulumi import deploy
from infra_pulumi.deploy import PROJECT, main, refusal
from sandbox.localstack.programs import REQUIREMENTS, missing
from tests.support.fake_pulumi import FakePulumi, fake_pulumi

__all__ = ["fake_pulumi"]


def test_refuses_a_stack_that_names_no_account(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.aws.yaml").write_text("config:\n  coursematch:substrate: aws\n")
    assert "coursematch:awsAccountId in Pulumi.aws.yaml is missing" in str(refusal("aws", tmp_path))


def test_says_why_it_refuses(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "moon", "--image-tag", "0a1b2c3"]) == 2
    assert (
        "Refused: there is no infra_pulumi/coursematch/Pulumi.moon.yaml: copy Pulumi.aws.yaml"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize("preview", [True, False])
def test_leaves_the_work_tree_as_it_was(
    fake_pulumi: FakePulumi, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, preview: bool
) -> None:
    """The CLI writes `--config` into the stack's file, of a preview too."""
    project = tmp_path / "coursematch"
    shutil.copytree(PROJECT, project)
    file = project / "Pulumi.aws.yaml"
    file.write_text("config:\n  coursematch:substrate: aws\n  coursematch:awsAccountId: '123456789012'\n")
    before = {path: path.read_bytes() for path in project.glob("*") if path.is_file()}
    monkeypatch.setattr(deploy, "PROJECT", project)
    assert main(["--stack", "aws", "--image-tag", "0a1b2c3", *(["--preview"] if preview else [])]) == 0
    (call,) = fake_pulumi.calls()
    assert call["argv"][0] == ("preview" if preview else "up")
    assert call["argv"][call["argv"].index("--config") + 1] == "coursematch:imageTag=0a1b2c3"
    assert call["files"] == ["Pulumi.aws.yaml", "Pulumi.yaml", "__main__.py"]
    assert {path: path.read_bytes() for path in before} == before
    assert not Path(call["cwd"]).exists()


def test_deploys_no_other_substrate() -> None:
    assert "substrate in Pulumi.localstack.yaml is not aws" in str(refusal("localstack"))
    assert "Pulumi.moon.yaml: copy" in str(refusal("moon"))


def test_accepts_a_stack_with_an_account(tmp_path: Path) -> None:
    text = "config:\n  coursematch:substrate: aws\n  coursematch:awsAccountId: '123456789012'\n"
    (tmp_path / "Pulumi.aws-trial.yaml").write_text(text)
    assert refusal("aws-trial", tmp_path) is None


def nowhere(program: str) -> str | None:
    return None


def test_says_what_to_install_for_docker_all_at_once() -> None:
    sentences = missing(find=nowhere)
    assert len(sentences) == len(REQUIREMENTS)
    for need, sentence in zip(REQUIREMENTS, sentences, strict=True):
        assert sentence.startswith(f"{need.program} is not installed")
        assert "https://" in sentence
