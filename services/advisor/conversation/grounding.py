"""Check an answer against what the tools returned: a course that no tool returned is cut, and counted.

The check reads text as a suspicious reader would: keys, addresses, quoted or bold names, names after `called`, and the
heads of list items, each has to be known from a tool's result (or from the person's own words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from services.question.course_keys import find_keys

NOTHING_LEFT = "I can only name courses that the catalogue returned, and it returned none that I could name here."

_URL = re.compile(r"\b(?:https?://|www\.)[^\s)\]>\"”]+", re.IGNORECASE)
_NAMED = re.compile(
    r"[“\"«]([^”\"»\n]{3,160})[”\"»]|\*\*([^*\n]{3,160})\*\*|\[([^\]\n]{3,160})\]\(|__([^_\n]{3,160})__"
)
_CALLED = re.compile(
    r"\b(?:courses?|class|program(?:me)?|it(?:'s| is)?|one|title)\s+(?:is\s+)?(?:called|named|titled|entitled)\s+"
    r"((?:[A-Z][\w'’&+#-]*|[a-z]{1,4}|[IVX]+)(?:\s+(?:[A-Z][\w'’&+#-]*|of|the|and|for|in|to|with|a|an|on|from))*)"
)
_PROVIDER = re.compile(
    r"\b((?:[A-Z][\w'’&+#-]{0,40}+)(?:\s++(?:[A-Z][\w'’&+#-]{0,40}+|of|the|and|for|in|to|with|a|an|on|from)){1,12})\s+"
    r"(?:course\s+)?(?:by|from|on|at|\(by)\s+(?:Coursera|edX|Udemy|Udacity|FutureLearn|MITx?|Harvard\w*|Stanford\w*|[A-Z]\w+X)\b"
)
_ITEM = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+(.+)$")
_ITEM_HEAD = re.compile(r"[(:—–]|\s-\s|[,.]\s")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"*\d¿¡])")


@dataclass
class Known:
    """What the tools of a turn have returned: keys, names and addresses that an answer may hold."""

    keys: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    urls: set[str] = field(default_factory=set)

    def learn(self, result: Any) -> None:
        """Take in a tool's result: every key, title, skill, word and address in it."""
        if isinstance(result, dict):
            for name, value in result.items():
                if isinstance(value, str):
                    self._learn_text(name, value)
                else:
                    self.learn(value)
        elif isinstance(result, list):
            for value in result:
                if isinstance(value, str):
                    self.names.add(_plain(value))
                else:
                    self.learn(value)

    def allow_words_of(self, message: str) -> None:
        """Let an answer repeat what the person wrote in quotes, or as a key."""
        self.names |= {_plain(_first(match)) for match in _NAMED.finditer(message)}
        self.names.add(_plain(message))

    def _learn_text(self, name: str, value: str) -> None:
        if name in ("course_key", "course_id", "id"):
            self.keys |= {_key(key.course_key) for key in find_keys(value)}
        elif name == "url":
            self.urls.add(value.rstrip("/"))
        elif name in ("title", "organisation", "level", "language", "keywords", "words"):
            self.names.add(_plain(value))


@dataclass(frozen=True)
class Grounded:
    """An answer that holds only what is known; `violations` counts the passages that were cut."""

    text: str
    violations: int


def grounded(text: str, known: Known) -> Grounded:
    """Cut every sentence and list item that names a course unknown to the tools."""
    violations = 0
    lines = []
    for line in text.split("\n"):
        item = _ITEM.match(line)
        if item and not _known_item(item[1], known):
            violations += 1
            continue
        kept = [part for part in _SENTENCE_END.split(line) if _known_passage(part, known)]
        violations += len(_SENTENCE_END.split(line)) - len(kept)
        if kept or not line.strip():
            lines.append(" ".join(kept))
    cleaned = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    return Grounded(cleaned or NOTHING_LEFT, violations)


def _known_passage(passage: str, known: Known) -> bool:
    return (
        all(_key(key.course_key) in known.keys for key in find_keys(_URL.sub(" ", passage)))
        and all(match[0].rstrip("/.,;") in known.urls for match in _URL.finditer(passage))
        and all(_known_name(_first(match), known) for match in _NAMED.finditer(passage))
        and all(_known_name(match[1], known) for match in _CALLED.finditer(passage))
        and all(_known_name(match[1], known) for match in _PROVIDER.finditer(passage))
    )


def _known_item(item: str, known: Known) -> bool:
    """A list item is about a course when its head is written like a title."""
    head = item[: match.start()] if (match := _ITEM_HEAD.search(item)) else item
    bare = head.strip(' *_“”"[]')
    longest = any(name and _plain(item).startswith(name) for name in known.names)
    return longest or not _like_a_title(bare) or _known_name(bare, known)


def _known_name(name: str, known: Known) -> bool:
    plain = _plain(name)
    if plain in known.names or not _like_a_title(name):
        return True
    return any(_key(key.course_key) in known.keys for key in find_keys(name))


def _like_a_title(name: str) -> bool:
    """Two words or more, mostly capitalised: how courses are written, unlike a quoted skill or a search."""
    words = re.findall(r"[^\W\d_][\w'’+#-]*", name)
    long_words = [word for word in words if len(word) > 3] or words
    capitals = sum(word[0].isupper() for word in long_words)
    return len(words) >= 2 and capitals * 2 >= len(long_words) and capitals >= 1


def _first(match: re.Match[str]) -> str:
    return next(group for group in match.groups() if group)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[^\w+#]+", " ", text.casefold()).split())


def _key(written: str) -> str:
    return written.casefold().rstrip(".:")


def known_from(results: Iterable[Any], message: str) -> Known:
    """Gather what several results make known."""
    known = Known()
    for result in results:
        known.learn(result)
    known.allow_words_of(message)
    return known
