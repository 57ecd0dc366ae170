"""Cut a sentence into words that can be compared, each with its place in the sentence.

Words without case, accents or Arabic's ornaments; a Chinese or Japanese character is a word of its own, so that a
phrase of any language is a short list of words. One pass over the text: the time grows with its length and no faster.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

_LATIN_ELISIONS = frozenset("l d n j m t s c qu jusqu lorsqu puisqu".split())
_MARKS = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0640\u064b-\u065f\u0670\u0900-\u0963\u0966-\u0df3"
    r"\u0e30-\u0e3a\u0e40-\u0e4e\u0eb0-\u0ebd\u0ec0-\u0ecd\u1000-\u1049\u1780-\u17d3\u200c\u200d"
)
"""What goes on a word though `\\w` leaves it out: accents written apart, vowel signs of Indic and other scripts."""
_LETTER = r"[^\W_぀-ヿ㐀-䶿一-鿿豈-﫿]"
_PIECE = re.compile(
    r"(?P<ideograph>[぀-ヿ㐀-䶿一-鿿豈-﫿])"
    rf"|(?P<word>\.?{_LETTER}(?:{_LETTER}|['’](?=[^\W_])|[{_MARKS}])*[+#]{{0,2}})"
    r"|(?P<sign>\S)"
)
_WITHOUT = re.compile(r"w/o(?!\w)", re.IGNORECASE)
"""How people write "without" in a hurry."""
_ARABIC = {ord(letter): "ا" for letter in "أإآٱ"} | {ord("ى"): "ي", ord("ة"): "ه", ord("ـ"): None}
_WIDE = {ord("？"): "?", ord("！"): "!", ord("，"): ",", ord("、"): ",", ord("。"): ".", ord("؟"): "?", ord("،"): ","}
_ARABIC_HEADS = frozenset("اوبلفك")
_ARABIC_ARTICLES = ("وال", "بال", "فال", "كال", "ال", "لل")
ENDS = frozenset(".!?;:()[]\n…")
"""Signs after which another clause begins."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a sign: as compared, and where it stands in the text."""

    word: str
    start: int
    end: int
    sign: bool = False


def tokens(text: str) -> list[Token]:
    """Cut a text into tokens; French elisions (`l'art`) come apart, English ones (`don't`) stay whole."""
    found: list[Token] = []
    for piece in _PIECE.finditer(text):
        start, end = piece.span()
        if found and start < found[-1].end:
            continue
        if piece["word"] and (short := _WITHOUT.match(text, start)):
            found.append(Token("without", start, short.end()))
            continue
        if piece["sign"] in ("'", "’") and found and found[-1].end == start and found[-1].word.endswith("'"):
            continue
        if piece["sign"]:
            found.append(Token(piece["sign"].translate(_WIDE), start, end, sign=True))
            continue
        written = piece[0].replace("’", "'")
        head, apostrophe, _ = written.partition("'")
        if apostrophe and head.casefold() in _LATIN_ELISIONS:
            cut = start + len(head) + 1
            found.append(Token(f"{head.casefold()}'", start, cut))
            start, written = cut, written[len(head) + 1 :]
        elif text[end : end + 1] in ("'", "’") and written.casefold() in _LATIN_ELISIONS:
            written += "'"
        if written:
            found.append(Token(comparable(written), start, end))
    return found


@lru_cache(maxsize=4096)
def comparable(word: str) -> str:
    """Fold a word for comparing: no case, no accents, one spelling of Arabic's letters."""
    if word.isascii():
        return word.casefold()
    letters = unicodedata.normalize("NFKD", word.casefold().translate(_ARABIC))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).translate(_ARABIC)


def words_of(text: str) -> tuple[str, ...]:
    """Give only the words of a text, as compared."""
    return tuple(token.word for token in tokens(text) if not token.sign)


def contains(words: tuple[str, ...], phrase: tuple[str, ...]) -> bool:
    """Say whether the words hold a phrase, whole words in a row."""
    size = len(phrase)
    return any(words[at : at + size] == phrase for at in range(len(words) - size + 1)) if phrase else False


def singular(word: str) -> str:
    """Take a plural's s away where a word is long enough for it to be one, and Arabic's "(and) the"."""
    if word[:1] in _ARABIC_HEADS:
        for head in _ARABIC_ARTICLES:
            if word.startswith(head) and len(word) >= len(head) + 3:
                return word[len(head) :]
        return word
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=16_384)  # the titles and skills of one catalogue, looked at by one question after another
def same_words(text: str) -> tuple[str, ...]:
    """Give the words of a text so that singular and plural compare equal."""
    return tuple(singular(word) for word in words_of(text))


def joined(text: str, parts: Iterable[Token]) -> str:
    """Write tokens as they stand in the text, without what was left out between them."""
    said: list[str] = []
    last: Token | None = None
    for part in parts:
        if last is not None and text[last.end : part.start].strip() == "" and last.end == part.start:
            said.append(text[part.start : part.end])
        elif last is not None:
            said.append(" " + text[part.start : part.end])
        else:
            said.append(text[part.start : part.end])
        last = part
    return "".join(said).strip()
