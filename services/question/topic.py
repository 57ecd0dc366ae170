"""What a question is about: the words that are left when everything else has been understood, less its filler."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from services.course_record.languages import LANGUAGE_CODES
from services.question.phrases import PhraseTable, read_rows
from services.question.subjects import subject_at
from services.question.tokens import Token, joined

CHARACTERS = 300
SHORT = 3
"""A name of a subject of so few letters may be an everyday word ("os", "pm") unless it is written in capitals."""
_ALWAYS = frozenset({"en", "any"})
_LINKS = frozenset("of and for de del la der und y et du d' l' 与 和 的 & - / + to in e da do des".split())


def topic_of(
    sentence: Sequence[Token], taken: Sequence[bool], text: str, written_in: str | None
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the words that say what to learn, as they were written, and where (characters); empty when none do.

    Filler counts in the language of the question and in English, which people mix in; in every language where nothing
    tells which it is.
    """
    languages = None if written_in not in LANGUAGE_CODES else _ALWAYS | {LANGUAGE_CODES[written_in]}
    shouted = text.isupper()
    kept: list[Token] = []
    links: list[Token] = []
    place = 0
    while place < len(sentence):
        token = sentence[place]
        stop = _named(sentence, taken, place, text, languages, shouted=shouted)
        if taken[place] or (token.sign and token.word not in "-/&"):
            links = []
            place += 1
        elif stop > place:
            kept += [*links, *sentence[place:stop]]
            links, place = [], stop
        elif token.sign or (token.word in _LINKS and kept):
            links = [*links, token] if kept and kept[-1].end >= token.start - 2 else []
            place += 1
        else:
            filler = _filler().at(sentence, place, languages)
            capitals = not shouted and _capitals(text, token)
            if filler and not any(taken[filler.start : filler.end]) and not capitals:
                links = []
                place = filler.end
            else:
                kept += [*links, token]
                links, place = [], place + 1
    said = joined(text, kept)[:CHARACTERS].strip(" -/&")
    return (said, _parts(kept, text)) if any(letter.isalpha() for letter in said) else ("", ())


def _parts(kept: Sequence[Token], text: str) -> tuple[tuple[int, int], ...]:
    """Join the words that stand side by side."""
    parts: list[tuple[int, int]] = []
    for token in kept:
        if parts and text[parts[-1][1] : token.start].strip() == "":
            parts[-1] = (parts[-1][0], token.end)
        else:
            parts.append((token.start, token.end))
    return tuple(parts)


def _named(
    sentence: Sequence[Token],
    taken: Sequence[bool],
    place: int,
    text: str,
    languages: frozenset[str] | None,
    *,
    shouted: bool,
) -> int:
    """See the name of a subject, though a word of it be filler ("project management")."""
    if taken[place] or sentence[place].sign:
        return place
    stop = subject_at(sentence, place)
    while stop > place and any(taken[place:stop]):
        stop -= 1
    if stop == place + 1 and len(sentence[place].word) <= SHORT and not "㐀" <= sentence[place].word[:1] <= "鿿":
        everyday = _filler().at(sentence, place, languages or _ALWAYS)
        return stop if not everyday or (_capitals(text, sentence[place]) and not shouted) else place
    filler = _filler().at(sentence, place, languages or _ALWAYS) if stop == place + 1 else None
    return place if filler and filler.end == stop and not _capitals(text, sentence[place]) else stop


def _capitals(text: str, token: Token) -> bool:
    written = text[token.start : token.end]
    return written.isupper() and (len(written) > 1 or written in "RC") and len(written) <= 5


@cache
def _filler() -> PhraseTable:
    return PhraseTable(read_rows("filler"))
