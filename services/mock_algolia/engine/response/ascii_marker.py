"""Highlighting of plain ASCII texts: the words to mark are known, so they are searched for as they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from typing import Any, NamedTuple

_LETTER = re.compile(r"[A-Za-z0-9]")


class Mark(NamedTuple):
    """What a matching word shows: query words it stands for, and letters to mark (0: all)."""

    words: tuple[str, ...]
    letters: int = 0
    replacement: str | None = None


Run = tuple[tuple[str, ...], Mark]
Marks = Callable[[str], tuple[Mark | None, tuple[Run, ...]]]
"""word → its mark, and the runs of words that begin with it."""
Piece = tuple[int, int, Mark]


class _Known(NamedTuple):
    """A word to mark: how many of its letters, as what, and what a text says in which nothing else is marked."""

    letters: int
    replacement: str | None
    matched: tuple[str, ...]
    level: str


def nothing(text: str) -> dict[str, Any]:
    """Make the highlight leaf of a text in which nothing matched."""
    return {"value": text, "matchLevel": "none", "matchedWords": []}


class AsciiMarker:
    """Marks single words in ASCII texts, whose words are what a search for letters and digits finds."""

    def __init__(self, marks: Marks, query: tuple[str, ...], plain: bool, pre: str, post: str) -> None:
        self._marks = marks
        self._query = query
        self._plain = plain and bool(query)
        self._pre, self._post = pre, post
        self._words: dict[str, _Known | None] = {}
        self._hard: set[str] = set()  # words that begin a run: whether it is marked, the words after it say

    def _learn(self, word: str) -> _Known | None:
        mark, runs = self._marks(word)
        known = None
        if runs:
            self._hard.add(word)
        elif mark is not None:
            letters = mark.letters if mark.letters and len(word) > mark.letters else len(word)
            matched = tuple(dict.fromkeys(mark.words))
            known = _Known(letters, mark.replacement, matched, self._level(matched))
        self._words[word] = known
        return known

    def _level(self, matched: Collection[str]) -> str:
        for word in self._query:
            if word not in matched:
                return "partial"
        return "full"

    def leaves(self, value: Any, present: Sequence[str]) -> Any:
        """Make the highlight leaf of a text, or of each of a list of texts; None: this is a harder case.

        `present` are the matching words that the value holds; without any, no text is a hard one.
        """
        if type(value) is str:
            return self.leaf(value, present) if present else nothing(value)
        if type(value) is not list or set(map(type, value)) != {str}:
            return None
        if not present:
            return [{"value": text, "matchLevel": "none", "matchedWords": []} for text in value]
        leaves = [self.leaf(text, present) for text in value]
        return None if None in leaves else leaves

    def leaf(self, text: str, present: Sequence[str]) -> dict[str, Any] | None:
        """Make the highlight leaf of a text that holds no matching words but `present`; None: this is a harder case."""
        if not self._plain or not text.isascii():
            return None
        lower = text.lower()
        last = len(lower)
        pieces: list[tuple[int, int, _Known]] = []
        for word in present:
            start = lower.find(word)
            if start < 0:
                continue
            known = self._words[word] if word in self._words else self._learn(word)
            if known is None:
                if word in self._hard:
                    return None
                continue
            while start >= 0:
                end = start + len(word)
                if (start == 0 or not lower[start - 1].isalnum()) and (end == last or not lower[end].isalnum()):
                    pieces.append((start, start + known.letters, known))
                start = lower.find(word, end)
        if not pieces:
            return nothing(text)
        if len(pieces) > 1:
            return self._several(text, pieces)
        start, end, (_, replacement, matched, level) = pieces[0]
        return {
            "value": f"{text[:start]}{self._pre}{replacement or text[start:end]}{self._post}{text[end:]}",
            "matchLevel": level,
            "fullyHighlighted": not (_LETTER.search(text, end) or _LETTER.search(text, 0, start)),
            "matchedWords": [*matched],
        }

    def _several(self, text: str, pieces: list[tuple[int, int, _Known]]) -> dict[str, Any]:
        pieces.sort()
        out: list[str] = []
        words: dict[str, None] = {}
        last = 0
        whole = True
        for start, end, (_, replacement, matched, _) in pieces:
            out += (text[last:start], self._pre, replacement or text[start:end], self._post)
            whole = whole and not _LETTER.search(text, last, start)
            for word in matched:
                words[word] = None
            last = end
        out.append(text[last:])
        return {
            "value": "".join(out),
            "matchLevel": self._level(words),
            "fullyHighlighted": whole and not _LETTER.search(text, last),
            "matchedWords": [*words],
        }
