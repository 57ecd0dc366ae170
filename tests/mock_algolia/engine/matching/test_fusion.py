"""Neural search: both legs, one order; with an invented model, and with the real ones where they are installed."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson
import pytest

from services.mock_algolia.engine import Index
from services.mock_algolia.engine.semantic.models import load_embedder

TOPICS = {"car": 0, "vehicle": 0, "auto": 0, "engine": 0, "soup": 1, "cooking": 1, "kitchen": 1, "song": 2, "music": 2}


class TopicEmbedder:
    """One direction a topic; counts what it embeds."""

    name = "topics/1"
    width = 4

    def __init__(self) -> None:
        self.embedded: list[str] = []

    def knows(self, word: str) -> bool:
        return True

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        self.embedded.extend(texts)
        out = np.zeros((len(texts), self.width), np.float32)
        for at, text in enumerate(texts):
            for word in text.lower().replace(".", " ").replace(",", " ").split():
                out[at, TOPICS.get(word, 3)] += 1 if word in TOPICS else 0.01
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)


RECORDS: list[dict[str, Any]] = [
    {"objectID": "a", "title": "vehicle", "kind": "x"},
    {"objectID": "b", "title": "soup", "kind": "x"},
    {"objectID": "c", "title": "car engine", "kind": "y"},
    {"objectID": "d", "title": "music", "kind": "y"},
]
SETTINGS = {"searchableAttributes": ["title"], "attributesForFaceting": ["kind"], "mode": "neuralSearch"}


def neural(embedder: TopicEmbedder | None = None) -> Index:
    index = Index(SETTINGS, [], [], embedder=embedder or TopicEmbedder())
    index.apply(RECORDS, [])
    return index


def ids(index: Index, **params: Any) -> list[str]:
    return [hit["objectID"] for hit in index.search(params, index_name="i")["hits"]]


def test_finds_by_meaning_and_puts_matched_words_first() -> None:
    found = neural().search({"query": "car", "getRankingInfo": True}, index_name="i")
    assert [hit["objectID"] for hit in found["hits"]] == ["c", "a"]
    info = found["hits"][1]["_rankingInfo"]
    assert info["keywordScore"] == 0
    assert info["semanticScore"] > 0.9
    assert 0 < info["neuralScore"] < info["semanticScore"]


def test_filters_and_exclusions_hold_for_the_semantic_leg() -> None:
    index = neural()
    assert ids(index, query="auto", filters="kind:x") == ["a"]
    assert ids(index, query="auto -engine", advancedSyntax=True) == ["a"]


def test_rules_hide_from_both_legs() -> None:
    rule = {"objectID": "r", "consequence": {"hide": [{"objectID": "a"}]}}
    index = Index(SETTINGS, [], [rule], embedder=TopicEmbedder())
    index.apply(RECORDS, [])
    assert ids(index, query="auto") == ["c"]


def test_keyword_search_is_the_same_byte_for_byte_with_and_without_vectors() -> None:
    with_vectors, without = neural(), Index({**SETTINGS, "mode": "keywordSearch"}, [], [])
    without.apply(RECORDS, [])
    for query in ("car", "vehicl", "", "nothing"):
        asked = {"query": query, "mode": "keywordSearch", "getRankingInfo": True, "facets": ["*"]}
        one, two = (index.search(asked, index_name="i") for index in (with_vectors, without))
        for found in (one, two):
            del found["processingTimeMS"], found["processingTimingsMS"]
        assert orjson.dumps(one) == orjson.dumps(two)


def test_embeds_each_text_once_across_updates_indices_and_dumps() -> None:
    embedder = TopicEmbedder()
    index = neural(embedder)
    assert sorted(embedder.embedded) == ["car engine", "music", "soup", "vehicle"]
    index.apply([{**RECORDS[0], "kind": "z"}], [])
    Index.load(index.dump(), SETTINGS, embedder=embedder)
    neural(embedder)
    assert len(embedder.embedded) == 4
    fresh = TopicEmbedder()
    loaded = Index.load(index.dump(), SETTINGS, embedder=fresh)
    assert fresh.embedded == []
    assert ids(loaded, query="auto") == ["a", "c"]


def test_repairs_typing_mistakes_and_spells_synonyms_out_before_embedding() -> None:
    embedder = Misreading()
    synonyms = [{"objectID": "s", "type": "synonym", "synonyms": ["wheels", "vehicle"]}]
    index = Index(SETTINGS, synonyms, [], embedder=embedder)
    index.apply(RECORDS, [])
    assert set(ids(index, query="wheels")) == {"a", "c"}
    assert set(ids(index, query="engnie")) == {"a", "c"}
    assert "engine" in embedder.embedded


def test_the_real_models_know_paraphrases_and_other_languages() -> None:
    embedder = load_embedder()
    assert embedder is not None, "the group `semantic` is part of `test`: its models must load"
    index = Index({"searchableAttributes": ["title"], "mode": "neuralSearch"}, [], [], embedder=embedder)
    titles = ["Machine learning foundations", "Italian cooking at home", "First aid and emergency care", "Music theory"]
    index.apply([{"objectID": str(at), "title": title} for at, title in enumerate(titles)], [])
    for query, best in (("teach computers from data", "0"), ("primeros auxilios", "2"), ("cuisine italienne", "1")):
        assert ids(index, query=query)[0] == best


def test_the_real_models_answer_many_threads_as_they_answer_one() -> None:
    embedder = load_embedder()
    assert embedder is not None, "the group `semantic` is part of `test`: its models must load"
    texts = [f"course {number} of {'history' if number % 2 else 'chemistry'}" for number in range(24)]
    alone = [embedder.embed([text])[0] for text in texts]

    with ThreadPoolExecutor(8) as pool:
        together = [rows[0] for rows in pool.map(lambda text: embedder.embed([text]), texts)]

    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_allclose(embedder.embed(texts), alone, atol=1e-3)


class Faint(TopicEmbedder):
    """Places every text, but a question of an unknown word only faintly near."""

    def knows(self, word: str) -> bool:
        return True

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        out = super().embed(texts)
        out[:, 0] += [0.2 if text == "zxqvw" else 0.0 for text in texts]
        return np.asarray(out / np.linalg.norm(out, axis=1, keepdims=True), np.float32)


def test_answers_nothing_where_no_word_matches_and_no_meaning_is_near() -> None:
    assert neural(Faint()).search({"query": "zxqvw"}, index_name="i")["nbHits"] == 0
    assert ids(neural(Faint()), query="auto") != []


class Graded(TopicEmbedder):
    """Says outright how near each title is to any question."""

    name = "graded/1"

    def knows(self, word: str) -> bool:
        return True

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        near = {"car engine": 0.5, "vehicle": 0.15, "soup": 0.05, "music": 0.12}
        cosines = np.array([near.get(text, 1.0) for text in texts], np.float32)
        out = np.zeros((len(texts), self.width), np.float32)
        out[:, 0], out[:, 1] = cosines, np.sqrt(1 - cosines**2)
        return out


@pytest.mark.parametrize("query", ["engine", "zxqvw"], ids=["a word of the index", "a meaning near the index"])
@pytest.mark.parametrize(
    "asked",
    [
        {"filters": "kind:x"},
        {"facetFilters": ["title:-car engine"]},
        {"numericFilters": ["size<2"]},
        {"optionalFilters": ["kind:y"], "filters": "NOT title:'car engine'"},
        {"ruleContexts": ["hiding"]},
    ],
    ids=["filters", "facetFilters", "numericFilters", "with optionalFilters", "a rule that hides"],
)
def test_filtering_the_matching_words_out_leaves_the_semantic_leg(query: str, asked: dict[str, Any]) -> None:
    rule = {"objectID": "r", "conditions": [{"context": "hiding"}], "consequence": {"hide": [{"objectID": "c"}]}}
    index = Index({**SETTINGS, "attributesForFaceting": ["kind", "title"]}, [], [rule], embedder=Graded())
    index.apply([{**record, "size": int(record["objectID"] == "c") * 2} for record in RECORDS], [])

    assert "c" in ids(index, query=query)
    left = ids(index, query=query, **asked)
    assert "a" in left
    assert "c" not in left


class LettersOnly(TopicEmbedder):
    """Has met the words of `TOPICS` and no other."""

    name = "letters/1"

    def knows(self, word: str) -> bool:
        return word in TOPICS


class Misreading(LettersOnly):
    """Places a mistyped engine somewhere near engines, as models do that read letters."""

    name = "misreading/1"

    def embed(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        out = super().embed(texts)
        out[:, 0] += [0.6 if text == "engnie" else 0.0 for text in texts]
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), np.float32)


def scores(index: Index, **params: Any) -> dict[str, dict[str, float]]:
    hits = index.search({"getRankingInfo": True, "hitsPerPage": 50, **params}, index_name="i")["hits"]
    return {hit["objectID"]: hit["_rankingInfo"] for hit in hits}


SOUPS = [{"objectID": f"soup{number}", "title": "soup"} for number in range(20)]
ALL_OPTIONAL = {"removeWordsIfNoResults": "allOptional"}


def test_a_name_that_the_models_have_not_met_outweighs_what_the_other_words_mean() -> None:
    records = [*SOUPS, {"objectID": "name", "title": "ccna"}, {"objectID": "word", "title": "car"}]
    found = []
    for embedder in (TopicEmbedder(), LettersOnly()):
        index = Index({**SETTINGS, **ALL_OPTIONAL}, [], [], embedder=embedder)
        index.apply(records, [])
        found.append(scores(index, query="ccna car"))
    met, letters = found
    assert met["name"]["keywordScore"] == met["word"]["keywordScore"]
    assert letters["name"]["keywordScore"] > 10 * letters["word"]["keywordScore"]
    assert letters["name"]["neuralScore"] > 5 * met["name"]["neuralScore"]


def test_an_optional_word_is_missed_at_little_cost() -> None:
    index = Index({**SETTINGS, **ALL_OPTIONAL}, [], [], embedder=TopicEmbedder())
    index.apply([*SOUPS, {"objectID": "music", "title": "music"}], [])
    needed = scores(index, query="learn music")["music"]["keywordScore"]
    optional = scores(index, query="learn music", optionalWords=["learn"])["music"]["keywordScore"]
    assert 0 < 3 * needed < optional < 1
    assert scores(index, query="learn music", optionalWords=["learn", "music"])["music"]["keywordScore"] == needed


def test_a_words_rarity_counts_in_records_that_came_just_now() -> None:
    """The newest records are not under the postings yet: every word of theirs once counted as rare as any other."""
    records = [{"objectID": f"song{number}", "title": "song one"} for number in range(20)]
    records += [{"objectID": "rare", "title": "kitchen"}, {"objectID": "common", "title": "song two"}]
    index = Index({**SETTINGS, "removeWordsIfNoResults": "allOptional"}, [], [], embedder=TopicEmbedder())
    index.apply(records, [])
    hits = index.search({"query": "song kitchen", "getRankingInfo": True, "hitsPerPage": 50}, index_name="i")["hits"]
    score = {hit["objectID"]: hit["_rankingInfo"]["keywordScore"] for hit in hits}
    assert score["rare"] > 5 * score["common"] > 0
