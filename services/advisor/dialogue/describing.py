"""What a course's own description says to a question: the sentences of it that answer. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from services.question.attitudes import CODES
from services.question.details import find_details
from services.question.everyday import find_terms
from services.question.phrases import filler_words
from services.question.tokens import same_words, singular, tokens

Json = dict[str, Any]
TOLD_MOST, CHARACTERS_MOST = 2, 400
NEARLY = 0.6
"""A second sentence is told where it answers nearly as well as the best."""
BY_WORD, BY_DETAIL, BY_TERM, BY_PAIR = 2.0, 1.5, 1.5, 1.0
"""How much a sentence's answering weighs by a word of the question, by a detail it asks, by what both call a subject,
and by two ideographs in a row."""
LEAST = 1.0
_STEM = 4
_ENDS = ("ing", "ed", "er", "es", "en", "ar", "ir", "as", "os", "em", "s", "e", "n")
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？؟])\s*")


def sentences_of(course: Json) -> list[str]:
    """Give the sentences of a record's descriptions, the short one's first."""
    texts = dict.fromkeys(
        " ".join(str(course.get(name) or "").split()) for name in ("short_description", "description")
    )
    found = [part.strip() for text in texts for part in _SENTENCE.split(text)]
    return list(dict.fromkeys(part for part in found if part))


def answering(course: Json, question: str, spoken: str) -> list[str]:
    """Pick the sentences of a record's descriptions that answer a question, at most two, in their order; else none."""
    sentences = sentences_of(course)
    scores = _scores(course, sentences, asking(question), spoken, str(course.get("title") or ""))
    best = max(scores, default=0.0)
    if best < LEAST:
        return []
    chosen = sorted(range(len(sentences)), key=lambda at: -scores[at])[:TOLD_MOST]
    return [sentences[at] for at in sorted(chosen) if scores[at] >= max(LEAST, NEARLY * best)]


def closeness(course: Json, said: str, spoken: str) -> float:
    """Weigh how much a course is about what is said: by its title and skills first, then by its descriptions."""
    names = [str(course.get("title") or ""), *course["skills"], *course["subjects"]]
    return 2 * sum(_scores(course, names, said, spoken)) + sum(_scores(course, sentences_of(course), said, spoken))


def _scores(course: Json, texts: Sequence[str], asked: str, spoken: str, without: str = "") -> list[float]:
    """Weigh each of a course's texts by what it shares with a question, less the words of the course's own name."""
    known = set(same_words(without))
    words = {_stem(word) for word in _telling(asked) - known}
    details = {one.name for one in find_details(asked, spoken)}
    terms = {term.english for term in find_terms(asked, spoken) if not set(same_words(term.english)) & known}
    english = {singular(word) for term in terms for word in term.split()}
    pairs = _pairs(asked) - _pairs(without)
    written = CODES.get(str(course.get("language") or ""), "")
    stems = [{_stem(word) for word in _telling(one)} for one in texts]
    common = Counter(stem for of_one in stems for stem in of_one)
    scores = []
    for text, of_one in zip(texts, stems, strict=True):
        named = {singular(word) for term in find_terms(text, written) for word in term.english.split()}
        score = sum(BY_WORD / common[stem] for stem in words & of_one)
        score += BY_DETAIL * len(details & {one.name for one in find_details(text, written)})
        score += BY_TERM * len(english & (named | set(same_words(text)))) / max(1, len(english))
        scores.append(score + BY_PAIR * len(pairs & _pairs(text)))
    return scores


def asked_details(question: str, spoken: str) -> set[str]:
    """Give what a question asks of a course that its description may tell: an exam, tools, the time a week."""
    return {one.name for one in find_details(asking(question), spoken)}


def asking(question: str) -> str:
    """Give the sentences of a text that end as questions; the whole text where none does."""
    parts = [part for part in re.split(r"(?<=[.!?;。！？؟])\s*", question) if part]
    marked = [part for part in parts if part.rstrip().endswith(("?", "？", "؟"))]
    return " ".join(marked) if marked else question


def in_short(sentences: Sequence[str]) -> str:
    """Join sentences in so many characters as an answer has room for."""
    told = ""
    for sentence in sentences:
        if told and len(told) + len(sentence) >= CHARACTERS_MOST:
            break
        told = f"{told} {sentence}".strip()
    return told[:CHARACTERS_MOST].rstrip()


def _telling(text: str) -> set[str]:
    """Give the words of a text that name something."""
    words = {token.word for token in tokens(text) if not token.sign}
    return {singular(word) for word in words - filler_words() if len(word) > 2 or not word.isascii()} - filler_words()


def _stem(word: str) -> str:
    """Take an ending off a word: "welding" and "weld" compare equal."""
    if not word.isascii():
        return word
    end = next((end for end in sorted(_ENDS, key=len, reverse=True) if word.endswith(end)), "")
    return word[: -len(end)] if end and len(word) - len(end) >= _STEM else word


def _pairs(text: str) -> set[str]:
    """Give every two ideographs in a row of which not both are words that carry a sentence."""
    said = [token.word if not token.sign and _is_ideograph(token.word) else "" for token in tokens(text)]
    pairs = {one + other for one, other in pairwise(said) if one and other}
    return {pair for pair in pairs if not set(pair) & filler_words()}


def _is_ideograph(word: str) -> bool:
    return len(word) == 1 and not word.isascii()
