"""Text to words: normalisation and tokenisation, the same for records and queries.

Rules from Algolia's "Tokenization" and "Normalization" guides: lower case, diacritics removed (unless
`keepDiacriticsOnCharacters`), everything that is neither letter nor digit separates (unless `separatorsToIndex`).
Undocumented choice: each Han, Hiragana or Katakana character is one word (Algolia uses dictionaries).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"}
PLACEHOLDER = re.compile(r"<[\w ]+>")
ASCII_WORDS = re.compile(r"[a-z0-9]+")
CAMEL = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@lru_cache(maxsize=1)
def _marks() -> str:
    ranges: list[str] = []
    start = previous = -2
    for code in range(0x300, 0x1B000):
        if unicodedata.category(chr(code))[0] == "M":
            if code != previous + 1:
                if start >= 0:
                    ranges.append(f"{chr(start)}-{chr(previous)}")
                start = code
            previous = code
    ranges.append(f"{chr(start)}-{chr(previous)}")
    return "".join(ranges)


Span = tuple[str, int, int]
"""One word of a text and where it stands: (word, start, end)."""


@dataclass(frozen=True)
class Tokenizer:
    """Splits text into normalised words."""

    separators: str = ""
    keep_diacritics: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _cache: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    _spans: dict[str, tuple[Span, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        extra = "".join(re.escape(char) for char in self.separators if not char.isspace())
        word = rf"[^\W_{CJK}](?:[^\W_{CJK}]|[{_marks()}])*"
        alternatives = [rf"[{CJK}]", word, *([f"[{extra}]"] if extra else [])]
        object.__setattr__(self, "_pattern", re.compile("|".join(alternatives)))

    @property
    def plain(self) -> bool:
        """Whether ASCII texts need no special treatment."""
        return not self.separators and not self.custom

    def fold(self, word: str) -> str:
        """Normalise one word."""
        if word.isascii() and not self.custom:
            return word.lower()
        known = self._cache.get(word)
        if known is None:
            known = self._fold(word)
            if len(self._cache) < 200_000:
                self._cache[word] = known
        return known

    def _fold(self, word: str) -> str:
        out: list[str] = []
        for char in unicodedata.normalize("NFC", word.lower()):
            if char in self.custom:
                out.append(self.custom[char])
            elif char in self.keep_diacritics or char.isascii():
                out.append(char)
            elif char in LETTERS:
                out.append(LETTERS[char])
            else:
                base = unicodedata.normalize("NFKD", char)
                out.append("".join(part for part in base if not 0x300 <= ord(part) < 0x370).lower())
        return "".join(out) or word

    def words(self, text: str) -> list[str]:
        """The normalised words of a text, in order."""
        if self.plain and text.isascii():
            return ASCII_WORDS.findall(text.lower())
        return [self.fold(match) for match in self._pattern.findall(text)]

    def spans(self, text: str) -> tuple[Span, ...]:
        """The words with their places, for highlighting; the latest texts are remembered."""
        known = self._spans.get(text)
        if known is None:
            if self.plain and text.isascii():
                known = tuple(
                    (found.group(), found.start(), found.end()) for found in ASCII_WORDS.finditer(text.lower())
                )
            else:
                known = tuple(
                    (self.fold(found.group()), found.start(), found.end()) for found in self._pattern.finditer(text)
                )
            if len(self._spans) > 8192:
                self._spans.clear()
            self._spans[text] = known
        return known

    def camel_words(self, text: str) -> list[tuple[str, int]]:
        """(word, position) with camel case split; the whole word also stands at its first part's position."""
        out: list[tuple[str, int]] = []
        position = 0
        for match in self._pattern.findall(text):
            parts = CAMEL.findall(match) if match.isascii() else []
            if len(parts) > 1:
                out.append((self.fold(match), position))
            for part in parts if len(parts) > 1 else [match]:
                out.append((self.fold(part), position))
                position += 1
        return out
