"""One version: told by every program a user starts, repeated correctly wherever a reader looks for it."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from services import VERSION

ROOT = Path(__file__).resolve().parents[2]
SERVICES = {f"services.{path.parent.name}" for path in (ROOT / "services").glob("*/__main__.py")}
SESSIONS = set(re.findall(r'"-m", "((?!pytest)[\w.]+)"', (ROOT / "noxfile.py").read_text("utf-8")))
PROGRAMS = sorted(SERVICES | SESSIONS)
"""Every service that can be started, and whatever a session of nox starts."""


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_program_tells_it(program: str) -> None:
    told = subprocess.run(  # noqa: S603 - a module of ours
        [sys.executable, "-m", program, "--version"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert told.stdout == f"coursematch {VERSION}\n"


def test_finds_what_the_sessions_start() -> None:
    assert {"sandbox", "benchmarks", "notebooks", "chaos", "infra_pulumi.package"} <= SESSIONS


def test_what_repeats_it_agrees() -> None:
    texts = {name: (ROOT / name).read_text("utf-8") for name in ("pyproject.toml", "openapi.yaml", "CITATION.cff")}
    assert tomllib.loads(texts["pyproject.toml"])["project"]["version"] == VERSION
    assert yaml.safe_load(texts["openapi.yaml"])["info"]["version"] == VERSION
    assert yaml.safe_load(texts["CITATION.cff"])["version"] == VERSION


def test_is_a_semantic_version_with_a_dated_section_of_the_changelog() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", VERSION)
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    sections = re.findall(r"^## (.+)$", changelog, re.MULTILINE)
    assert sections[0] == "Unreleased"
    released = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["date-released"]
    assert sections[1] == f"{VERSION} - {released}"
    assert "semantic versioning" in changelog.lower()
