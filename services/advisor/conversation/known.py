"""What the tools returned in a turn and what the person said: all that an answer may be made of, beside plain words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from services.advisor.conversation.scope import without_instructions
from services.question.course_keys import find_keys
from services.question.tokens import contains, words_of

Words = tuple[str, ...]
_NAMES = frozenset(
    {"title", "organisation", "level", "language", "keywords", "skills", "subjects", "words", "availability"}
)
STEM, ENDING = 4, 3
"""Two words are forms of one where they begin alike and differ in no more than an ending."""
_KEYS = frozenset({"course_key", "course_id", "id"})


@dataclass
class Known:
    """Keys, titles (each with its keys), other names, addresses and words that an answer may hold."""

    keys: set[str] = field(default_factory=set)
    titles: dict[Words, set[str]] = field(default_factory=dict)
    names: set[Words] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)
    stems: dict[str, list[str]] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    asked: list[Words] = field(default_factory=list)

    def learn(self, result: Any, field_name: str = "") -> None:
        """Take in a tool's result, whatever its shape."""
        if isinstance(result, dict):
            if isinstance(result.get("title"), str):
                keys = {key_of(found.course_key) for name in _KEYS for found in find_keys(str(result.get(name, "")))}
                self.titles.setdefault(words_of(result["title"]), set()).update(keys)
            for name, value in result.items():
                self.learn(value, name)
        elif isinstance(result, list):
            for value in result:
                self.learn(value, field_name)
        elif isinstance(result, str):
            self._learn_text(field_name, result)
        elif isinstance(result, int | float):
            self.words.add(f"{result:g}")

    def hear(self, message: str) -> None:
        """Let an answer use the words of something that the person said."""
        self._words_of(message)
        self.asked.append(words_of(message))

    def supports(self, word: str) -> bool:
        """Say whether a word, or one of the same stem, was said by the tools or the person."""
        if word in self.words:
            return True
        stem = word[: max(STEM, len(word) - ENDING)]
        return len(word) > STEM and any(
            one.startswith(stem) and abs(len(one) - len(word)) <= ENDING for one in self.stems.get(word[:STEM], ())
        )

    def was_asked(self, words: Words) -> bool:
        """Say whether the person said these words in a row."""
        return any(contains(said, words) for said in self.asked)

    def says(self, ideographs: str) -> bool:
        """Say whether a run of Chinese characters stands in what was said."""
        return any(ideographs in text for text in self.texts)

    def _learn_text(self, name: str, value: str) -> None:
        if name in _KEYS:
            self.keys |= {key_of(found.course_key) for found in find_keys(value)}
            return
        if name == "url":
            self.urls.add(value.rstrip("/"))
            return
        if name in _NAMES and (words := words_of(value)):
            self.names.add(words)
        if not without_instructions(value)[1]:  # words of a text that instructs whoever reads it are nobody's to repeat
            self._words_of(value)

    def _words_of(self, text: str) -> None:
        words = set(words_of(text)) - self.words
        self.words |= words
        for word in words:
            self.stems.setdefault(word[:STEM], []).append(word)
        if not text.isascii():
            self.texts.append(text)


def key_of(written: str) -> str:
    """Write a course key so that two ways of writing it are equal."""
    return written.casefold().rstrip(".:")


def known_from(results: Iterable[Any], messages: Iterable[str] = ()) -> Known:
    """Gather what several results, and the person's messages, make known."""
    known = Known()
    for result in results:
        known.learn(result)
    for message in messages:
        known.hear(message)
    return known


def longest_first(known: Known) -> dict[str, list[tuple[Words, bool]]]:
    """Index all names by their first word, longest first: (words, whether it is a title)."""
    found: dict[str, list[tuple[Words, bool]]] = {}
    for words, title in _all_names(known):
        found.setdefault(words[0], []).append((words, title))
    for names in found.values():
        names.sort(key=lambda name: (-len(name[0]), not name[1]))
    return found


def _all_names(known: Known) -> Iterator[tuple[Words, bool]]:
    yield from ((words, True) for words in known.titles if words)
    yield from ((words, False) for words in known.names if words)
