"""Read one question: every reader claims the words that it understands, and what nobody claims is the topic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from services.course_record.levels import LEVELS
from services.question.attitudes import find_attitudes
from services.question.course_keys import Key, find_keys
from services.question.everyday import everyday_at
from services.question.exclusions import Excluded, cue_longer_than, excluded, find_exclusions
from services.question.how_many import find_limit
from services.question.phrases import Found, PhraseTable, filler_words, read_rows
from services.question.subjects import spellings
from services.question.taught_in import find_taught_in, language_named
from services.question.tokens import Token, joined, same_words, tokens, words_of
from services.question.topic import topic_of
from services.question.written_language import written_language

CHARACTERS = 4_000
SHOUTED = 4
"""A longer word in capitals is no acronym: it is said loudly ("a BEGINNER course")."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one sentence asks.

    `topic` is empty where it names nothing to learn; `words` is the question as it stands, less what it excludes.
    `known` are subjects that whoever asks knows already. `not_levels` and `not_languages` are the levels and languages
    of teaching that it refuses. `feared` tells that something is feared, or badly done. `parts` are the places
    (characters) of the topic's words, those side by side together;
    `left` is the question with everything else that was understood blanked out, each character in its place.
    """

    topic: str = ""
    words: str = ""
    level: str | None = None
    language: str | None = None
    limit: int | None = None
    excluded: tuple[Excluded, ...] = ()
    known: tuple[str, ...] = ()
    not_levels: tuple[str, ...] = ()
    not_languages: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    written_in: str | None = None
    parts: tuple[tuple[int, int], ...] = ()
    left: str = ""
    feared: bool = False

    @property
    def filler(self) -> tuple[str, ...]:
        """The words that are not of the topic ("learn", "a course about"), each once; none where there is no topic."""
        topic = {token.word for token in tokens(self.topic)}
        said = (token.word for token in tokens(self.words) if not token.sign)
        return tuple(dict.fromkeys(word for word in said if word not in topic)) if topic else ()


def read_question(text: str, *, wants_more: bool = False) -> Question:
    """Read a question in any of our languages. Linear in its length; what is past 4,000 characters is not read.

    What is feared is what is asked for where nothing else is, unless it is told that there is (`wants_more`).
    """
    asked = _read(text[:CHARACTERS], fears_refuse=True)
    return asked if asked.topic or wants_more or not asked.feared else _read(text[:CHARACTERS], fears_refuse=False)


def _read(text: str, *, fears_refuse: bool) -> Question:
    sentence = tokens(text)
    taken = [False] * len(sentence)
    keys = find_keys(text)
    for key in keys:
        _take_characters(sentence, taken, key)
    written_in = written_language(text)
    spoken = list(_plain_speech().all(sentence))
    reading = _Reading(text, sentence, taken)
    reading.levels()
    reading.languages()
    for found in spoken:
        reading.silence(found)
    reading.exclusions()
    reading.attitudes(written_in, fears_refuse=fears_refuse)
    limit = reading.limit()
    topic, parts = topic_of(sentence, taken, text, written_in)
    return Question(
        topic=topic,
        words=_without_exclusions(text, sentence, reading.excluded_tokens),
        level=reading.level,
        language=reading.language,
        limit=limit,
        excluded=tuple(one for one in reading.excluded if _is_something(one)),
        known=tuple(dict.fromkeys(reading.known)),
        not_levels=tuple(dict.fromkeys(reading.not_levels)),
        not_languages=tuple(one for one in dict.fromkeys(reading.not_languages) if one not in _languages_in(topic)),
        keys=tuple(dict.fromkeys(key.course_key for key in keys)),
        written_in=written_in,
        parts=parts,
        left=_blanked(text, sentence, taken),
        feared=reading.feared,
    )


class _Reading:
    """One sentence while it is read: which of its tokens are understood, and as what."""

    def __init__(self, text: str, sentence: list[Token], taken: list[bool]) -> None:
        self.text, self.sentence, self.taken = text, sentence, taken
        self.level: str | None = None
        self.language: str | None = None
        self.excluded: list[Excluded] = []
        self.known: list[str] = []
        self.not_levels: list[str] = []
        self.not_languages: list[str] = []
        self.excluded_tokens: set[int] = set()
        self.feared = False
        self._silent = [False] * len(sentence)

    def levels(self) -> None:
        for found in _levels().all(self.sentence):
            if any(self.taken[found.start : found.end]) or self._names_a_subject(found):
                continue
            start = self._refused_from(found.start)
            if found.row.meaning not in LEVELS:  # "all levels" asks for none of them, and refuses none
                pass
            elif start < found.start:
                self.not_levels.append(found.row.meaning)
                self.excluded_tokens.update(range(start, found.end))
            elif self.level is None or self.level == found.row.meaning:
                self.level = found.row.meaning
            self._take(start, found.end)

    def silence(self, found: Found) -> None:
        """Keep a manner of speaking ("no problem") from being read as a refusal."""
        longer = cue_longer_than(self.sentence, found.start, found.end)
        if not longer and not any(self.taken[found.start : found.end]):
            self._take(found.start, found.end)

    def languages(self) -> None:
        for place in range(len(self.sentence)):  # "no English", "not French": refused without an "in"
            if not self.taken[place] and not self.sentence[place].sign:
                cue = _refusals().at(self.sentence, place)
                if cue and cue.end < len(self.sentence) and not any(self.taken[cue.start : cue.end]):
                    self._refuse_language(cue)
        for one in find_taught_in(self.sentence, self.taken):
            if any(self.taken[one.start : one.end]):
                continue
            start = self._refused_from(one.start)
            if start < one.start:
                self.not_languages.append(one.language)
                self.excluded_tokens.update(range(start, one.end))
            elif self.language is None:
                self.language = one.language
            self._take(start, one.end)

    def exclusions(self) -> None:
        for part in find_exclusions(self.sentence, self.taken, self.text):
            self.excluded += part.excluded
            self.excluded_tokens.update(range(part.start, part.end))
            self._take(part.start, part.end)

    def attitudes(self, written_in: str | None, *, fears_refuse: bool) -> None:
        for felt in find_attitudes(self.sentence, self.taken, written_in):
            if felt.attitude == "feared":
                self.feared = True
                if not fears_refuse:
                    self._take_places(felt.cue)
                    continue
            said = [joined(self.text, self.sentence[start:end]) for start, end in felt.subjects]
            if felt.attitude == "known":
                self.known += said
            else:
                self.excluded += map(excluded, said)
                self.excluded_tokens.update(range(felt.start, felt.end))
            self._take(felt.start, felt.end)

    def limit(self) -> int | None:
        found = find_limit(self.sentence, self.taken)
        if found is None:
            return None
        number, start, end = found
        self._take(start, end)
        return number

    def _refuse_language(self, cue: Found) -> None:
        place = cue.end
        while place < len(self.sentence) and self.sentence[place].word in ("in", "en", "auf", "em", "用"):
            place += 1
        if place >= len(self.sentence) or self.taken[place] or self.sentence[place].sign:
            return
        named = language_named(self.sentence, place)
        if named and (place > cue.end or cue.row.meaning == "language"):
            self.not_languages.append(named[0])
            self.excluded_tokens.update(range(cue.start, named[1]))
            self._take(cue.start, named[1])

    def _refused_from(self, place: int) -> int:
        """Find where a refusal right before a place begins ("not for beginners", "nothing too advanced")."""
        for start in range(max(0, place - 5), place):
            if self.taken[start] or self.sentence[start].sign:
                continue
            cue = _refusals().at(self.sentence, start)
            if cue is None:
                continue
            end = cue.end
            while end < place and self.sentence[end].word in _BEFORE_A_LEVEL:
                end += 1
            if end == place:
                return start
        return place

    def _names_a_subject(self, found: Found) -> bool:
        """Keep "introduction to law" a level, and "basic income", "easy listening" too: no subject begins so.

        But "base de datos" is one: a name reaches over both ends of what might be a level.
        """
        if found.end - found.start == 1:
            return _written_as_name(self.text, self.sentence[found.start])
        starts = range(max(0, found.start - 1), found.end)
        return any(everyday_at(self.sentence, start) > found.end for start in starts)

    def _take(self, start: int, end: int) -> None:
        self._take_places(range(start, end))

    def _take_places(self, places: Iterable[int]) -> None:
        for place in places:
            self.taken[place] = True


def _languages_in(topic: str) -> frozenset[str]:
    """Give the languages that a topic names: who speaks no French and asks for a course of French wants to learn it."""
    sentence = tokens(topic)
    named = (language_named(sentence, place) for place in range(len(sentence)))
    return frozenset(one[0] for one in named if one)


def _is_something(one: Excluded) -> bool:
    """Say whether what is refused names something: no filler alone, unless it is a subject ("deep learning")."""
    return bool(set(words_of(one.said)) - filler_words()) or same_words(one.said) in spellings()


def _written_as_name(text: str, token: Token) -> bool:
    written = text[token.start : token.end]
    return written.isupper() and 1 < len(written) <= SHOUTED and not text.isupper()


def _take_characters(sentence: list[Token], taken: list[bool], key: Key) -> None:
    for place, token in enumerate(sentence):
        if token.start >= key.start and token.end <= key.end:
            taken[place] = True


def _blanked(text: str, sentence: list[Token], taken: list[bool]) -> str:
    letters = list(text)
    for token, gone in zip(sentence, taken, strict=True):
        if gone:
            letters[token.start : token.end] = "|" * (token.end - token.start)
    return "".join(letters)


def _without_exclusions(text: str, sentence: list[Token], excluded: set[int]) -> str:
    if not excluded:
        return " ".join(text.split())
    kept = [token for place, token in enumerate(sentence) if place not in excluded]
    while kept and kept[-1].sign and kept[-1].word in ",;":
        kept.pop()
    return joined(text, kept)


_BEFORE_A_LEVEL = frozenset(
    "for too any a an one the so very of courses course fur zu so sehr kurse para muy demasiado tan cursos pour trop "
    "tres si des de du cours muito tao um uma 太 那么 给 للـ جدا".split()
)


@cache
def _levels() -> PhraseTable:
    return PhraseTable(read_rows("levels"))


@cache
def _plain_speech() -> PhraseTable:
    return PhraseTable(read_rows("plain_speech"))


@cache
def _refusals() -> PhraseTable:
    return PhraseTable(read_rows("refusals"))
