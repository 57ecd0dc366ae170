"""GLOSSARY.md against code and API: every word in it is used, and none is explained twice."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
ONE_PAGE = 90


def words() -> list[str]:
    """Give what the first columns name."""
    return re.findall(r"^\| `([^`]+)` \|", TEXT, re.MULTILINE)


def code() -> str:
    """Give the program's own text: rooms and contract, no tests, no prose."""
    files = [path for top in ("services", "sandbox", "infra_pulumi") for path in (ROOT / top).rglob("*.py")]
    return "\n".join(path.read_text(encoding="utf-8") for path in [*files, ROOT / "openapi.yaml"])


def test_explains_only_words_that_code_or_api_use() -> None:
    text = code()
    # A word counts where it stands alone or as a part of a name: `course` in `course_key`, `match` in `MatchList`.
    unused = [word for word in words() if not re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", text)]
    assert unused == [], f"in GLOSSARY.md, but not in code or openapi.yaml: {unused}"


def test_explains_each_word_once_and_fits_a_page() -> None:
    found = words()
    assert len(found) > 30
    assert sorted(found) == sorted(set(found))
    assert len(TEXT.splitlines()) <= ONE_PAGE
