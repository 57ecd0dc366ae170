"""The three course levels of edX, and the words that people write for them."""

from __future__ import annotations

from typing import Literal, get_args

Level = Literal["Introductory", "Intermediate", "Advanced"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the first to the last: a learner's next level is the one after."""

LEVEL_WORDS: dict[Level, tuple[str, ...]] = {
    "Introductory": (
        "introductory", "beginner", "beginners", "beginner level", "for beginners", "entry level", "novice",
        "from scratch", "no experience", "without experience", "for dummies", "absolute beginner",
        "principiantes", "para principiantes", "nivel basico", "desde cero",
        "debutant", "debutants", "pour debutants", "niveau debutant",
        "anfanger", "fur anfanger", "einsteiger",
        "iniciante", "iniciantes", "para iniciantes", "do zero",
        "入门", "初级", "零基础",
    ),
    "Intermediate": (
        "intermediate", "intermediate level", "mid level",
        "intermedio", "nivel intermedio", "intermediaire", "niveau intermediaire", "mittelstufe",
        "intermediario", "nivel intermediario", "中级",
    ),
    "Advanced": (
        "advanced", "advanced level", "expert level", "for experts", "graduate level",
        "avanzado", "nivel avanzado", "avance", "niveau avance", "fortgeschrittene", "fur fortgeschrittene",
        "avancado", "nivel avancado", "高级",
    ),
}  # fmt: skip
"""Lower case and without accents, as Algolia normalises a query; longer phrases contain the shorter ones."""

_CATALOGUE_NAMES: dict[str, Level] = {
    "introductory": "Introductory", "introduction": "Introductory", "beginner": "Introductory", "basic": "Introductory",
    "beginner level": "Introductory", "foundation": "Introductory", "foundational": "Introductory",
    "entry": "Introductory", "entry level": "Introductory", "1": "Introductory",
    "intermediate": "Intermediate", "intermediate level": "Intermediate", "medium": "Intermediate", "2": "Intermediate",
    "advanced": "Advanced", "advanced level": "Advanced", "expert": "Advanced", "3": "Advanced",
}  # fmt: skip


def canonical_level(text: str | None) -> str | None:
    """Name a catalogue's level as edX does (`beginner` is `Introductory`); an unknown name stays as it is written."""
    if text is None or not text.strip():
        return None
    return _CATALOGUE_NAMES.get(" ".join(text.casefold().replace("-", " ").split()), " ".join(text.split()))
