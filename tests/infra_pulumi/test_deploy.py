"""Deploying to AWS: refused without an account, and without what the other substrates need."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra_pulumi.deploy import PROJECT, main, refusal
from infra_pulumi.stack_config import stack_settings
from sandbox.localstack.programs import REQUIREMENTS, missing


def test_refuses_a_stack_that_names_no_account(capsys: pytest.CaptureFixture[str]) -> None:
    if "coursematch:awsAccountId" in stack_settings(PROJECT, "aws"):
        pytest.skip("this working copy has its own account in Pulumi.aws.yaml; a fresh clone runs this test")
    assert main(["--stack", "aws", "--image-tag", "0a1b2c3"]) == 2
    assert "coursematch:awsAccountId in Pulumi.aws.yaml is missing" in capsys.readouterr().err


def test_deploys_no_other_substrate() -> None:
    assert "substrate in Pulumi.localstack.yaml is not aws" in str(refusal("localstack"))
    assert "no Pulumi.moon.yaml" in str(refusal("moon"))


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
