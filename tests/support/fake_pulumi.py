"""A program in place of the Pulumi CLI: notes how it was called, and writes into the stack's file as the CLI does.

It prints what FAKE_PULUMI_SAYS.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = """#!{python}
import json, os, pathlib, sys
call = {{"argv": sys.argv[1:], "stdin": "" if sys.stdin.isatty() else sys.stdin.read(), "cwd": os.getcwd()}}
call["files"] = sorted(path.name for path in pathlib.Path().iterdir())
with open({log!r}, "a") as log:
    log.write(json.dumps(call) + chr(10))
print(os.environ.get("FAKE_PULUMI_SAYS", ""))
for path in pathlib.Path().glob("Pulumi.*.yaml"):
    path.write_text(path.read_text() + "  coursematch:imageTag: written by the CLI" + chr(10))
"""


@dataclass(frozen=True)
class FakePulumi:
    """Where it is, and what it noted."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """An environment whose PATH begins with it."""
        return {**os.environ, "PATH": os.pathsep.join([str(self.folder), os.environ["PATH"]])}

    def calls(self) -> list[dict[str, Any]]:
        """Every call, in order: `argv`, `stdin`, `cwd` and the `files` there."""
        return [json.loads(line) for line in (self.folder / "calls.jsonl").read_text().splitlines()]


@pytest.fixture
def fake_pulumi(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> FakePulumi:
    """Put it first on the PATH."""
    fake = FakePulumi(tmp_path_factory.mktemp("pulumi"))
    script = fake.folder / "pulumi"
    script.write_text(SCRIPT.format(python=sys.executable, log=str(fake.folder / "calls.jsonl")))
    script.chmod(0o700)
    monkeypatch.setenv("PATH", fake.environment["PATH"])
    return fake
