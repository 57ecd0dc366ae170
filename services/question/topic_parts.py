"""Cut a topic into the things that it names, each with every spelling that means it: what to look for in a course.

"machine learning with python" names two things, not three words: a course of "learning" alone is about neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from services.course_record.synonyms import ONE_WAY
from services.course_record.technical_terms import technical_terms
from services.question.subjects import MOST_WORDS, held, key_of, spellings, subject_at
from services.question.tokens import Token, contains, joined, same_words, singular, tokens
from services.question.written_language import small_words

_Cut = tuple[str, tuple[str, ...], bool]
"""What was said, its words as they compare, whether a table has them."""
PARTS_MOST = 12
PREFIX_LEAST, PREFIX_SHARE = 4, 0.8
"""Two words with so many first letters in common, and so much of the longer one, are one word in two forms."""
LETTERS = frozenset({"R", "C"})
"""Names of one letter, where they are written large."""
TYPO_LEAST = 6
"""A word of at least so many letters may have one typo."""
_MANNER_VERBS = frozenset(
    "acquire boost broaden deepen develop enhance expand gain hone improve increase master polish refine refresh "
    "sharpen strengthen upgrade".split()
)
"""At the beginning of a topic ("sharpen my time management skills")."""
_MANNER_NOUNS = frozenset(
    "abilities ability algorithm capabilities competence competences concept concepts essentials expertise "
    "fundamentals knowledge method methods methodology phenomenon practices principles problems procedure process "
    "program programme skill skills technique techniques tips tool tools tricks".split()
)
"""At its end, or before "of", "in", "for"."""
_MANNER_BEFORE_OF = frozenset(
    "area art concept craft essentials field fundamentals method process science study subject techniques topic use "
    "world".split()
)
_MANNER_LINKS = frozenset(("of", "in", "for"))


@dataclass(frozen=True, slots=True)
class TopicPart:
    """One thing that a topic names: as said, and the words of every spelling that means it or is a part of it."""

    said: str
    phrases: frozenset[tuple[str, ...]]
    known: bool = True
    """A table has it, with its spellings; of an unknown word other forms and one typo count as well."""
    taught_in: frozenset[tuple[str, ...]] = frozenset()
    """The subjects that teach a word of a trade, which is less than the word ("linear algebra", of "eigenvalues")."""

    def found_in(self, text: str, *, slips: bool = True) -> str | None:
        """Give the words that name it, as they stand in a text; None where it is not named there.

        A word may be named with one slip of the keyboard, unless `slips` is denied: then what is given was asked.
        """
        there = [token for token in tokens(text) if not token.sign]
        words = [singular(token.word) for token in there]
        own = same_words(self.said)
        for phrase in sorted(self.phrases, key=lambda one: (one != own, -len(one), one)):
            for start in range(len(words) - len(phrase) + 1):
                if _same(phrase, words[start : start + len(phrase)], exactly=self.known, slips=slips):
                    return text[there[start].start : there[start + len(phrase) - 1].end]
        return None

    def taught_by(self, text: str) -> bool:
        """Tell whether a text names a subject that teaches it."""
        words = same_words(text)
        return any(contains(words, subject) for subject in self.taught_in)


def topic_parts(topic: str) -> tuple[TopicPart, ...]:
    """Cut a topic (`Question.topic`) into what it names, in its order; words that say nothing are left out."""
    found: dict[str, TopicPart] = {}
    for said, words, known in _named_in(topic)[0]:
        phrases = frozenset(phrase for phrase in _phrases(words, said) if phrase)
        part = TopicPart(said, phrases, known, _trades().get(said.casefold(), frozenset()))
        if part.phrases:
            found.setdefault(said.casefold(), part)
    return tuple(found.values())[:PARTS_MOST]


def words_of_manner(topic: str) -> tuple[str, ...]:
    """Give the words of a topic that name nothing beside those that do ("algorithm" in "pagerank algorithm")."""
    return _named_in(topic)[1]


def _named_in(topic: str) -> tuple[list[_Cut], tuple[str, ...]]:
    cuts = list(_cut(topic))
    named = [cut for cut, manner in cuts if not manner]
    if not named:
        return [cut for cut, _ in cuts], ()
    return named, tuple(dict.fromkeys(word for (_, words, _), manner in cuts if manner for word in words))


def _cut(topic: str) -> Iterator[tuple[_Cut, bool]]:
    sentence = tokens(topic)
    place = 0
    while place < len(sentence):
        stop = max(subject_at(sentence, place), _one_way_at(sentence, place)) if not sentence[place].sign else place
        known = stop > place
        if not known:
            stop = _run_of_ideographs(sentence, place)
        parts = sentence[place:stop]
        said = joined(topic, parts)
        if not parts[0].sign and (known or said in LETTERS or _says_something(parts)):
            yield (said, key_of(parts), known), stop == place + 1 and _is_manner(sentence, place)
        place = stop


def _is_manner(sentence: Sequence[Token], place: int) -> bool:
    """Tell whether the word at a place of a topic is one of an instruction: "the … algorithm", "sharpen my … skills".

    It is of the topic where nothing else is ("algorithms"), and within a name ("algorithm design"); beside a content
    word it says how or how well somebody wants to learn it, and a course that has only it is about something else.
    English: others put it differently.
    """
    word = sentence[place].word
    following = sentence[place + 1].word if place + 1 < len(sentence) else ""
    if place == 0 and word in _MANNER_VERBS:
        return True
    if word in _MANNER_NOUNS and (not following or following in _MANNER_LINKS):
        return True
    return (word in _MANNER_BEFORE_OF and following == "of") or (word == "guide" and following == "to")


def _says_something(parts: Sequence[Token]) -> bool:
    word = parts[0].word
    return len(parts) > 1 or not word.isascii() or (len(word) > 2 and word not in small_words())


def _run_of_ideographs(sentence: Sequence[Token], place: int) -> int:
    stop = place + 1
    while (
        stop < len(sentence)
        and all("㐀" <= token.word[:1] <= "鿿" for token in sentence[stop - 1 : stop + 1])
        and sentence[stop].start == sentence[stop - 1].end
    ):
        stop += 1
    return stop


def _one_way_at(sentence: Sequence[Token], place: int) -> int:
    for stop in range(min(len(sentence), place + MOST_WORDS), place, -1):
        if not sentence[stop - 1].sign and key_of(sentence[place:stop]) in _one_way():
            return stop
    return place


def _phrases(words: tuple[str, ...], said: str) -> Iterable[tuple[str, ...]]:
    names = spellings().get(words, frozenset()) | {said.casefold()}
    yield words
    for name in names:
        key = same_words(name)
        yield key
        yield from _one_way().get(key, ())
        for narrow in held().get(name, ()):
            yield same_words(narrow)
    yield from _one_way().get(words, ())


@cache
def _trades() -> dict[str, frozenset[tuple[str, ...]]]:
    return {term: frozenset(map(same_words, subjects)) for term, subjects in technical_terms()}


@cache
def _one_way() -> dict[tuple[str, ...], frozenset[tuple[str, ...]]]:
    return {same_words(word): frozenset(map(same_words, others)) for word, others in ONE_WAY}


def _same(phrase: Sequence[str], words: Sequence[str], *, exactly: bool, slips: bool) -> bool:
    pairs = zip(phrase, words, strict=True)
    return all(one == other if exactly else _same_word(one, other, slips=slips) for one, other in pairs)


def _same_word(one: str, other: str, *, slips: bool) -> bool:
    if one == other:
        return True
    if not (one.isalpha() and other.isalpha()) or min(len(one), len(other)) < PREFIX_LEAST:
        return False
    shared = shared_prefix(one, other)
    longest = max(len(one), len(other))
    if longest >= TYPO_LEAST and one_edit(one, other, shared):
        return slips or _spelled_otherwise(one, other, shared)
    return shared >= PREFIX_LEAST and shared >= PREFIX_SHARE * longest


def _spelled_otherwise(one: str, other: str, shared: int) -> bool:
    """See another ending ("economic" and "economics", "italiano" and "italiana") or the British way ("colour")."""
    ends = shared >= min(len(one), len(other)) or max(len(one), len(other)) - shared == 1
    return ends or _as_in_america(one) == _as_in_america(other)


def _as_in_america(word: str) -> str:
    return word.replace("our", "or").replace("is", "iz").replace("ys", "yz").replace("ll", "l")


def shared_prefix(one: str, other: str) -> int:
    """Count the letters that two words begin with alike."""
    shared = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        shared += 1
    return shared


def one_edit(one: str, other: str, shared: int) -> bool:
    """See one letter changed, added, left out, or two swapped after the letters shared; the first letter is right."""
    mine, theirs = one[shared:], other[shared:]
    return shared > 0 and (
        mine[1:] == theirs[1:]
        or mine[1:] == theirs
        or mine == theirs[1:]
        or (mine[:2] == theirs[1::-1] and mine[2:] == theirs[2:])
    )
