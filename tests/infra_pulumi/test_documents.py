"""The infrastructure's documents against the code: settings, sessions and differences that they name exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sandbox.parity.comparison import QUESTIONS
from sandbox.parity.known import KNOWN

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "docs" / name for name in ("aws.md", "substrates.md", "operations.md")]


def settings_read() -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra_pulumi").rglob("*.py"))
    return set(re.findall(r"config\.\w+\(\s*\"(\w+)\"", text)) | set(re.findall(r"substrate\.\w+\(\"(\w+)\"", text))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_only_settings_that_the_programs_read(page: Path) -> None:
    named = re.findall(r"pulumi config set (?:--secret |--path )?'?(\w+)", page.read_text(encoding="utf-8"))
    assert set(named) <= settings_read()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_only_sessions_that_exist(page: Path) -> None:
    module = ast.parse((ROOT / "noxfile.py").read_text(encoding="utf-8"))
    sessions = {node.name for node in module.body if isinstance(node, ast.FunctionDef) and node.decorator_list}
    named = {
        name for said in re.findall(r"nox -s ([\w ]+)", page.read_text(encoding="utf-8")) for name in said.split()[:1]
    }
    assert named <= sessions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_only_files_that_exist(page: Path) -> None:
    for name in re.findall(r"`((?:infra_pulumi|sandbox|tests|services)/[\w./]+)`", page.read_text(encoding="utf-8")):
        assert (ROOT / name).exists(), name


def test_lists_every_known_difference_between_the_emulators() -> None:
    page = (ROOT / "docs" / "substrates.md").read_text(encoding="utf-8")
    words = {question.words for question in QUESTIONS}
    for known in KNOWN:
        assert set(known.questions) <= words
        assert f"| {'; '.join(known.questions)} | {', '.join(known.where)} | {known.reason} |" in page
    assert f"Of {len(QUESTIONS)} questions" in page
