"""The language that a question is written in, as far as its letters and its small words tell."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

SCRIPTS: dict[str, str] = {
    "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean", "CJK": "Chinese", "ARABIC": "Arabic",
    "DEVANAGARI": "Hindi", "THAI": "Thai", "HEBREW": "Hebrew", "GREEK": "Greek",
}  # fmt: skip
"""The first word of a letter's Unicode name, and the language (the most common one) that is written with it.

Cyrillic is not here: it writes too many languages. Kana decides before the Han characters around it.
"""

SMALL_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "English": "a an and are at be course courses do does for from how i in is learn make my of on or "
        "should that the to want what when where which who why with you your",
        "French": "apprendre au aux avec comment cours dans de des du en est et faire je la le les mon pour que quel "
        "quelle qui sur un une",
        "German": "auf das dem den der die ein eine für fur ich im ist kurs kurse lernen mit oder und von was wie "
        "zu zum",
        "Italian": "che come con corso corsi da dei del della di e gli il imparare in la le per sono un una",
        "Portuguese": "a aprender as com como cursos da das de do dos e em eu fazer na no o os para por que um uma",
        "Spanish": "a aprender como con curso cursos de del e el en es hacer la las los para por que quiero un una y",
    }.items()
}
"""Words that say little about a subject and much about a language."""


def written_language(text: str) -> str | None:
    """Name in English the language of a question; None where nothing in it tells.

    A technical term alone ("machine learning", "inteligencia artificial") tells nothing: terms travel.
    """
    scripts = Counter(SCRIPTS[name] for letter in text if letter.isalpha() and (name := _script(letter)) in SCRIPTS)
    if scripts:
        return "Japanese" if "Japanese" in scripts else scripts.most_common(1)[0][0]
    words = re.findall(r"\w+", text.casefold())
    told = Counter({language: sum(word in small for word in words) for language, small in SMALL_WORDS.items()})
    (first, most), (_, second) = told.most_common(2)
    return first if most > second else None


def _script(letter: str) -> str:
    return unicodedata.name(letter, "").split(" ")[0]
