"""In a neural search a word that the index lacks is a typing mistake only where the meaning agrees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from services.mock_algolia.engine import Index

SETTINGS = {"searchableAttributes": ["title"], "mode": "neuralSearch"}
NEAR = {("perceptual", "conceptual"): 0.48, ("perceptual", "senses"): 0.8, ("lsat", "last"): 0.23,
        ("photograpy", "photography"): 0.62, ("enterpreneuship", "entrepreneurship"): 0.6,
        ("bred", "bread"): 0.9, ("eigenvalue", "linear algebra"): 0.1}  # fmt: skip
TITLES = ["conceptual", "senses", "last", "photography", "entrepreneurship", "bread", "linear algebra", "eiger"]


class Judged:
    """Places each title on an axis of its own, and each question as near to the titles as is said above."""

    name = "judged/1"
    width = len(TITLES) + 1

    def knows(self, word: str) -> bool:
        return word == "bred"

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        out = np.zeros((len(texts), self.width), np.float32)
        for at, text in enumerate(texts):
            if text in TITLES:
                out[at, TITLES.index(text)] = 1
                continue
            for (word, title), cosine in NEAR.items():
                if word in text:
                    out[at, TITLES.index(title)] = cosine
            out[at, -1] = np.sqrt(max(0.0, 1 - float(out[at] @ out[at])))
        return out


def found(query: str, synonyms: Sequence[dict[str, Any]] = ()) -> dict[str, float]:
    """Search all titles: what was found in order, with its keywordScore."""
    index = Index(SETTINGS, list(synonyms), [], embedder=Judged())
    index.apply([{"objectID": f"id of {title}", "title": title} for title in TITLES], [])
    hits = index.search({"query": query, "getRankingInfo": True}, index_name="i")["hits"]
    return {hit["title"]: hit["_rankingInfo"]["keywordScore"] for hit in hits}


@pytest.mark.parametrize(
    ("typed", "meant"), [("photograpy", "photography"), ("enterpreneuship", "entrepreneurship")], ids=["one", "two"]
)
def test_mends_typing_mistakes_that_mean_what_they_resemble(typed: str, meant: str) -> None:
    scores = found(typed)
    assert next(iter(scores)) == meant
    assert scores[meant] > 0.3


@pytest.mark.parametrize(
    ("typed", "resembled"), [("perceptual", "conceptual"), ("lsat", "last"), ("bred", "bread")],
    ids=["two typos that mean little", "a name", "a word that the models know"],
)  # fmt: skip
def test_gives_nothing_for_likeness_of_letters_alone(typed: str, resembled: str) -> None:
    assert found(typed).get(resembled, 0) == 0


def test_the_meaning_leads_where_letters_alone_would_mislead() -> None:
    assert next(iter(found("perceptual"))) == "senses"


def test_an_alternative_correction_says_what_an_unheard_word_means() -> None:
    taught = {"objectID": "t", "type": "altCorrection1", "word": "eigenvalue", "corrections": ["linear algebra"]}
    assert "linear algebra" not in found("eigenvalue")
    assert next(iter(found("eigenvalue", [taught]))) == "linear algebra"
