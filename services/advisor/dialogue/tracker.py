"""Follow a conversation: what each turn changes in what was understood. Pure; replayed from the messages each time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Literal

from services.advisor.dialogue.intents import Guess, guess_intent
from services.advisor.dialogue.pointing import Pointed, pointed_at
from services.advisor.dialogue.state import ABOUT, Change, NamedCourse, State, Wanted
from services.course_record.levels import LEVELS
from services.question import Question, read_question
from services.question.course_keys import find_keys
from services.question.subjects import subject_at
from services.question.taught_in import language_named
from services.question.tokens import tokens, words_of
from services.question.written_language import written_language

SURE, LIKELY, FIRM, FAINT = 0.5, 0.38, 0.33, 0.25
"""How near an example has to be to decide alone, with something that fits it, and where nothing else is said."""
SHORT = 3
CHARACTERS = 1_000
CODES = {
    "English": "en", "Spanish": "es", "French": "fr", "German": "de", "Portuguese": "pt", "Chinese": "zh",
    "Arabic": "ar",
}  # fmt: skip
CANNOT = ("cannot_enroll", "cannot_drop", "cannot_pay", "cannot_grades", "cannot_others", "cannot_account",
          "cannot_offtopic")  # fmt: skip
CHAT = ("greeting", "thanks", "bye", "smalltalk", "capability")
_LINE = re.compile(r"^\s*(?:\d{1,2}[.)、]|[-*•])\s*(.{1,400})$", re.MULTILINE)
_EASIER = frozenset(["easier", "simpler", "easy", "facil", "faciles", "leichter", "einfacher", "simple", "simples"])
_HARDER = frozenset(
    ["harder", "advanced", "avanzado", "avance", "schwerer", "dificil", "difficile", "avancado", "tougher"]
)
_MORE_TOPIC = frozenset(["with", "using", "mit", "con", "avec", "com", "用"])


def replay(said: Iterable[tuple[str, str]]) -> tuple[State, Change]:
    """Follow messages of (role, text), the last a person's; gives the state after it and what it changed."""
    state, change = State(), Change("vague")
    for role, text in said:
        if role == "user":
            state, change = follow(state, text)
        else:
            state = hear(state, text)
    return state, change


def hear(state: State, text: str) -> State:
    """Take in what we answered: the courses listed, the one talked about, whether we asked something."""
    listed = [course for line in _LINE.finditer(text) if (course := _course_in(line[1]))]
    named = _named_in(text)
    lists = (*state.lists, tuple(listed)) if listed else state.lists
    return replace(
        state,
        lists=lists[-8:],
        focus=None if listed else (named[0] if named else state.focus),
        named=(*named, *state.named)[:40],
        asked=not named and text.rstrip()[-1:] in ("?", "？", "؟"),
    )


def follow(state: State, text: str) -> tuple[State, Change]:
    """Say what a person's turn changes, and what is understood after it."""
    text = text[:CHARACTERS]
    spoken = CODES.get(written_language(text) or "", "") or _by_terms(text, state)
    state = replace(state, spoken=spoken or state.spoken, turns=state.turns + 1)
    asked = read_question(text)
    pointed = pointed_at(text, state)
    guess = _guess(text, pointed)
    change = _change(state, text, asked, pointed, guess)
    return _after(state, asked, change), change


def _by_terms(text: str, state: State) -> str:
    return "" if state.turns else CODES.get(written_language(text, terms=True) or "", "")


def _guess(text: str, pointed: Pointed) -> Guess:
    """Guess over the whole and over each sentence: a greeting before a question is not what is wanted."""
    parts = [part for part in re.split(r"[.!?;\n。！？؟]+", text) if part.strip()][:6]
    guesses = [guess_intent(text, pointed.spans), *(guess_intent(part) for part in parts if len(parts) > 1)]
    best: dict[str, float] = {}
    for number, guess in enumerate(guesses):
        for intent, near in guess.ranked:
            lesser = 0.9 if number else 1.0
            if len(parts) > 1 and intent in CHAT:
                lesser = 0.4  # small talk around a wish
            best[intent] = max(best.get(intent, 0.0), near * lesser)
    return Guess(tuple(sorted(best.items(), key=lambda item: -item[1])))


def _change(state: State, text: str, asked: Question, pointed: Pointed, guess: Guess) -> Change:
    about, chat, cannot = guess.of(*ABOUT), guess.of(*CHAT), guess.of(*CANNOT)
    best = guess.nearness
    known = _has_subject(asked.topic)
    conditions = bool(asked.level or asked.language or asked.excluded or asked.not_levels or asked.not_languages)
    refused = next((intent for intent, _ in guess.ranked if intent in CANNOT), "")
    learns = (refused == "cannot_offtopic" and known and (_learns(text) or len(words_of(text)) <= SHORT)) or (
        refused == "cannot_account" and _learns(text)
    )
    least = LIKELY if refused == "cannot_offtopic" else FIRM
    if refused and cannot >= least and cannot >= (1.0 if refused == "cannot_offtopic" else 0.85) * best and not learns:
        return Change("cannot", refused.removeprefix("cannot_"), text=text)
    if guess.intent in CHAT and chat >= LIKELY and not known and not conditions:
        return Change("small_talk", guess.intent, text=text)
    only_conditions = conditions and not asked.topic and (not pointed.courses or pointed.only_it)
    if (
        only_conditions
        and (state.wanted.topic or state.personal)
        and not _questions_it(text)
        and guess.intent not in ("widen", "correct")
    ):
        return Change("switch" if _switches(state.wanted, asked) else "narrow", text=text)
    if guess.intent == "compare" and best >= LIKELY and (len(pointed.courses) > 1 or asked.topic or state.shown):
        return _compare(state, asked, pointed, text)
    if guess.intent == "path" and best >= LIKELY and (asked.topic or pointed.courses):
        return Change(
            "path", courses=pointed.courses, mention="" if pointed.courses and not known else asked.topic, text=text
        )
    describes = bool((asked.level or asked.language) and known and not pointed.courses and not _questions_it(text))
    if guess.intent in ABOUT and about >= LIKELY and not describes and _speaks_of_a_course(asked, pointed, state):
        return _about(state, guess.intent, asked, pointed, text, known=known)
    if guess.intent == "back" and best >= LIKELY and (state.lists or state.earlier):
        return Change("back", text=text) if not known else Change("new_topic", text=text)
    if guess.intent == "correct" and best >= LIKELY and state.turns > 1:
        return Change("correct", text=text)
    if (
        guess.intent == "more"
        and best >= LIKELY
        and state.lists
        and not known
        and not asked.excluded
        and not conditions
    ):
        return Change("more", text=text)
    if guess.intent == "widen" and best >= LIKELY and state.wanted.topic and not known:
        return Change("widen", text=text)
    if guess.intent in ("history", "next") and best >= LIKELY and not known and not conditions:
        return Change("next" if guess.intent == "next" else "history", text=text)
    if conditions and not asked.topic and (state.wanted.topic or state.personal):
        return Change("switch" if _switches(state.wanted, asked) else "narrow", text=text)
    if asked.topic and (known or guess.of("find") >= guess.of("vague", *CHAT)):
        if pointed.courses and not pointed.only_it and about >= FAINT:
            return _about(state, _best_about(guess), asked, pointed, text, known=known)
        return Change(_topic_kind(state, text), text=text)
    if pointed.courses and not conditions:
        return _about(state, _best_about(guess) if about >= FAINT else "content", asked, pointed, text, known=known)
    if asked.topic and guess.intent not in CHAT:
        return Change(_topic_kind(state, text), text=text)
    if asked.excluded:
        return Change("narrow", text=text)
    if asked.language or asked.level or asked.not_languages:
        return Change("new_topic", text=text)
    if guess.intent in ("next", "history") and best >= FAINT:
        return Change(guess.intent, text=text)  # type: ignore[arg-type]  # two of the kinds
    if guess.intent in CHAT and best >= FAINT:
        return Change("small_talk", guess.intent, text=text)
    if guess.intent == "more" and state.lists:
        return Change("more", text=text)
    return Change("vague", text=text)


def _best_about(guess: Guess) -> str:
    return next((intent for intent, _ in guess.ranked if intent in ABOUT), "content")


def _about(state: State, aspect: str, asked: Question, pointed: Pointed, text: str, *, known: bool) -> Change:
    """Ask something about one course: one pointed at, one to look up by its words, or the one in focus."""
    focus = state.focus or (state.shown[0] if state.shown else None)
    named = known or len(words_of(asked.topic)) > 1
    courses = pointed.courses if not pointed.only_it or not (known and _the_one(text)) else ()
    if not courses and not (asked.topic and (named or focus is None)) and focus:
        courses = (focus,)
    if courses and not courses[0].key:  # spoken of, and never shown
        return Change("about", aspect, mention=courses[0].title, text=text)
    if courses:
        return Change("about", aspect, courses=courses[:1], text=text)
    return Change("about", aspect, mention=asked.topic, text=text)


def _compare(state: State, asked: Question, pointed: Pointed, text: str) -> Change:
    courses = list(pointed.courses[:2])
    if len(courses) < 2 and not asked.topic:
        courses += [one for one in (state.focus, *state.shown) if one and one not in courses][: 2 - len(courses)]
    return Change("compare", courses=tuple(courses), mention=asked.topic if len(courses) < 2 else "", text=text)


def _speaks_of_a_course(asked: Question, pointed: Pointed, state: State) -> bool:
    return bool(pointed.courses or asked.topic or state.focus or state.shown)


def _the_one(text: str) -> bool:
    words = set(words_of(text))
    return bool(words & {"one", "course", "curso", "kurs", "cours", "el", "der", "le", "o", "the", "das", "la"})


def _has_subject(topic: str) -> bool:
    sentence = tokens(topic)
    return any(
        subject_at(sentence, place) > place or language_named(sentence, place)
        for place in range(len(sentence))
        if not sentence[place].sign
    )


_LEARN = frozenset(
    [
        "course",
        "courses",
        "class",
        "classes",
        "learn",
        "teach",
        "study",
        "training",
        "curso",
        "cursos",
        "aprender",
        "estudiar",
        "cours",
        "formation",
        "apprendre",
        "kurs",
        "kurse",
        "lernen",
        "aprender",
        "estudar",
        "دوره",
        "دورات",
        "اتعلم",
    ]
)


def _learns(text: str) -> bool:
    return bool(_LEARN & set(words_of(text))) or "课" in text or "学" in text


_ABOUT_IT = frozenset("is does do did will would es esta tiene est ist hat tem este".split())


def _questions_it(text: str) -> bool:
    """See a question about a course ("is it in Spanish?"), which sets no condition."""
    return next(iter(words_of(text)), "") in _ABOUT_IT or "难 吗" in " ".join(words_of(text))


def _switches(wanted: Wanted, asked: Question) -> bool:
    return bool((asked.level and wanted.level) or (asked.language and wanted.language))


def _topic_kind(state: State, text: str) -> Literal["narrow", "new_topic"]:
    first = next(iter(words_of(text)), "")
    return "narrow" if state.wanted.topic and first in _MORE_TOPIC else "new_topic"


def _after(state: State, asked: Question, change: Change) -> State:
    """Give the state after a change: what is wanted now."""
    wanted, earlier = state.wanted, state.earlier
    told = {
        "excluded": tuple(dict.fromkeys((*wanted.excluded, *(one.said for one in asked.excluded)))),
        "not_levels": tuple(dict.fromkeys((*wanted.not_levels, *asked.not_levels))),
        "not_languages": tuple(dict.fromkeys((*wanted.not_languages, *asked.not_languages))),
    }
    if change.kind == "new_topic":
        earlier = (*earlier, wanted)[-10:] if wanted.topic else earlier
        fresh = Wanted(asked.topic, asked.level, asked.language, asked.limit)
        if not asked.topic or not wanted.topic:  # nothing was named yet: conditions said before still hold
            fresh = replace(fresh, level=asked.level or wanted.level, language=asked.language or wanted.language)
        # What somebody cannot stand stays so; what the new topic names is wanted again.
        kept = tuple(one for one in told["excluded"] if one.casefold() not in asked.topic.casefold())
        wanted = replace(fresh, excluded=kept, not_levels=asked.not_levels, not_languages=told["not_languages"])
    elif change.kind in ("narrow", "switch"):
        topic = f"{wanted.topic} {asked.topic}".strip() if asked.topic else wanted.topic
        level = asked.level or wanted.level
        level = None if level in told["not_levels"] else level
        language = asked.language or wanted.language
        language = None if language in told["not_languages"] else language
        wanted = replace(wanted, topic=topic, level=_moved(level, wanted.level, asked, change.text), language=language,
                         limit=asked.limit or wanted.limit, **told)  # fmt: skip
    elif change.kind == "widen":
        wanted = _widened(wanted, change.text)
    elif change.kind == "correct":
        wanted = _corrected(wanted, asked)
    elif change.kind == "back" and earlier and len(state.lists) < 2:
        wanted, earlier = earlier[-1], earlier[:-1]
    focus = change.courses[0] if change.kind == "about" and change.courses else state.focus
    if change.kind == "cannot" and asked.topic and change.aspect != "offtopic":
        focus = NamedCourse("", asked.topic)
    if asked.limit and change.kind in ("next", "more"):
        wanted = replace(wanted, limit=asked.limit)
    personal = change.kind == "next" or (state.personal and not wanted.topic)
    return replace(state, wanted=wanted, earlier=earlier, focus=focus, personal=personal)


def _moved(level: str | None, before: str | None, asked: Question, text: str) -> str | None:
    """Move a level one step where "easier" or "harder" compares with the one before."""
    words = set(words_of(text))
    step = -1 if words & _EASIER else 1 if words & _HARDER else 0
    if before in LEVELS and step and asked.level:
        return LEVELS[min(max(LEVELS.index(before) + step, 0), len(LEVELS) - 1)]
    return level


def _widened(wanted: Wanted, text: str) -> Wanted:
    folded = " ".join(words_of(text))
    level = any(word in folded for word in ("level", "nivel", "niveau", "级别", "难度", "المستوي", "beginner", "anfanger",
                                            "principiantes", "debutants", "iniciantes", "入 门", "难 度", "级 别"))  # fmt: skip
    language = any(word in folded for word in ("language", "idioma", "lengua", "langue", "sprache", "lingua", "语 言",
                                               "لغه", "اللغه"))  # fmt: skip
    if level == language:
        return replace(wanted, level=None, language=None, not_levels=(), not_languages=())
    if level:
        return replace(wanted, level=None, not_levels=())
    return replace(wanted, language=None, not_languages=())


def _corrected(wanted: Wanted, asked: Question) -> Wanted:
    """Put right what was misunderstood: "no, I meant the language" makes the language of teaching the subject."""
    if wanted.language and not asked.topic:
        return replace(wanted, topic=wanted.language, language=None)
    if asked.topic:
        return replace(wanted, topic=asked.topic, level=asked.level or wanted.level, language=asked.language)
    if asked.language or asked.level:
        return replace(wanted, language=asked.language or wanted.language, level=asked.level or wanted.level)
    return wanted


def _course_in(line: str) -> NamedCourse | None:
    found = find_keys(line)
    if not found:
        return None
    title = line[: found[0].start].rstrip(" (（[*_").strip(' *_“”"#')
    return NamedCourse(found[0].course_key, title.removeprefix("course-v1:").strip())


def _named_in(text: str) -> tuple[NamedCourse, ...]:
    found = []
    for match in _CITED.finditer(text):
        keys = find_keys(match[2])
        if keys:
            found.append(NamedCourse(keys[0].course_key, match[1].strip(' *_“”"「」«»')))
    found += [course for line in _LINE.finditer(text) if (course := _course_in(line[1]))]
    return tuple({course.key: course for course in found}.values())


_CITED = re.compile(r"[“\"«「]([^”\"»」\n]{1,220})[”\"»」] ?[(（]([^()（）\n]{3,120})[)）]")


def listed_keys(text: str) -> Sequence[str]:
    """Give the keys of the courses that an answer lists, in order."""
    return [course.key for line in _LINE.finditer(text) if (course := _course_in(line[1]))]
