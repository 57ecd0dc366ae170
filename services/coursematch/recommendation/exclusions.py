"""What a question does not want: "data science but not in Python", "programación sin matemáticas".

Neither leg of a search understands a "not": the word after it attracts the very courses that were not wanted. So the
phrase leaves the words that are searched, and what it names is told beside them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.course_record.subject_terms import subject_terms
from services.course_record.synonyms import SAME

_PLAIN = (  # what follows is not wanted, whatever it is
    r"(?:but |just |and )?not (?:in|about|with|using|for|on)",
    r"(?:pero |y )?que no sean? (?:en|de|con|sobre)|pero no (?:en|de|con|sobre)",
    r"(?:mais )?pas (?:en|de|avec|sur)",
    r"(?:aber |und )?nicht (?:in|auf|mit|über)",
    r"mas não (?:em|de|com|sobre)|ma non (?:in|di|con|su)",
)
_IF_SUBJECT = (  # what follows may be a manner ("without fear"): it counts where it is known as a subject
    r"(?:but )?(?:without|excluding|except(?: for)?|other than|anything but)",
    r"sin|excepto|sans|sauf|ohne|außer|sem|exceto|senza|tranne",
)
_FILLERS = r"(?:any |using |the use of |doing |learning |writing )?(?:the |la |le |les |las |los |die |der |das )?"
_WORD = r"[^\s,;?!()]+"
_PHRASE = re.compile(
    rf"(?<!\S),? ?(?:(?P<plain>{'|'.join(_PLAIN)})|{'|'.join(_IF_SUBJECT)}) {_FILLERS}"
    rf"(?P<first>{_WORD})(?: (?:(?:or|nor|o|ou|oder) (?P<other>{_WORD})|(?P<second>{_WORD})))?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """The words to search for, and what is not wanted: each in all the spellings that mean it, lower case."""

    words: str
    unwanted: tuple[frozenset[str], ...] = ()


def read_wish(question: str) -> Wish:
    """Part a question from what it excludes; it stays whole where nothing else would be left to search for."""
    unwanted: list[frozenset[str]] = []

    def take(found: re.Match[str]) -> str:
        first, second, other = (str(found[name] or "").casefold().rstrip(".:") for name in ("first", "second", "other"))
        both = f"{first} {second}"
        if second and both in _SPELLINGS:
            unwanted.append(_SPELLINGS[both])
            return " "
        if not found["plain"] and first not in _SPELLINGS:
            return found[0]
        unwanted.extend(_SPELLINGS.get(term, frozenset({term})) for term in (first, other) if term)
        return f" {found['second'] or ''}"

    words = re.sub(r"(?: *+,)++ *+", ", ", " ".join(_PHRASE.sub(take, question).split())).strip(" ,;")
    if not unwanted or not re.search(r"\w\w", words):
        return Wish(question)
    return Wish(words, tuple(unwanted))


def names(texts: tuple[str, ...], unwanted: frozenset[str]) -> bool:
    """Tell whether one of the texts has one of the spellings as whole words, in the singular or the plural."""
    plain = [f" {' '.join(_words(text))} " for text in texts]
    return any(f" {' '.join(_words(spelling))} " in text for spelling in unwanted for text in plain)


def _words(text: str) -> list[str]:
    return [word.removesuffix("s") if len(word) > 3 else word for word in re.findall(r"[\w+#.]+", text.casefold())]


def _known() -> dict[str, frozenset[str]]:
    """Every term that names a subject, a technology or a language of teaching, with all that means the same."""
    known = {member: frozenset(group) for group in SAME for member in group}
    for _, term, english in subject_terms():
        same = known.get(english, frozenset({english}))
        known.setdefault(english, same)
        known[term] = known.get(term, frozenset({term})) | same
    return known


_SPELLINGS = _known()
