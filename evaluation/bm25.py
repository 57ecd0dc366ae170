"""The baseline BM25: words of title, descriptions, skills and subjects, as one text a course (the library bm25s)."""

from __future__ import annotations

import re
from collections.abc import Sequence

import bm25s
import numpy

from evaluation.ranking import Histories, Ranking
from services.course_record import CourseRecord

WORD = r"(?u)\b\w[\w+#]*"
_HAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def text_of(record: CourseRecord) -> str:
    """Join what a course says of itself."""
    parts = (record.title, record.short_description, record.full_description, *record.skills, *record.subjects)
    return " ".join(part for part in parts if part)


class Bm25:
    """Ranks by Lucene's BM25 (k1 1.5, b 0.75), English stop words left out, Chinese and Japanese cut into pairs."""

    name = "BM25"

    def __init__(self, records: Sequence[CourseRecord]) -> None:
        self._keys = [record.course_key for record in records]
        self._texts = {record.course_key: text_of(record) for record in records}
        self._index = bm25s.BM25()
        self._index.index(_tokens([text_of(record) for record in records]), show_progress=False)

    def search(self, text: str, limit: int) -> Ranking:
        """Rank the courses that share a word with the text."""
        return [key for key, _ in self._scored(text, limit)]

    def more_like(self, keys: Sequence[str], limit: int) -> Ranking:
        """Rank the courses whose words are most like those of the courses given, these left out."""
        words = " ".join(self._texts.get(key, "") for key in keys)
        return [key for key, _ in self._scored(words, limit + len(keys)) if key not in keys][:limit]

    def _scored(self, text: str, limit: int) -> list[tuple[str, float]]:
        tokens = _tokens([text])
        if not tokens.vocab:
            return []
        found, scores = self._index.retrieve(tokens, k=min(limit, len(self._keys)), show_progress=False)
        pairs = zip(numpy.asarray(found)[0].tolist(), numpy.asarray(scores)[0].tolist(), strict=True)
        return [(self._keys[int(number)], score) for number, score in pairs if score > 0]


class Bm25Content:
    """The content baseline: BM25 with the learner's courses as the question."""

    name = "BM25-content"

    def __init__(self, bm25: Bm25, histories: Histories) -> None:
        self._bm25 = bm25
        self._histories = histories

    def recommend(self, learner: str, limit: int) -> Ranking:
        """Rank courses like those the learner took."""
        return self._bm25.more_like(self._histories.taken.get(learner, ()), limit)


def _tokens(texts: Sequence[str]) -> bm25s.tokenization.Tokenized:
    found: bm25s.tokenization.Tokenized = bm25s.tokenize(
        [_HAN.sub(_pairs, text) for text in texts],
        token_pattern=WORD,
        stopwords="en",
        show_progress=False,
    )
    return found


def _pairs(run: re.Match[str]) -> str:
    letters = run.group()
    if len(letters) < 2:
        return f" {letters} "
    return " " + " ".join(letters[at : at + 2] for at in range(len(letters) - 1)) + " "
