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
def test_types_no_secret_onto_a_command_line(page: Path) -> None:
    """There every process of the machine may read it, and the shell's history keeps it: it is asked for, or piped."""
    after = re.findall(r"pulumi config set --secret '?\w+'?(.*)", page.read_text(encoding="utf-8"))
    assert [rest for rest in after if not re.match(r"\s*(#|$)|`", rest)] == []


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


def bills() -> list[list[list[str]]]:
    """The tables of prices in docs/aws.md: rows of cells, the sum last."""
    text = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
    tables = re.findall(r"\| part \| how it is counted \| price of \| \$ a month \|\n\|[-|]+\n((?:\|.*\n)+)", text)
    return [[[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()] for table in tables]


def test_has_the_full_layout_and_a_cheaper_one() -> None:
    full, small = (float(table[-1][3].strip("*")) for table in bills())
    assert small < full / 3


@pytest.mark.parametrize("table", bills(), ids=("full", "small"))
def test_adds_up_what_it_costs(table: list[list[str]]) -> None:
    *parts, whole = table
    assert round(sum(float(part[3]) for part in parts)) == int(whole[3].strip("*"))


@pytest.mark.parametrize("table", bills(), ids=("full", "small"))
def test_marks_every_price_that_was_half_a_year_old_at_the_review(table: list[list[str]]) -> None:
    """Held to the page's own date: a test that reads today's would fail by itself one morning."""
    text = (ROOT / "docs" / "aws.md").read_text(encoding="utf-8")
    (reviewed,) = re.findall(r"Reviewed on (\d{4})-(\d\d)-\d\d", text)
    for name, _, dated, _ in table[:-1]:
        year, month = dated.split()[0].split("-")
        months = 12 * (int(reviewed[0]) - int(year)) + int(reviewed[1]) - int(month)
        assert months >= 0, name
        assert dated.endswith("†") is (months >= 6), name


def test_lists_every_known_difference_between_the_emulators() -> None:
    page = (ROOT / "docs" / "substrates.md").read_text(encoding="utf-8")
    words = {question.words for question in QUESTIONS}
    for known in KNOWN:
        assert set(known.questions) <= words
        assert f"| {'; '.join(known.questions)} | {', '.join(known.where)} | {known.reason} |" in page
    assert f"Of {len(QUESTIONS)} questions" in page
