"""First vectors with the real models: near what the models make, comparable with it, and quick."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.mock_algolia.engine.semantic.models import LocalEmbedder, load_embedder
from services.mock_algolia.engine.semantic.onnx_tensors import mapped_tensor

TITLES = (
    "Machine learning foundations", "Italian cooking at home", "First aid and emergency care", "Music theory",
    "Introducción a la contabilidad", "Histoire de la Révolution française", "机器学习入门",
    "Grundlagen der Elektrotechnik",
    "Beekeeping for beginners", "Negotiation and conflict resolution", "Watercolour landscapes", "Contract law",
)  # fmt: skip


@cache
def loaded() -> LocalEmbedder:
    found = load_embedder()
    assert isinstance(found, LocalEmbedder), "the group `semantic` is part of `test`: its models must load"
    return found


@pytest.fixture
def embedder() -> LocalEmbedder:
    return loaded()


@pytest.mark.parametrize(
    ("question", "best"),
    [
        ("teach computers from data", 0), ("cuisine italienne", 1), ("primeros auxilios", 2), ("accounting", 4),
        ("the French revolution", 5), ("机器学习", 6), ("electrical engineering", 7), ("bees", 8),
        ("Verhandlungen führen", 9), ("painting", 10),
    ],
)  # fmt: skip
def test_a_question_as_the_models_read_it_finds_texts_by_their_first_vectors(
    embedder: LocalEmbedder, question: str, best: int
) -> None:
    assert int((embedder.approximate(TITLES) @ embedder.embed([question])[0]).argmax()) == best


def test_each_is_nearer_to_its_own_text_than_to_any_other(embedder: LocalEmbedder) -> None:
    cosines = embedder.approximate(TITLES) @ embedder.embed(TITLES).T
    assert (cosines.argmax(1) == np.arange(len(TITLES))).all()
    assert cosines.diagonal().min() > 0.4


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_gives_unit_rows_or_zero_for_any_texts_whatever_stands_beside_them(texts: list[str]) -> None:
    rows = loaded().approximate(texts)
    assert rows.shape == (len(texts), loaded().width)
    lengths = np.linalg.norm(rows, axis=1)
    assert np.all((np.abs(lengths - 1) < 1e-4) | (lengths == 0))
    for text, row in zip(texts, rows, strict=True):
        np.testing.assert_allclose(loaded().approximate([text])[0], row, atol=1e-5)


def test_a_file_without_the_table_is_refused_by_name(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"\x08\x07")
    with pytest.raises(LookupError, match="word_embeddings"):
        mapped_tensor(model, "word_embeddings.weight_q")
