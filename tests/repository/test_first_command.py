"""What a first `nox -s sandbox` brings onto a person's machine."""

from __future__ import annotations

import os
import re
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COPYLEFT = {"edx-api-client"}
"""Under the AGPL; only tests may use it."""


def test_installs_what_the_sandbox_needs_and_nothing_of_the_tests(tmp_path: Path) -> None:
    flags = re.search(r'"uv", "sync", (?:"--[a-z]+",\s*)+(?:#[^\n]*\n\s*)?"--no-default-groups"', _noxfile())
    assert flags, "nox must name the groups that it wants: uv adds `dev` by itself"

    packages = _packages("--no-default-groups", "--group", "sandbox", "--group", "semantic", folder=tmp_path)

    assert packages >= {"boto3", "pulumi-aws", "httpx"}
    assert not packages & (COPYLEFT | {"pytest", "mypy", "hypothesis", "playwright", "jupyterlab"})


def _noxfile() -> str:
    return (ROOT / "noxfile.py").read_text(encoding="utf-8")


def _packages(*flags: str, folder: Path) -> set[str]:
    uv = Path(sysconfig.get_path("scripts"), "uv")
    asked = [uv, "sync", "--frozen", "--offline", "--dry-run", *flags]
    done = subprocess.run(  # noqa: S603 - uv, from our own environment
        asked, cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(folder / "environment"), "UV_PYTHON_DOWNLOADS": "never"},
    )  # fmt: skip
    return {line.split()[1].partition("==")[0] for line in done.stderr.splitlines() if line.startswith(" + ")}
