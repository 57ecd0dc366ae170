"""Which emulator parity compares with: one setting says it, and what cannot be compared never looks equal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from sandbox.localstack.emulators import SETTING, TOKEN
from sandbox.setup.not_run import NOT_RUN
from sandbox.setup.state import ROOT


@pytest.mark.parametrize(
    ("said", "code", "words"),
    [
        ("floci", NOT_RUN, "not run: a container of floci/floci:1.5.11 cannot reach the sandbox's parts"),
        ("localstack/localstack:2026.8", NOT_RUN, f"{SETTING}=http://127.0.0.1:4566"),
        ("https://lambda.eu-west-1.amazonaws.com", 1, "an emulator is on this machine, or it is none"),
        ("moto", 1, "write localstack, floci, ministack"),
    ],
)
def test_says_what_it_cannot_compare_with(said: str, code: int, words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "sandbox.parity"], cwd=ROOT, env={**os.environ, SETTING: said, TOKEN: "made up"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert words in done.stdout + done.stderr
