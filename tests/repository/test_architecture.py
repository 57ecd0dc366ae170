"""ARCHITECTURE.md against the tree: every file that it names is there, and the questions are answered."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:[\w.-]+/)+[\w-]+\.\w+|openapi\.yaml)`")
QUESTIONS = (
    "level filter", "weights", "Algolia is down", "a field", "an endpoint", "a secret", "a fault", "a substrate",
)  # fmt: skip


def answers() -> dict[str, str]:
    """Give each heading that asks, with what stands under it."""
    sections = re.findall(r"^## (.+\?)\n(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    return dict(sections)


def test_names_only_files_that_exist() -> None:
    gone = [name for name in NAMED.findall(TEXT) if not (ROOT / name).is_file()]
    moved = {name: [str(found.relative_to(ROOT)) for top in ("services", "sandbox", "infra_pulumi", "tests", "docs")
                    for found in (ROOT / top).rglob(Path(name).name)] for name in gone}  # fmt: skip
    assert not gone, f"ARCHITECTURE.md names files that are not there; write instead (name: candidates): {moved}"


def test_answers_each_question_with_files() -> None:
    found = answers()
    for words in QUESTIONS:
        (heading,) = [heading for heading in found if words in heading]
        assert NAMED.findall(found[heading]), f"name the files under «{heading}» in ARCHITECTURE.md"
