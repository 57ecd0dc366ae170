"""The pages of docs/ against the code: each listed, links leading somewhere, settings and options the programs' own."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from services.advisor.settings import Settings as AdvisorSettings
from services.catalog_sync.settings import settings_from
from services.coursematch.settings import Settings as CoursematchSettings
from services.enrollments.settings import Settings as EnrollmentsSettings
from services.lms.settings import read_settings
from services.mock_algolia.settings import from_command_line
from services.recommendation_model.settings import settings_from as model_settings
from services.telemetry.settings import telemetry_settings
from services.web_edge.settings import base_path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*DOCS.glob("*.md"), *ROOT.glob("*.md")])
ROW = re.compile(r"^\| (`[^|]+`) \| (.+?) \|(?: (.*) \|)?$", re.MULTILINE)


class Read(Mapping[str, str]):
    """An environment that notes what is asked of it."""

    def __init__(self, **values: str) -> None:
        self._values = values
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("settings are read by name")

    def __len__(self) -> int:
        return len(self._values)


LAMBDA = {"IDENTITY_SECRET": "x", "IDENTITY_ISSUER": "x", "IDENTITY_AUDIENCE": "x"}
HISTORIES = (
    {"DATABASE_SECRET": "x"},
    {"ENROLLMENT_SOURCE": "openedx", "OPENEDX_URL": "http://x", "OPENEDX_SECRET": "x"},
)
SEARCH = {"ALGOLIA_APP_ID": "x", "ALGOLIA_SECRET": "x"}
MODEL = {"ADVISOR_MODEL": "openai", "ADVISOR_MODEL_ID": "x", "ADVISOR_MODEL_URL": "http://x"}


SYNC = {"LMS_URL": "http://x", "ALGOLIA_APP_ID": "x", "ALGOLIA_ADMIN_KEY": "x"}

READERS: dict[str, list[tuple[Callable[[Mapping[str, str]], Any], dict[str, str]]]] = {
    "coursematch": [
        *((CoursematchSettings.from_environment, {**LAMBDA, **SEARCH, **history}) for history in HISTORIES),
        (base_path, {}),
        (telemetry_settings, {}),
    ],
    "enrollments": [
        *((EnrollmentsSettings.from_environment, {**LAMBDA, **history}) for history in HISTORIES),
        (base_path, {}),
        (telemetry_settings, {}),
    ],
    "advisor": [(AdvisorSettings.from_environment, {**LAMBDA, **MODEL}), (base_path, {}), (telemetry_settings, {})],
    "catalog_sync": [(settings_from, SYNC)],
    "recommendation_model": [(model_settings, SYNC | {"DATABASE_URL": "postgresql://x"})],
    "lms": [(read_settings, {})],
    "mock_algolia": [(lambda environment: from_command_line([], environment), {}), (telemetry_settings, {})],
}
ONLY_STDIO = {"COURSEMATCH_TOKEN"}
"""Read by `python -m services.advisor` itself."""


def section(page: str, heading: str) -> str:
    """Give what stands under a heading of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"docs/{page} has no section «{heading}»"
    return found[1]


@pytest.mark.parametrize("room", READERS)
def test_the_settings_of_a_service_are_those_it_reads(room: str) -> None:
    read: set[str] = set()
    for reader, values in READERS[room]:
        environment = Read(**values)
        reader(environment)
        read |= environment.names
    table = ROW.findall(section("settings.md", "Services"))
    listed = {name.strip("`") for name, rooms, _ in table if room in rooms.split(", ")}
    assert listed - ONLY_STDIO == read


def test_the_settings_of_tools_are_those_they_read() -> None:
    listed = set(re.findall(r"`(COURSEMATCH_\w+)`", section("settings.md", "Tools and tests")))
    files = [path for top in ("sandbox", "infra_pulumi", "evaluation", "benchmarks", "notebooks", "tests", ".ci")
             for path in (ROOT / top).rglob("*") if path.suffix in (".py", "") and path.is_file()]  # fmt: skip
    files += [ROOT / "noxfile.py"]
    used = set(
        re.findall(r"\bCOURSEMATCH_[A-Z_]*[A-Z]\b", "\n".join(path.read_text(encoding="utf-8") for path in files))
    )
    assert listed == used - {"COURSEMATCH_API_URL", "COURSEMATCH_TOKEN", "COURSEMATCH_"}


def test_the_programs_settings_are_those_that_it_reads() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "infra_pulumi").rglob("*.py"))
    for name in re.findall(
        r"`([a-z]\w+)`(?=[^|]*\| )", section("settings.md", "The Pulumi program").partition("|---")[2]
    ):
        assert f'"{name}"' in code, f"docs/settings.md names {name}, which the program does not read"


@pytest.mark.parametrize("program", re.findall(r"^\| `python -m ([\w.]+)` \| `?--|^\| `python -m ([\w.]+)` \| `serve`",
                         (DOCS / "commands.md").read_text(encoding="utf-8"), re.MULTILINE))  # fmt: skip
def test_the_options_of_a_program_are_its_own(program: tuple[str, str]) -> None:
    name = "".join(program)
    (row,) = [line for line in section("commands.md", "Programs").splitlines() if f"`python -m {name}`" in line]
    folder = ROOT / name.replace(".", "/")
    sources = [folder / "__main__.py", folder / "settings.py"]
    own = {option for path in sources if path.exists() for option in options(path)}
    assert set(re.findall(r"`(--[\w-]+)`", row)) == own - {"--version"}


def options(path: Path) -> Iterator[str]:
    """Give the options that a module's parser takes and shows."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "add_argument"
        ):
            continue
        hidden = any(word.arg == "help" and ast.unparse(word.value).endswith("SUPPRESS") for word in node.keywords)
        for argument in node.args:
            if isinstance(argument, ast.Constant) and str(argument.value).startswith("--") and not hidden:
                yield str(argument.value)


def test_every_page_is_listed_with_a_sentence() -> None:
    listed = dict(re.findall(r"^\| \[.+?\]\((.+?)\) \| (.+) \|$", (DOCS / "index.md").read_text("utf-8"), re.MULTILINE))
    pages = {path.name for path in DOCS.glob("*.md")} - {"index.md"}
    pages |= {f"../{path.name}" for path in ROOT.glob("*.md")} | {"decisions", "faults/README.md"}
    assert set(listed) == pages
    assert min(len(sentence) for sentence in listed.values()) > 15


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_its_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)\s#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []
