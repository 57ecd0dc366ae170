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

    def words(self, mark: str) -> tuple[str, ...]:
        """Give what has a mark, in the order of the sentence."""
        return tuple(self.text[start:end] for one, start, end in self.spans if one == mark)


def read_apart() -> list[Marked]:
    """Read what is never taught: sentences by seven other writers, with their marks."""
    return [
        _marked(line, path.stem)
        for path in sorted((HERE / "apart").glob("*.txt"))
        for line in path.read_text("utf-8").splitlines()
    ]


def _marked(line: str, language: str) -> Marked:
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
            intent, bar, text = line.partition("|")
            if bar:
                plain, courses = _unmarked(text.strip())
                yield Sentence(intent.strip(), plain, path.stem)
                if courses:
                    yield Sentence(intent.strip(), plain, path.stem, courses=courses)
                elif subjects := _like_titles(text.strip()):
                    yield Sentence(intent.strip(), plain, path.stem, courses=subjects)
                for subject in _WISHED.findall(text):
                    yield Sentence("find", subject, path.stem, bare=True)


def _like_titles(text: str) -> tuple[tuple[int, int], ...]:
    """Give the places of subjects that are long enough to be titles: of two words or more, or four ideographs."""
    plain, places = _unmarked(text, _NAMED_AS_TITLES)
    long = all(
        len(plain[start:end].split()) > 1 or (end - start > 3 and not plain[start].isascii()) for start, end in places
    )
    return places if long else ()


def _unmarked(text: str, marks: str = _POINTS) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Take the marks out; gives the text, and where courses were pointed at in it."""
    plain, courses, at = "", [], 0
    for mark in _MARKED.finditer(text):
        plain += text[at : mark.start()]
        if text[mark.start() + 1] in marks:
            courses.append((len(plain), len(plain) + len(mark[1])))
        plain += mark[1]
        at = mark.end()
    return plain + text[at:], tuple(courses)
