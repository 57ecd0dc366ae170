"""Sentences that people say to an adviser, each with what it wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

HERE = Path(__file__).parent
_MARKED = re.compile(r"\[[a-z]:([^\[\]]*)\]")
_WISHED = re.compile(r"\[[tx]:([^\[\]]*)\]")
_FILLINGS = {
    "arabic": ("الإحصاء", "الإنجليزية"),
    "chinese": ("统计", "英语"),
    "english": ("statistics", "French"),
    "french": ("statistiques", "anglais"),
    "german": ("Statistik", "Englisch"),
    "portuguese": ("estatística", "inglês"),
    "spanish": ("estadística", "francés"),
}
_TITLES = ("Deep Learning", "Opera", "Cooking for Beginners", "The Silk Roads")


@dataclass(frozen=True, slots=True)
class Sentence:
    """What somebody says, what they want by it, and the language it is said in. `bare`: a subject cut from another."""

    intent: str
    text: str
    language: str
    bare: bool = False


def read_sentences() -> list[Sentence]:
    """Read all: those written with placeholders (`examples/`), and those of writers who saw no code (`sentences/`)."""
    return [*_examples(), *_sentences()]


def _examples() -> Iterator[Sentence]:
    titles = cycle(_TITLES)
    for path in sorted((HERE / "examples").glob("*.txt")):
        subject, language = _FILLINGS[path.stem]
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                intent, _, several = line.partition("|")
                for text in filter(None, map(str.strip, several.split(";"))):
                    filled = text.replace("{t}", subject).replace("{l}", language).replace("{c}", next(titles))
                    yield Sentence(intent.strip(), filled, path.stem)


def _sentences() -> Iterator[Sentence]:
    """Read lines of `intent | sentence`. Parts are marked (`[t:baking]`): a subject alone is a search for it."""
    for path in sorted((HERE / "sentences").glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            intent, bar, text = line.partition("|")
            if bar:
                yield Sentence(intent.strip(), _MARKED.sub(r"\1", text).strip(), path.stem)
                for subject in _WISHED.findall(text):
                    yield Sentence("find", subject, path.stem, bare=True)
