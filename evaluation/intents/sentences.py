"""Sentences that people say to an adviser, each with what it wants."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

HERE = Path(__file__).parent
_MARKED = re.compile(r"\[[a-z]:([^\[\]]*)\]")
_WISHED = "tx"
_POINTS = "cr"
"""The marks of what points at a course: its title, or a word like "it"."""
_NAMED_AS_TITLES = "t"
"""A subject may be the words of a title: who wishes for "linear algebra" asks nothing about the course of that name."""
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
    """What somebody says, what they want by it, and the language it is said in.

    `bare`: a subject cut from another. `courses`: the places (characters) that point at a course, where that is known,
    as it is of a title that was looked up and of "it" after an answer.
    """

    intent: str
    text: str
    language: str
    bare: bool = False
    courses: tuple[tuple[int, int], ...] = ()


def read_sentences() -> list[Sentence]:
    """Read all: those written with placeholders (`examples/`), and those of writers who saw no code (`sentences/`)."""
    return [*_examples(), *_sentences()]


@dataclass(frozen=True, slots=True)
class Marked:
    """A sentence whose writer marked what its words are for: (mark, from character, to before another)."""

    intent: str
    text: str
    language: str
    spans: tuple[tuple[str, int, int], ...]

    def places(self, marks: str) -> tuple[tuple[int, int], ...]:
        """Give the places (characters) of what has one of some marks, in the order of the sentence."""
        return tuple((start, end) for mark, start, end in self.spans if mark in marks)

    def words(self, mark: str) -> tuple[str, ...]:
        """Give what has a mark."""
        return tuple(self.text[start:end] for start, end in self.places(mark))


def read_apart() -> list[Marked]:
    """Read what is never taught: sentences by seven other writers, with their marks."""
    return [
        _marked(line, path.stem)
        for path in sorted((HERE / "apart").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]


def _marked(line: str, language: str) -> Marked:
    """Take the marks out of a line of `intent | sentence`, and say where they stood."""
    intent, _, said = line.partition("|")
    plain, at, spans = "", 0, []
    for mark in _MARKED.finditer(said := said.strip()):
        plain += said[at : mark.start()]
        spans.append((said[mark.start() + 1], len(plain), len(plain) + len(mark[1])))
        plain, at = plain + mark[1], mark.end()
    return Marked(intent.strip(), plain + said[at:], language, tuple(spans))


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
            if "|" in line:
                one = _marked(line, path.stem)
                plain = Sentence(one.intent, one.text, one.language)
                yield plain
                if courses := one.places(_POINTS) or _like_titles(one):
                    yield replace(plain, courses=courses)
                for mark, start, end in one.spans:
                    if mark in _WISHED:
                        yield Sentence("find", one.text[start:end], one.language, bare=True)


def _like_titles(one: Marked) -> tuple[tuple[int, int], ...]:
    """Give the places of subjects that are long enough to be titles: of two words or more, or four ideographs."""
    places = one.places(_NAMED_AS_TITLES)
    long = all(
        len(one.text[start:end].split()) > 1 or (end - start > 3 and not one.text[start].isascii())
        for start, end in places
    )
    return places if long else ()
