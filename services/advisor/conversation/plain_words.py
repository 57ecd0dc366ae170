"""What an adviser says whatever the courses are about: the small words of each language, tables in `plain_speech`.

A reply's words are these, or they come from the tools' results or from the person; others are the model's own.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from services.question.tokens import words_of

TABLES = Path(__file__).with_name("plain_speech")
LANGUAGES = tuple(sorted(path.stem for path in TABLES.glob("*.txt")))
NEGATIONS = {
    "en": "no not none nothing isn't don't doesn't can't cannot couldn't didn't neither without",
    "es": "no ningún ninguno ninguna nada sin",
    "fr": "pas aucun aucune rien sans",
    "de": "nicht kein keine keinen nichts",
    "pt": "não nenhum nenhuma nada sem", "zh": "没 没有 无 不 未", "ar": "لا لم لن ليس ليست غير",
}  # fmt: skip
"""Where one of these stands, a title that the person asked for may be repeated: it was not found."""


@cache
def plain_words(language: str) -> frozenset[tuple[str, ...]]:
    """Give a language's plain phrases as compared words; Chinese ones are several words, a character each."""
    lines = (TABLES / f"{language if language in LANGUAGES else 'en'}.txt").read_text("utf-8").splitlines()
    written = " ".join(line for line in lines if not line.startswith("#")).split()
    return frozenset(phrase for word in written if (phrase := words_of(word)))


@cache
def negations(language: str) -> frozenset[str]:
    """Give a language's words of refusal as compared, a Chinese one's first character."""
    return frozenset(words_of(word)[0] for word in NEGATIONS.get(language, NEGATIONS["en"]).split())


def says_no(text: str, language: str) -> bool:
    """Say whether a text refuses or denies something."""
    return not negations(language).isdisjoint(words_of(text))
