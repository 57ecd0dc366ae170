"""Build the site with Material for MkDocs, strictly and offline: `build(root, folder)`."""

from __future__ import annotations

import logging
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from documentation import reference
from documentation.gathering import gather
from lessons.__main__ import parser as lesson_parser
from lessons.lesson import lessons
from sandbox.__main__ import parser as sandbox_parser

HOW_TO = (
    "sandbox",
    "kit",
    "other-systems",
    "chaos",
    "evaluation",
    "benchmarks",
    "chatgpt",
    "adviser-component",
    "aws",
    "operations",
)
REFERENCE = ("settings", "formats", "commands")


class NotBuilt(Exception):
    """A link or a reference does not hold; the message has every one."""


def build(root: Path, folder: Path, rewritten: Callable[[str], str] = str) -> int:
    """Build the site into `folder`, anew; gives how many pages it has. Raises `NotBuilt` and `BrokenLink`.

    `rewritten` is given the text of each page, for readers who type commands otherwise.
    """
    draft = folder.with_name(folder.name + ".source")
    for old in (draft, folder):
        shutil.rmtree(old, ignore_errors=True)
    found = gather(root, draft)
    write_reference(root, draft)
    for page in draft.rglob("*.md"):
        page.write_text(rewritten(page.read_text(encoding="utf-8")), encoding="utf-8")
    said = _Said()
    log = logging.getLogger("mkdocs")
    log.addHandler(said)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # the generator's own
            from mkdocs.commands.build import build as mkdocs_build
            from mkdocs.config import load_config

            mkdocs_build(load_config(config_file=str(_configured(draft, folder))))
    finally:
        log.removeHandler(said)
        shutil.rmtree(draft, ignore_errors=True)
    if said.words:
        raise NotBuilt("\n".join(said.words))
    return len(found)


def write_reference(root: Path, draft: Path) -> None:
    """Write the pages that are made from the code."""
    made = draft / "reference"
    made.mkdir(parents=True, exist_ok=True)
    texts = {
        "sandbox-commands": reference.commands("The sandbox's commands", sandbox_parser(), "nox -s sandbox --"),
        "lesson-commands": reference.commands("The lessons' commands", lesson_parser(), "nox -s lesson --"),
        "api": reference.api(root / "openapi.yaml"),
        "algolia-mock": reference.classes(
            "The stand-in for Algolia, in tests", root / "services/mock_algolia/in_process.py", ("AlgoliaMock",)
        ),
    }
    for name, text in texts.items():
        (made / f"{name}.md").write_text(text, encoding="utf-8")


def navigation() -> list[Any]:
    """Say what stands where; pages that are not named here are found by search and by links."""
    return [
        {"Quickstart": "README.md"},
        {"Lessons": ["lessons/README.md", *({one.title: f"lessons/{one.name}/lesson.md"} for one in lessons())]},
        {"Concepts": ["ARCHITECTURE.md", "docs/substrates.md", {"Notebooks": "notebooks/README.md"}]},
        {"How to": [*(f"docs/{name}.md" for name in HOW_TO), {"Faults": "docs/faults/README.md"}, "CONTRIBUTING.md"]},
        {"Reference": [
            *(f"docs/{name}.md" for name in REFERENCE), "reference/api.md", "reference/sandbox-commands.md",
            "reference/lesson-commands.md", "reference/algolia-mock.md", {"Decisions": "docs/decisions/index.md"},
        ]},
        {"Glossary": "GLOSSARY.md"},
    ]  # fmt: skip


def _configured(draft: Path, folder: Path) -> Path:
    configuration = {
        "site_name": "coursematch",
        "docs_dir": str(draft),
        "site_dir": str(folder),
        "use_directory_urls": False,  # pages also open from a disk
        "nav": navigation(),
        "theme": {"name": "material", "font": False, "features": ["navigation.indexes", "content.code.copy"]},
        "plugins": ["search"],  # from a disk there is no search: its worker needs a server, or a script from elsewhere
        "markdown_extensions": [
            "admonition", "attr_list", "md_in_html", "tables", "sane_lists",
            {"pymdownx.superfences": {"custom_fences": []}}, "pymdownx.highlight",
        ],
        "validation": {"links": {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}},
    }  # fmt: skip
    file = draft.parent / "mkdocs.yml"
    file.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    return file


class _Said(logging.Handler):
    """Keeps every warning of the generator."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.words: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one."""
        self.words.append(record.getMessage())
