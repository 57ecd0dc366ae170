"""The language that a question is written in, as far as its letters and its small words tell."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from functools import cache, lru_cache

from services.course_record.languages import LANGUAGE_NAMES
from services.course_record.subject_terms import subject_terms
from services.question.phrases import read_rows
from services.question.subjects import subject_at
from services.question.tokens import Token, tokens, words_of

SCRIPTS: dict[str, str] = {
    "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "CJK": "Chinese", "ARABIC": "Arabic",
    "DEVANAGARI": "Hindi", "THAI": "Thai", "HEBREW": "Hebrew", "GREEK": "Greek",
}  # fmt: skip
"""The first word of a letter's Unicode name, and the language (the most common one) that is written with it.

Cyrillic is not here: it writes too many languages. Kana decides before the Han characters around it.
"""

WRITTEN: dict[str, str] = {code: LANGUAGE_NAMES[code][0] for code in ("en", "es", "fr", "de", "pt", "it")}
"""The languages of the tables that share an alphabet."""

_TABLES = ("filler", "levels", "exclusion_cues", "plain_speech", "refusals", "taught_in", "numbers")
_LETTERS = {
    "ñ": "Spanish", "¿": "Spanish", "¡": "Spanish", "ã": "Portuguese", "õ": "Portuguese", "ß": "German",
    "ä": "German", "ö": "German", "ü": "German", "œ": "French", "è": "French", "ê": "French", "à": "French",
    "ù": "French", "î": "French",
}  # fmt: skip
_VIETNAMESE = frozenset("ạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹđơư")
"""Letters that, of our languages, only Vietnamese has: its words without them ("su", "toi", "cho") are others' too."""
_LETTER_WEIGHT = 0.6
_PORTUGUESE = frozenset({"é", "não", "são", "já", "até", "às", "quê", "você", "vocês", "também", "três", "porquê"})
"""Words with letters that other languages write too."""
_PORTUGUESE_WITHIN = ("ênci", "ânci", "ção", "ções")
"""Letters within words that only Portuguese writes so ("ciência", "distância")."""
_ENDINGS = {
    "Portuguese": ("inha", "inho", "cao", "coes", "agem", "eiro", "eira", "oes", "idade"),
    "Spanish": ("cion", "ciones", "illo", "illa", "aje", "idad", "idades"),
    "German": ("ung", "ungen", "keit", "heit", "lich", "isch"),
    "French": ("eux", "euse", "eau"),
}
"""Endings (as compared) that words of one language have, and hardly those of its neighbours."""
_ENDING_WEIGHT = 0.25
_NEAR = 0.01
_LATIN_LETTERS_MOST = 4
"""A sentence with more Latin letters than this for each other one is a Latin one that quotes a title."""


def written_language(text: str, *, terms: bool = False) -> str | None:
    """Name in English the language of a question; None where nothing in it tells.

    A technical term alone ("machine learning", "inteligencia artificial") tells nothing: terms travel. With `terms`
    it tells where no other language has it: whoever talks, talks in some language.
    """
    sentence = tokens(text)
    by_script = _by_script(text)
    told: defaultdict[str, float] = defaultdict(float)
    place = 0
    while place < len(sentence):
        stop = subject_at(sentence, place) if not sentence[place].sign else place
        if stop > place:
            if terms:
                _count_term(told, sentence[place:stop], text)
            place = stop
            continue
        for language in _languages_of(sentence[place].word):
            told[language] += 1 / len(_languages_of(sentence[place].word)) ** 2
        place += 1
    for letter in unicodedata.normalize("NFC", text.casefold()):
        if letter in _LETTERS:
            told[_LETTERS[letter]] += _LETTER_WEIGHT
        elif letter in _VIETNAMESE:
            told["Vietnamese"] += 2 * _LETTER_WEIGHT
    told["Portuguese"] += 2 * _LETTER_WEIGHT * sum(text.casefold().count(part) for part in _PORTUGUESE_WITHIN)
    for language, endings in _ENDINGS.items():
        told[language] += _ENDING_WEIGHT * sum(token.word.endswith(endings) for token in sentence)
    for word in _PORTUGUESE & set(text.casefold().replace("?", " ").replace(",", " ").split()):
        told["Portuguese"] += _LETTER_WEIGHT * (1 + word.count("ê"))
    if by_script and by_script[1] * _LATIN_LETTERS_MOST >= sum(
        letter.isascii() and letter.isalpha() for letter in text
    ):
        return by_script[0]
    told["Spanish"] += _NEAR if told["Spanish"] else 0  # "curso de python" is Portuguese as well: more people mean this
    ranked = sorted((one for one in told.items() if one[1]), key=lambda one: -one[1])[:2]
    if not ranked:
        return None
    return ranked[0][0] if len(ranked) == 1 or ranked[0][1] > ranked[1][1] else None


def language_of_terms(topic: str) -> str | None:
    """Name the language that a bare topic's terms belong to, where one has them and it is not English.

    English terms ("machine learning", "Python") are said in every language: they tell nothing.
    """
    language = written_language(topic, terms=True)
    return None if language == "English" else language


def _by_script(text: str) -> tuple[str, int] | None:
    scripts = Counter(SCRIPTS[name] for letter in text if (name := _script(letter)) in SCRIPTS)
    if not scripts:
        return None
    return ("Japanese" if "Japanese" in scripts else scripts.most_common(1)[0][0]), scripts.total()


def _count_term(told: defaultdict[str, float], parts: list[Token], text: str) -> None:
    words = words_of(text[parts[0].start : parts[-1].end])
    languages = _term_languages().get(words, frozenset())
    for language in languages:
        told[language] += 0.3 / len(languages) ** 2


@cache
def _term_languages() -> dict[tuple[str, ...], frozenset[str]]:
    found: dict[tuple[str, ...], set[str]] = {}
    for code, term, english in subject_terms():
        if code in WRITTEN:
            found.setdefault(words_of(term), set()).add(WRITTEN[code])
        found.setdefault(words_of(english), set()).add("English")
    return {words: frozenset(languages) for words, languages in found.items()}


def _languages_of(word: str) -> frozenset[str]:
    return small_words().get(word, frozenset())


@cache
def small_words() -> dict[str, frozenset[str]]:
    """Give each small word of the tables, and the languages (English names) that have it."""
    found: dict[str, set[str]] = {}
    for table in _TABLES:
        for row in read_rows(table):
            if row.language in WRITTEN:
                for word in words_of(row.phrase):
                    found.setdefault(word, set()).add(WRITTEN[row.language])
    return {word: frozenset(languages) for word, languages in found.items()}


@lru_cache(maxsize=8192)
def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0] if letter.isalpha() else ""
