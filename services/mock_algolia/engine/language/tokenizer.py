"""Text to words: normalisation and tokenisation, the same for records and queries.

Rules from Algolia's "Tokenization" and "Normalization" guides: lower case, diacritics removed (unless
`keepDiacriticsOnCharacters`), everything that is neither letter nor digit separates (unless `separatorsToIndex`).

Scripts written without spaces have no words to cut at without a dictionary, which Algolia has. Undocumented choice:
each of their characters (with its marks) is a word, and a query says which of them must stand together (see `query`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

KATAKANA = "\u30a1-\u30ff\u31f0-\u31ff\uff66-\uff9f"
LOGOGRAMS = "\u3005-\u3007\u3040-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
# Letters of Thai, Lao, Myanmar and Khmer: alphabets, but without spaces between words.
UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd\u0ec0-\u0ec6\u0edc-\u0edf"
    "\u1000-\u102a\u103f\u1050-\u1055\u1780-\u17b3"
)
CHARACTERS = LOGOGRAMS + KATAKANA + UNSPACED
HANGUL = "\u1100-\u11ff\u3130-\u318f\uac00-\ud7af"
LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ł": "l", "ð": "d", "þ": "th", "ı": "i"}
PLACEHOLDER = re.compile(r"<[\w ]+>")
ASCII_WORDS = re.compile(r"[a-z0-9]+")
_LOGOGRAM = re.compile(f"[{LOGOGRAMS}]")
_CHAIN = re.compile(f"[{KATAKANA}{UNSPACED}]")
_NO_TYPOS = re.compile(f"[{CHARACTERS}{HANGUL}]")
_HANGUL = re.compile(f"[{HANGUL}]")
_KANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}  # Katakana to Hiragana
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


def is_logogram(word: str) -> bool:
    """Tell whether the word is one character of a script whose words have few: Han, Hiragana."""
    return _LOGOGRAM.match(word) is not None


def is_spelled(word: str) -> bool:
    """Tell whether the word is one character of a script that spells without spaces: Katakana, Thai and others."""
    return _CHAIN.match(word) is not None


def is_hangul(word: str) -> bool:
    """Tell whether the word is Korean: particles follow its words without a space."""
    return _HANGUL.match(word) is not None


def takes_typos(word: str) -> bool:
    """Tell whether letters of the word may be mistyped: there are no typos within a logogram or a syllable."""
    return _NO_TYPOS.match(word) is None


@dataclass(frozen=True)
class Tokenizer:
    """Splits text into normalised words. `kana`: Katakana is read as Hiragana (Japanese transliteration)."""

    separators: str = ""
    keep_diacritics: str = ""
    custom: Mapping[str, str] = field(default_factory=dict)
    kana: bool = False
    _pattern: re.Pattern[str] = field(init=False, repr=False, compare=False)
    _cache: dict[str, str] = field(init=False, repr=False, compare=False, default_factory=dict)

    _spans: dict[str, tuple[Span, ...]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        extra = "".join(re.escape(char) for char in self.separators if not char.isspace())
        word = rf"[^\W_{CHARACTERS}](?:[^\W_{CHARACTERS}]|[{_marks()}])*"
        alternatives = [rf"[{CHARACTERS}][{_marks()}]*", word, *([f"[{extra}]"] if extra else [])]
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
        if self.kana:
            word = unicodedata.normalize("NFKC", word).translate(_KANA)
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
        """Find the normalised words of a text, in order."""
        if self.plain and text.isascii():
            return ASCII_WORDS.findall(text.lower())
        return [self.fold(match) for match in self._pattern.findall(text)]

    def spans(self, text: str) -> tuple[Span, ...]:
        """Find the words with their places, for highlighting; the latest texts are remembered."""
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
        """Find (word, position) with camel case split; the whole word also stands at its first part's position."""
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
