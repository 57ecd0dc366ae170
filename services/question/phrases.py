"""Tables of phrases: rows of what a phrase means, its language, an example, and the phrases; found longest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.question.tokens import Token, tokens, words_of

ROWS = Path(__file__).with_name("rows")


@dataclass(frozen=True, slots=True)
class Row:
    """One phrase of a table. `example` has `{}` where the phrase stands."""

    meaning: str
    language: str
    example: str
    phrase: str

    @property
    def sentence(self) -> str:
        """The example with the phrase in it."""
        return self.example.replace("{}", self.phrase)


@dataclass(frozen=True, slots=True)
class Found:
    """A row's phrase in a sentence, from one token to before another."""

    row: Row
    start: int
    end: int


def read_rows(name: str) -> tuple[Row, ...]:
    """Read `rows/<name>.txt`: `meaning | language | example | phrase; phrase`, a line a meaning and language."""
    rows = []
    for line in (ROWS / f"{name}.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            meaning, language, example, phrases = (cell.strip() for cell in line.split("|"))
            rows += [Row(meaning, language, example, phrase.strip()) for phrase in phrases.split(";") if phrase.strip()]
    return tuple(rows)


class PhraseTable:
    """Finds the phrases of some rows. Looking is linear in the sentence: no phrase is longer than a dozen words."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self.rows = tuple(rows)
        self._by_first: dict[str, list[tuple[tuple[str, ...], Row]]] = {}
        for row in self.rows:
            words = tuple(token.word for token in tokens(row.phrase))
            if words:
                self._by_first.setdefault(words[0], []).append((words, row))
        for entries in self._by_first.values():
            entries.sort(key=lambda entry: -len(entry[0]))

    def at(self, sentence: Sequence[Token], place: int, languages: frozenset[str] | None = None) -> Found | None:
        """Find the longest phrase that begins at a place, of these languages where they are told."""
        for words, row in self._by_first.get(sentence[place].word, ()):
            if languages is not None and row.language not in languages and row.language != "any":
                continue
            end = place + len(words)
            if end <= len(sentence) and all(
                token.word == word for token, word in zip(sentence[place:end], words, strict=True)
            ):
                return Found(row, place, end)
        return None

    def all(self, sentence: Sequence[Token], languages: frozenset[str] | None = None) -> Iterator[Found]:
        """Find phrases from left to right, none within another."""
        place = 0
        while place < len(sentence):
            found = None if sentence[place].sign else self.at(sentence, place, languages)
            if found:
                yield found
            place = found.end if found else place + 1


@cache
def tables_by_meaning(name: str) -> dict[str, PhraseTable]:
    """Give a table for each meaning of the rows of a file, in the file's order."""
    rows = read_rows(name)
    return {one: PhraseTable(row for row in rows if row.meaning == one) for one in {row.meaning: 0 for row in rows}}


@cache
def filler_words() -> frozenset[str]:
    """Give every word that carries a sentence and names nothing to learn, of all languages."""
    return frozenset(word for row in read_rows("filler") for word in words_of(row.phrase))
