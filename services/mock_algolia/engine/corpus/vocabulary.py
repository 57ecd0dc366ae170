"""The dictionary of an index: every distinct word, found again by prefix and with typos."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from services.mock_algolia.engine.arrays import Growable, Ints, Longs
from services.mock_algolia.engine.kernels.edits import expand, shared_letters
from services.mock_algolia.engine.kernels.layout import TERM, TYPOS


@dataclass(frozen=True)
class Expansion:
    """The terms that stand for one query word, as entries of a plan for word 0 (see `kernels.layout`)."""

    entries: Ints

    @property
    def terms(self) -> Ints:
        """Their numbers."""
        return self.entries[:, TERM]

    @property
    def typos(self) -> Ints:
        """Their typos."""
        return self.entries[:, TYPOS]


class Words:
    """Append-only numbering of words; `order` sorts all but the newest, which the search reads one by one."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words: list[str] = []
        self.numbers: dict[str, int] = {}
        self.codes = Growable(np.uint32)
        self.starts = Growable(np.int64)
        self.starts.append(0)
        self.order: Ints = np.empty(0, np.int32)
        self.common: Ints = np.empty(0, np.int32)
        for word in words:
            self.number(word)

    def number(self, word: str) -> int:
        """Find the word's number, new if need be."""
        known = self.numbers.get(word)
        if known is None:
            known = len(self.words)
            self.words.append(word)
            self.codes.extend(np.frombuffer(word.encode("utf-32-le", "surrogatepass"), np.uint32))
            self.starts.append(self.codes.size)
            self.numbers[word] = known
        return known

    def snapshot(self) -> Dictionary:
        """Show what a reader may use while writers go on."""
        size = len(self.words)
        tail = np.arange(len(self.order), size, dtype=np.int32)
        order = np.concatenate([self.order, tail]) if len(tail) else self.order
        common = np.concatenate([self.common, np.zeros(len(tail), np.int32)]) if len(tail) else self.common
        return Dictionary(self, size, order, common, self.codes.view(), self.starts.view())


class Dictionary:
    """A reader's view of the words, with its own memory of past expansions."""

    def __init__(self, words: Words, size: int, order: Ints, common: Ints, codes: Ints, starts: Longs) -> None:
        self._words = words
        self.size = size
        self._order, self._common, self._codes, self._starts = order, common, codes, starts
        self._known: dict[tuple[str, int, bool], Expansion] = {}

    def sorted(self) -> tuple[Ints, Ints]:
        """Sort: (all terms in order, letters that each shares with the one before)."""
        words = self._words.words
        order = np.array(sorted(self._order.tolist(), key=words.__getitem__), np.int32)  # mostly in order already
        common = np.zeros(self.size, np.int32)
        shared_letters(order, self._codes, self._starts, common)
        return order, common

    def find(self, word: str) -> int:
        """Find the word's number, or -1."""
        number = self._words.numbers.get(word, -1)
        return number if number < self.size else -1

    def word(self, number: int) -> str:
        """Find the word of a number."""
        return self._words.words[number]

    def expand(self, word: str, budget: int, prefix: bool) -> Expansion:
        """Find the terms within `budget` edits, or that continue a word within them."""
        key = (word, budget, prefix)
        known = self._known.get(key)
        if known is None:
            out = np.empty((len(self._order), 6), np.int32)
            query = np.frombuffer(word.encode("utf-32-le", "surrogatepass"), np.uint32)
            count = expand(query, budget, prefix, self._order, self._common, self._codes, self._starts, out)
            known = Expansion(out[:count].copy())
            if len(self._known) > 4096:
                self._known.clear()
            self._known[key] = known
        return known
