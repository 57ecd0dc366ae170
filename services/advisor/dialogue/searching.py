"""Which searches a wish needs, and which of the courses found fit it. Pure: results in, courses out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Any

from services.advisor.dialogue.state import Change, State, Wanted
from services.course_record.languages import names_by_language
from services.course_record.levels import LEVELS
from services.question import excluded, names
from services.question.attitudes import CODES
from services.question.everyday import find_terms, in_english, translated
from services.question.subjects import spellings
from services.question.tokens import same_words, singular, words_of

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
SHOWN, NEAR_SHOWN, LOOKED_AT, KEYWORDS_MOST = 5, 3, 20, 512
STRONG_FIELDS = ("title", "skills", "subjects")
ROOT = 5
"""Of longer words that begin alike, one is a form of the other."""
NAMES_MOST = 8
"""So many names of a refused language are told: the API takes 20 things that are not wanted."""
LEXICAL_GAP, PREFERRED, CLEAR_GAP = 0.35, 0.36, 0.6
LANGUAGES = "language learning"
"""What the tables make of "a language"."""
ENGLISH = {code: english for english, code in CODES.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """Courses to show, the best first. `fits`: they are what was asked for, not only near it."""

    courses: tuple[Json, ...]
    fits: bool


def keywords_of(topic: str, spoken: str) -> str:
    """Write a topic as it is searched for: a search by meaning knows English best, so in the words of courses too.

    Courses have no word for languages as such: who wants to learn one is looked for by the languages' names.
    """
    if learns_languages(topic, spoken):
        return " ".join(names_by_language())[:KEYWORDS_MOST]
    if spoken != "en":
        return translated(topic, spoken)[:KEYWORDS_MOST]
    known = {singular(word) for word in words_of(topic)}
    english = (word for word in in_english(topic, spoken).split() if singular(word.casefold()) not in known)
    return " ".join([topic, *english])[:KEYWORDS_MOST]


def searches(state: State, change: Change) -> list[Call]:
    """Ask for what the topic names, as courses say it and as it was said, and for the conversation's own language."""
    wanted, spoken = state.wanted, state.spoken
    asked: Json = {"keywords": keywords_of(wanted.topic, spoken), "limit": LOOKED_AT} | refusals(state, change)
    if wanted.level:
        asked["level"] = wanted.level
    if wanted.language:
        asked["language"] = wanted.language
    asked |= offered_by(wanted)
    calls: list[Call] = [("match_courses", asked)]
    if spoken != "en" and not wanted.language:
        calls.append(("match_courses", asked | {"language": ENGLISH[spoken]}))
    translated_in_part = spoken != "en" and asked["keywords"] != wanted.topic and _unknown_words(wanted.topic, spoken)
    if translated_in_part or _is_cut_short(wanted.topic, spoken):
        calls.append(("match_courses", asked | {"keywords": wanted.topic[:KEYWORDS_MOST]}))
    return calls


def offered_by(wanted: Wanted) -> Json:
    """Give who is to offer the courses, as the tools take it."""
    return {"organisation": list(wanted.organisations)} if wanted.organisations else {}


def _is_cut_short(topic: str, spoken: str) -> bool:
    """See a wide word that is a part of what courses call it, and may be more than that ("data", data analysis)."""
    said, english = set(words_of(topic)), set(words_of(in_english(topic, spoken)))
    return said < english and said <= _WIDE


def wider(state: State, change: Change) -> list[Call]:
    """Ask again for any level and provider, for what comes nearest. A language is no matter of degree: it stays."""
    asked: Json = {"keywords": keywords_of(state.wanted.topic, state.spoken), "limit": LOOKED_AT}
    if state.wanted.language:
        asked["language"] = state.wanted.language
    apart = replace(change, aspect="different") if change.aspect == "step" else change
    return [("match_courses", asked | refusals(state, apart))]


def nearest_levels(courses: Sequence[Json], level: str) -> tuple[Json, ...]:
    """Keep the courses whose level is nearest to one; none is two levels off where another is one."""
    steps = [(abs(LEVELS.index(one["level"]) - LEVELS.index(level)), one) for one in courses if one["level"] in LEVELS]
    least = min((step for step, _ in steps), default=0)
    return tuple(one for step, one in steps if step == least)


def refusals(state: State, change: Change) -> Json:
    """Give what is not wanted, as the tools take it; what was shown is not wanted where something else is."""
    wanted = state.wanted
    shown = sorted(state.seen | {one.key for one in change.courses}) if _different(change) else []
    focus = [state.focus.key] if _different(change) and state.focus and state.focus.key else []
    told: Json = {
        "exclude": _excluded(wanted, state.spoken),
        "exclude_levels": list(wanted.not_levels),
        "exclude_languages": list(wanted.not_languages),
        "exclude_organisations": list(wanted.not_organisations),
        "exclude_courses": [key for key in dict.fromkeys([*shown, *focus]) if key][:100],
    }
    return {name: value for name, value in told.items() if value}


def _excluded(wanted: Wanted, spoken: str) -> list[str]:
    """Write what is refused as it was said, and in the word of courses where that is one ("abogados": law).

    Never what is asked for: "history, but no wars".
    """
    said = [" ".join(one.replace(",", " ").split())[:64] for one in wanted.excluded]
    asked = wanted.topic, in_english(wanted.topic, spoken)
    words = (word for one in said if (word := in_english(one, spoken)) and " " not in word)
    english = [word for word in words if not names(asked, excluded(word).spellings | {word})]
    languages = [*wanted.not_languages] if learns_languages(wanted.topic, spoken) else []
    named = [name for one in (*said, *english, *languages) for name in _names_of_language(one)]
    return [*dict.fromkeys([*named, *said, *english, *languages])][-20:]


def learns_languages(topic: str, spoken: str) -> bool:
    """Say whether a topic is languages to learn: who wants one, "but no French", refuses courses of French."""
    terms = find_terms(topic, spoken)
    return any(one.english == LANGUAGES for one in terms) and not any(one.language for one in terms)


def _teaches_language(course: Json) -> bool:
    """Say whether a course begins its title with a language, or names one as a skill: Italian cooking is none."""
    begins = " ".join(words_of(str(course["title"]))[:2])
    return names((begins, *_matched_phrases(course, ("skills",))), _language_names())


@cache
def _language_names() -> frozenset[str]:
    return frozenset(" ".join(words_of(name)) for names in names_by_language().values() for name in names)


def _names_of_language(said: str) -> tuple[str, ...]:
    """Give a language's names in those of the alphabets that its courses may be titled in; none of another thing."""
    return names_by_language().get(said.capitalize(), ())[:NAMES_MOST]


def _different(change: Change) -> bool:
    return change.kind == "more" or change.aspect == "different"


def choose(state: State, results: Sequence[Json]) -> Found:
    """Choose what fits: nothing below a clear gap, and the conversation's own language first among what fits."""
    wanted = state.wanted
    main = results[0].get("matches", []) if results else []
    scores = {one["course_key"]: score for one, score in scored(main)}
    kept: dict[str, Json] = {}
    for number, body in enumerate(results):
        matches = [(one, score) for one, score in scored(body.get("matches", [])) if not is_known(one, wanted)]
        strong_here = any(_named(one, wanted.topic, state.spoken) for one, _ in matches[:SHOWN])
        for at, (one, score) in enumerate(matches):
            strong = _named(one, wanted.topic, state.spoken)
            near = scores.get(one["course_key"], score)
            meant = score >= CLEAR_GAP and number == 0 and not (strong_here and (at >= SHOWN or _weak(one)))
            if (strong and near >= LEXICAL_GAP) or meant or _in_title(one, wanted.topic):
                exact = _exact(one, wanted.topic, state.spoken)
                before = kept.get(one["course_key"])
                if before is None or (strong and not before["strong"]):  # near by one wording, named by another
                    kept[one["course_key"]] = one | {"strong": strong, "near": near, "exact": exact}
    own = wanted.language or ENGLISH.get(state.spoken)
    told = in_english(wanted.topic, state.spoken) and not _unknown_words(wanted.topic, state.spoken)
    fits = any(
        one["strong"] and (one["exact"] or not told) and _covers(one, wanted.topic, state.spoken)
        for one in kept.values()
    )
    if not fits:
        read = (own,) if state.spoken in ("zh", "ar") else (own, ENGLISH["en"])
        ranked = sorted(kept.values(), key=lambda one: (one.get("language") not in read, one.get("language") != own))
        return Found(tuple(ranked), fits)
    ranked = sorted(
        kept.values(),
        key=lambda one: (
            not one["strong"],
            bool(told) and not one["exact"],
            not _in_title(one, wanted.topic),
            one.get("language") != own or one["near"] < PREFERRED,
        ),
    )
    return Found(tuple(ranked), fits)


def is_known(course: Json, wanted: Wanted) -> bool:
    """Say whether a course is named after something that is known already and is not asked for all the same."""
    known = (excluded(one).spellings for one in wanted.known)
    return any(names((str(course["title"]),), one) and not names((wanted.topic,), one) for one in known)


def _named(course: Json, topic: str, spoken: str) -> bool:
    """Say whether a course is about a topic: the API's `fit` tells, and our tables where a part of it is missing."""
    if learns_languages(topic, spoken):
        return _teaches_language(course)
    fit = (course.get("fit") or {}).get("topic")
    if _in_title(course, topic) or _names_all(course, topic):
        return True
    return fit == "strong" or (fit != "weak" and lexical(course, topic, spoken))


def _exact(course: Json, topic: str, spoken: str) -> bool:
    """Say whether a course names something that is asked for, or a part of it, and not only what holds it."""
    if learns_languages(topic, spoken):
        return _teaches_language(course)
    phrases = _matched_phrases(course)
    said = (*phrases, *(english for one in phrases if (english := in_english(one))))
    for term in find_terms(topic, spoken):
        words = [term.english] if same_words(term.english) in spellings() else term.english.split()
        if any(names(said, excluded(name).spellings) for name in words):
            return True
    return _names_all(course, topic)


def _names_all(course: Json, topic: str) -> bool:
    """Say whether a course names every word of a topic as it was said: "something with data"."""
    asked = set(same_words(topic))
    return bool(asked - _VAGUE) and asked <= {word for one in _matched_phrases(course) for word in same_words(one)}


def _covers(course: Json, topic: str, spoken: str) -> bool:
    """Say whether a course names at least half of the things that a topic names: medicine is no veterinary medicine."""
    if learns_languages(topic, spoken):
        return _teaches_language(course)
    phrases = _matched_phrases(course)
    said = (*phrases, *(english for one in phrases if (english := in_english(one))))
    words = {singular(word) for phrase in said for word in words_of(phrase)}
    known = [names(said, excluded(term.english).spellings) for term in find_terms(topic, spoken)]
    loose = [any(_alike(singular(word), other) for other in words) for word in _unknown_words(topic, spoken)]
    told = [one for one, word in zip(loose, _unknown_words(topic, spoken), strict=True) if len(word) > ROOT]
    if told and not any(told):
        return _in_title(course, topic)
    half = sum(known) + sum(loose) >= sum(not one for one in (*known, *loose))
    return half or _in_title(course, topic) or _names_all(course, topic)


def _alike(one: str, other: str) -> bool:
    shorter = min(len(one), len(other))
    return one == other or (shorter > ROOT and one[: shorter - 2] == other[: shorter - 2])


def _in_title(course: Json, topic: str) -> bool:
    """Say whether a title holds two ideographs of a topic in a row: "讲唐诗" and "唐诗宋词赏析"."""
    title = str(course["title"])
    pairs = (first + second for first, second in pairwise(topic) if "㐀" <= first <= "鿿" and "㐀" <= second <= "鿿")
    return any(pair in title for pair in pairs)


def _weak(course: Json) -> bool:
    return (course.get("fit") or {}).get("topic") == "weak"


def scored(matches: Sequence[Json]) -> list[tuple[Json, float]]:
    """Give each course its score's share of the best one's."""
    best = max((float(one.get("score") or 0) for one in matches), default=0.0) or 1.0
    return [(one, float(one.get("score") or 0) / best) for one in matches]


def matched_words(course: Json, fields: Sequence[str] = STRONG_FIELDS) -> set[str]:
    """Give the course's own words that a search matched in some of its fields."""
    return {
        word.casefold()
        for reason in course.get("reasons", [])
        if reason.get("kind") == "matched_words" and reason.get("field") in fields
        for said in reason["words"]
        for word in said.split()
    }


def _matched_phrases(course: Json, fields: Sequence[str] = STRONG_FIELDS) -> list[str]:
    """Give what a search matched in the fields that say what a course is about, as it stands there."""
    return [
        str(said)
        for reason in course.get("reasons", [])
        if reason.get("kind") == "matched_words" and reason.get("field") in fields
        for said in reason["words"]
    ]


def lexical(course: Json, topic: str, spoken: str) -> bool:
    """Say whether a course names in its title, skills or subjects more than half of what is asked for."""
    matched = {singular(word) for word in matched_words(course)} - _VAGUE
    loose = _unknown_words(topic, spoken)
    telling = {singular(word.casefold()) for word in (*in_english(topic, spoken).split(), *loose)} - _WIDE
    if not (matched - _WIDE if telling else matched):
        return False
    terms = find_terms(topic, spoken)
    if any("㐀" <= letter <= "鿿" for letter in topic) and not terms:
        return True
    return len(matched) * 2 > len(terms) + len(loose) - (not terms)


def _unknown_words(topic: str, spoken: str) -> list[str]:
    """Give the words of a topic that no table knows."""
    between, at = [], 0
    for term in find_terms(topic, spoken):
        between.append(topic[at : term.start])
        at = term.end
    return [word for word in words_of(" ".join([*between, topic[at:]])) if len(word) > 2 and word not in _LITTLE]


_VAGUE = frozenset("time people work care art social human basic thing".split())
_WIDE = frozenset("data business small online digital management public".split())
"""Words of many subjects, which tell nothing where the topic has another word."""
_LITTLE = frozenset("the and for with und der die das mit para con los las del pour les des avec com dos das".split())
