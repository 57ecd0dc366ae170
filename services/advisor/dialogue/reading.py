"""Read one turn of a person: what it says and does, and what it points at, before anything is decided. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, cached_property

from services.advisor.dialogue.describing import asked_details
from services.advisor.dialogue.intents import Guess, guess_intent
from services.advisor.dialogue.pointing import Pointed, pointed_at
from services.advisor.dialogue.state import ABOUT, ASPECTS, State
from services.advisor.dialogue.titles import small_words, without_signs
from services.question import Question, excluded, names, read_question
from services.question.acts import Act, find_acts
from services.question.everyday import Term, find_terms
from services.question.phrases import read_rows
from services.question.providers import Provided
from services.question.taught_in import language_named, languages_named
from services.question.tokens import tokens, words_of

SMALL_TALK_LESS, ASKING = 0.4, 0.5
CHAT = ("greeting", "thanks", "bye", "smalltalk", "capability")
_CLAUSE = re.compile(r"[.!?;\n。！？؟]+")
_SPAN = re.compile(r"[^,.!?;\n，。！？؟،]+")
PARTS_MOST = 6
_VERSIONS = frozenset("one ones version edition".split())
"""After a language's name they make it one of teaching, where something else is named as well."""
_IS = frozenset("is isn't was are es era son est c'est c' ist war sind e foi sao 是 هل".split())
"""With one of these a question begins what something is."""
OPENING = 10
"""So many characters may stand between what belongs together ("ok, and …", "English is fine")."""


@dataclass(frozen=True)
class Turn:
    """What one turn says. `spoken` is the conversation's language after it.

    `providers` is what it says of who offers courses, which is no part of `text` any more.
    """

    text: str
    spoken: str
    asked: Question
    acts: tuple[Act, ...]
    terms: tuple[Term, ...]
    pointed: Pointed
    guess: Guess
    state: State
    providers: tuple[Provided, ...] = ()

    def does(self, *names: str) -> bool:
        """Say whether the turn does one of some acts."""
        return any(act.name in names for act in self.acts)

    @cached_property
    def aspects(self) -> tuple[str, ...]:
        """What is asked of a course, the likeliest first."""
        found = {act.name for act in self.acts if act.name in ABOUT}
        if self._asks_details:
            found |= {"pacing" if "pacing" in self.details else "detail"}
        if not (self.marked or self.asks):
            found -= {"taken"}  # "I did that at school" tells, and asks nothing
        if self.does("what_to_take"):
            found -= {"prerequisites"}  # "what can I take?" asks for courses, "can I take it?" about one
        return tuple(sorted(found, key=lambda name: (-self.guess.of(name), ASPECTS.index(name))))

    @cached_property
    def details(self) -> frozenset[str]:
        """What is asked that no field of a record tells, and its description may: an exam, tools, the time a week."""
        return frozenset(asked_details(self.text, self.spoken))

    @property
    def _asks_details(self) -> bool:
        """Say whether such a thing is asked of one course, and none is looked for ("is there one with exercises?")."""
        searches = self.does("learns", "more", "similar", "widen", "path", "correct", "compare", "which")
        searches = searches or (self.does("exists") and self.guess.of(*ABOUT) < self.guess.of("find"))
        asked = self.marked or self.asks or "pacing" in self.details
        one = self.pointed.courses or (self.state.focus and not self.conditions)
        return bool(self.details and asked and one) and (not searches or bool(self.state.titled))

    @property
    def asks_level(self) -> bool:
        """Say whether a clause that asks ends in how hard something is: "is Rust by Example hard?"."""
        return any(
            (asks(clause) or clause.endswith(("吗", "？")))
            and any(act.name == "hardness" for act in find_acts(clause, self.spoken))
            and not any(act.name == "exists" for act in find_acts(clause, self.spoken))
            for clause in clauses(self.text)
        )

    @cached_property
    def topic(self) -> str:
        """The words to search for: what the tables know, with the words beside it; else whatever is left."""
        spans = [
            (term.start, term.end)
            for term in self.terms
            if not self._stands_for_language(term) and not self._is_refused(self.text[term.start : term.end])
        ]
        if not spans:
            said = (self._without_acts(start, end) for start, end in self.parts)
            return without_signs(" ".join(one for one in said if not self._is_refused(one))).strip()
        near = [part for part in self.parts if any(part[0] < end and start < part[1] for start, end in spans)]
        return without_signs(" ".join(self.text[start:end] for start, end in _united([*spans, *near]))).strip()

    def _without_acts(self, start: int, end: int) -> str:
        """Give the words of a part less those that say what is done: "path to pentester" is a way to one."""
        kept = list(self.text[start:end])
        for act in self.acts:
            if act.name not in _LOOSE and act.start <= start < act.end < end:
                kept[: act.end - start] = " " * (act.end - start)
        return " ".join("".join(kept).split())

    def _is_refused(self, said: str) -> bool:
        """See a subject that the same turn refuses: "without python this time, one python course is enough"."""
        return any(names((said,), one.spellings) for one in self.asked.excluded)

    @cached_property
    def parts(self) -> tuple[tuple[int, int], ...]:
        """The places of words that nothing else explains: no act, no name of a condition."""
        said = [act for act in self.acts if act.name not in _LOOSE]
        return tuple(
            part
            for part in self.asked.parts
            if not any(act.start <= part[0] and part[1] <= act.end for act in said)
            and not _is_condition_name(self.text[part[0] : part[1]])
        )

    @property
    def known(self) -> bool:
        """Say whether the topic is something that the tables know."""
        return any(not self._stands_for_language(term) for term in self.terms)

    @cached_property
    def language(self) -> str | None:
        """The language of teaching that is asked for: told as such, or named alone where it switches the one before."""
        if self.asked.language:
            parts = clauses(self.text)
            told = [read_question(part).language for part in parts] if len(parts) > 1 else []
            return next((one for one in reversed(told) if one), self.asked.language)
        return next((term.english.split()[0] for term in self.terms if self._stands_for_language(term)), None)

    @cached_property
    def restored(self) -> tuple[str, ...]:
        """Give what was refused before and is taken back: what is named again, or else all that was refused last."""
        before = self.state.wanted.excluded
        again = {one.said.casefold() for one in self.asked.excluded}
        if not before or not self.does("restores", "allows"):
            return ()
        named = [one for one in before if names((self.text,), excluded(one).spellings) and one.casefold() not in again]
        if named or not self.does("restores"):
            return tuple(named)
        return () if self.known else before[-1:]

    @property
    def language_also(self) -> bool:
        """Say whether a language of teaching is told beside another: "English is fine too", "also in English"."""
        also = [self.text[act.start : act.end] for act in self.acts if act.name == "also"]
        said = [clause for clause in clauses(self.text) if any(one in clause for one in also)]
        return bool(self.language) and any(self.language == name for clause in said for name in languages_named(clause))

    @property
    def conditions(self) -> bool:
        """Say whether a level, a language, a provider or an exclusion is told."""
        return bool(self.providers) or self.conditions_beside

    @property
    def conditions_beside(self) -> bool:
        """Say whether another condition than a provider is told."""
        asked = self.asked
        refused = asked.excluded or asked.not_levels or asked.not_languages
        return bool(asked.level or self.language or refused or self.does("easier", "harder"))

    @property
    def asks_whose(self) -> bool:
        """Say whether a course is asked about, whether it is a provider's: "is it by MeridianX?"."""
        named = bool(self.providers) and all(one.names and one.manner in ("wanted", "named") for one in self.providers)
        of_one = bool(self.pointed.courses) or self.state.focus is not None
        is_it = bool({*words_of(self.text)[:2]} & _IS)
        searches = self.goes_on or self.does("exists", "learns", "more", "similar", "same", "widen", "also")
        return named and of_one and is_it and (self.marked or self.asks) and not (self.topic or searches)

    @property
    def goes_on(self) -> bool:
        """Say whether the turn begins as one that goes on ("and …?", "ok, what about …")."""
        return any(
            act.name in ("onward", "then")
            and all(word in small_words() for word in words_of(self.text[: act.start]))
            and act.start <= OPENING
            for act in self.acts
        )

    @cached_property
    def undecided(self) -> bool:
        """Say whether somebody asks where to begin, and names nothing but in what they tell of themselves."""
        if not self.does("undecided"):
            return False
        begun = [span for span in _spans(self.text) if _begins_to_tell(self.text[span[0] : span[1]])]
        told = [span for span in begun if _tells(self.text[span[0] : span[1]])]
        asking = [
            (start, end)
            for start, end in _spans(self.text)
            if any(act.name == "undecided" and start <= act.start < end for act in self.acts)
        ]
        named = any(not _within(term.start, told) for term in self.terms)
        return not named and all(_within(start, (*begun, *asking)) for start, _ in self.parts)

    @property
    def bare(self) -> bool:
        """Say whether a turn is nothing but words that no table knows: "veterinary surgery"."""
        said = words_of(self.text)
        return bool(self.topic) and not self.known and set(said) <= set(words_of(self.topic))

    @property
    def of_one(self) -> bool:
        """Say whether a question is asked of one thing that is named ("do I qualify for bioinformatics yet?")."""
        searches = self.does("exists", "learns", "more", "similar", "path", "widen")
        return self.known and (asks(self.text) or self.does("the_one")) and not searches

    @property
    def marked(self) -> bool:
        """Say whether a clause of the turn ends as a question."""
        return any(sign in self.text for sign in "?？؟吗")

    @property
    def asks(self) -> bool:
        """Say whether the turn begins as a question does."""
        return asks(self.text)

    @property
    def names_alone(self) -> bool:
        """Say whether a clause is nothing but something to learn: "arabic. can't read a letter yet"."""
        return any(
            not (set(words_of(clause)) - set(words_of(self.text[term.start : term.end])) - small_words())
            for clause in clauses(self.text.replace(",", "."))
            for term in self.terms
            if self.text[term.start : term.end] in clause
        )

    @property
    def it_does(self) -> bool:
        """Say whether "it" comes before what is named: what is named is what "it" needs or teaches, and no course."""
        first = min((term.start for term in self.terms), default=-1)
        return (
            self.pointed.only_it and not self.does("the_one") and any(start < first for start, _ in self.pointed.spans)
        )

    @property
    def adds_words(self) -> bool:
        """Say whether the topic's words narrow the one before ("with pandas")."""
        first = next(iter(words_of(self.text)), "")
        return first in _first_words("adds")

    @property
    def names_level(self) -> bool:
        return bool(_named(self.text, "level"))

    @property
    def names_language(self) -> bool:
        return bool(_named(self.text, "language"))

    @cached_property
    def asks_it(self) -> bool:
        """Say whether a question about one course is asked ("is it in Spanish?"), not for courses ("is there one?")."""
        question = asks(self.text) or "吗" in self.text
        return bool(self.pointed.courses) and question and not self.does("exists")

    @property
    def _switches_language(self) -> bool:
        """Say whether a bare language's name is one of teaching: another was told, or no language is learnt."""
        wanted = self.state.wanted
        told = find_terms(wanted.topic, self.spoken)
        learns = any(term.language or term.english == "language learning" for term in told)
        learns = learns or _named(wanted.topic, "language")
        return bool(wanted.language or (wanted.topic and not learns))

    def _stands_for_language(self, term: Term) -> bool:
        """See a language's name alone after a language was a condition: "ok english then", and "the Spanish one"."""
        others = [one for one in self.terms if one != term]
        if term.language and others and next(iter(words_of(self.text[term.end :])), "") in _VERSIONS:
            return True
        if not term.language or not (self.state.wanted.topic or self.state.focus):
            return False
        before = next(iter(words_of(self.text[: term.start])[-1:]), "")
        if others and before in _first_words("still"):  # "still Spanish, but health"
            return True
        after = (act for act in self.acts if act.name == "also")
        if any(-1 <= act.start - term.end <= OPENING for act in after):
            return True
        said = [part for part in self.parts if not (part[0] <= term.start and term.end <= part[1])]
        return not others and not said and self._switches_language


def read_turn(text: str, spoken: str, state: State, providers: tuple[Provided, ...] = ()) -> Turn:
    """Read a turn in the light of what was understood before; what it says of `providers` is blanked out."""
    pointed = pointed_at(text, state)
    acts = find_acts(text, spoken)
    asked = _as_learnt(read_question(text, wants_more=bool(state.wanted.topic)), text, acts)
    asked = _as_asked_for(asked, text)
    said = [act for act in acts if act.name not in _LOOSE]
    terms = tuple(
        term
        for term in find_terms(asked.left, spoken)
        if not any(act.start <= term.start and term.end <= act.end for act in said)
        and not _is_condition_name(text[term.start : term.end])
    )
    return Turn(
        text,
        spoken,
        asked,
        acts,
        _wished_for(text, terms, conditions=bool(asked.level or asked.language)),
        pointed,
        _guess(text, pointed),
        state,
        providers,
    )


def _as_learnt(asked: Question, text: str, acts: tuple[Act, ...]) -> Question:
    """Take no language that somebody speaks for one of teaching, where a language is what they want to learn.

    "I get by in German but would like to speak it better", and "English then, I only speak Arabic".
    """
    if not asked.language:
        return asked
    sentence = [token for token in tokens(text) if not token.sign]
    places = (at for at in range(len(sentence)) if (language_named(sentence, at) or ("",))[0] == asked.language)
    at = next(places, 0)
    if any(act.name == "speaks_better" for act in acts):
        start, end = sentence[at].start, sentence[at].end
        left = asked.left[:start] + text[start:end] + asked.left[end:]
        return replace(asked, language=None, left=left)
    speaks = any(token.word in _first_words("speaks") for token in sentence[max(0, at - 2) : at])
    return replace(asked, language=None) if speaks and any(one.language for one in find_terms(asked.left)) else asked


def _as_asked_for(asked: Question, text: str) -> Question:
    """Take "so nothing about chess?" for a question whether there is something, and no refusal of it."""
    first = next((word for word in words_of(text) if word not in _openers()), "")
    asks_whether = first in _first_words("none") and text.rstrip().endswith(("?", "？"))
    if not asks_whether or len(asked.excluded) != 1 or asked.parts:
        return asked
    start = text.casefold().find(asked.excluded[0].said.casefold())
    if start < 0:
        return asked
    end = start + len(asked.excluded[0].said)
    return replace(asked, topic=text[start:end], excluded=(), parts=((start, end),), left=text)


def _wished_for(text: str, terms: tuple[Term, ...], *, conditions: bool) -> tuple[Term, ...]:
    """Leave out what somebody only tells of themselves, beside what they wish for ("…, I know no maths").

    Beside conditions nothing more need be wished for: "in English rather, it's for my CV".
    """
    told = [span for span in _spans(text) if _tells(text[span[0] : span[1]])]
    wished = tuple(term for term in terms if not any(start <= term.start < end for start, end in told))
    return wished or (() if conditions else terms)


def asks(text: str) -> bool:
    """Say whether a text begins as a question does."""
    said = [word for word in words_of(text)[:3] if word not in _openers()]
    return next(iter(said), "") in _first_words("asks")


def _spans(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _SPAN.finditer(text)]


def _tells(part: str) -> bool:
    words, told = _told_by(part)
    return any(not _first_words("wishes") & set(words[len(row) :]) for row in told)


def _begins_to_tell(part: str) -> bool:
    return bool(_told_by(part)[1])


def _told_by(part: str) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Give a part's words, and the beginnings of telling that it begins with ("20 years raising kids")."""
    words = words_of(part)
    words = words[1:] if words[:1] and words[0].isdigit() else words
    return words, [row for row in _beginnings_of_telling() if words[: len(row)] == row]


def clauses(text: str) -> list[str]:
    """Cut a text where a sentence ends."""
    return [part.strip() for part in _CLAUSE.split(text) if part.strip()][:PARTS_MOST]


def _guess(text: str, pointed: Pointed) -> Guess:
    """Guess over the whole and over each sentence: a greeting before a question is not what is wanted."""
    whole, parts = guess_intent(text, pointed.spans), clauses(text)
    if len(parts) < 2:
        return whole
    guesses = [guess_intent(part) for part in parts]
    asking = [guess for guess in guesses if guess.intent not in CHAT and guess.nearness >= ASKING]
    lesser = SMALL_TALK_LESS if asking else 1.0
    shares: dict[str, float] = {}
    for guess in (whole, *(asking or guesses)):
        weight = 1.0 if guess is whole else 1 / len(asking or guesses)
        for intent, near in guess.ranked:
            shares[intent] = shares.get(intent, 0.0) + near * weight * (lesser if intent in CHAT else 1.0)
    total = sum(shares.values())
    return Guess(tuple(sorted(((intent, near / total) for intent, near in shares.items()), key=lambda one: -one[1])))


def _within(at: int, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in spans)


def _united(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    united: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _is_condition_name(said: str) -> bool:
    return " ".join(words_of(said)) in {row.phrase for row in read_rows("condition_names")}


def _named(text: str, meaning: str) -> bool:
    words = " ".join(words_of(text))
    return any(row.phrase in words for row in read_rows("condition_names") if row.meaning == meaning)


_LOOSE = frozenset(
    {"learns", "exists", "hardness", "firstly", "the_one", "onward", "also", "then", "certificate", "content", "allows"}
)
"""Acts whose words may name a subject as well."""


@cache
def _openers() -> frozenset[str]:
    """Give the words that a question may begin with before it asks."""
    return frozenset(row.phrase for row in read_rows("acts") if row.meaning == "onward") | {"ok", "fine", "hm", "so"}


@cache
def _first_words(meaning: str) -> frozenset[str]:
    return frozenset(row.phrase for row in read_rows("first_words") if row.meaning == meaning)


@cache
def _beginnings_of_telling() -> tuple[tuple[str, ...], ...]:
    return tuple(words_of(phrase) for phrase in sorted(_first_words("tells")))
