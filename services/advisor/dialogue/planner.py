"""From what a turn changes to the next tool calls or the answer. Pure: results in, calls or words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.advisor.dialogue.about_courses import candidates, mentioned, of_courses
from services.advisor.dialogue.phrasebook import say, silence
from services.advisor.dialogue.searching import (
    ENGLISH,
    LOOKED_AT,
    NEAR_SHOWN,
    SHOWN,
    Found,
    choose,
    matched_words,
    nearest_levels,
    offered_by,
    refusals,
    searches,
    wider,
)
from services.advisor.dialogue.state import Change, State
from services.advisor.dialogue.telling import listing, quoted
from services.question.everyday import in_english
from services.question.tokens import words_of

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
_VARIED = ("music", "history", "psychology", "programming", "nutrition")


def step(state: State, change: Change, results: Sequence[Result], offered: set[str]) -> list[Call] | str:
    """Say what to ask the tools next, or the answer once they have said enough."""
    failed = next((result for result in results if not result[2]), None)
    if failed and not any(result[2] for result in results):
        if part := failed[3].get("unavailable"):
            return silence(str(part), state.spoken)
        return f"{say('failed', state.spoken)} {failed[3].get('message', '')}".strip()
    good = [result for result in results if result[2]]
    searched = [body for name, _, _, body in good if name in ("match_courses", "get_enrollments")]
    if (
        change.kind == "about"
        and change.mention
        and searched
        and not mentioned(change, candidates(searched, state), state)
    ):
        topic = replace(state, wanted=replace(state.wanted, topic=change.mention))
        return _told(topic, change, choose(topic, [body for body in searched if "matches" in body]))
    if change.kind in ("about", "compare", "path", "which"):
        return of_courses(state, change, good, len(results), offered)
    if change.kind == "cannot":
        return say(change.aspect if change.aspect in ("others", "emergency") else "cannot", state.spoken)
    if change.kind == "small_talk":
        return say(change.aspect if change.aspect in ("thanks", "capability") else "greeting", state.spoken)
    if change.kind == "history" and "get_enrollments" in offered:
        return _history(state, good) if results else [("get_enrollments", {})]
    if change.kind == "back" and len(state.lists) > 1 and not results:
        return [("read_course", {"course_key": one.key}) for one in state.lists[-2][:SHOWN]]
    if change.kind == "back" and good and good[0][0] == "read_course":
        return listing("fit", [result[3] for result in good], state.spoken)
    if change.kind == "more" and change.courses and (change.language or not state.wanted.topic):
        return _like(state, change, results)
    if not state.wanted.topic:
        return _without_topic(state, change, good, bool(results), offered)
    return _answer(state, change, good, len(results)) if results else searches(state, change)


def _like(state: State, change: Change, results: Sequence[Result]) -> list[Call] | str:
    """Look for courses like one: by its title."""
    title = change.courses[0].title or change.courses[0].key
    like = in_english(title) or title
    language: Json = {"language": change.language} if change.language else {}
    if not results:
        return [
            (
                "match_courses",
                {"keywords": like, "limit": LOOKED_AT} | language | offered_by(state.wanted) | refusals(state, change),
            )
        ]
    state = replace(state, wanted=replace(state.wanted, topic=like))
    return _told(state, change, choose(state, [body for _, _, good, body in results if good]))


def _without_topic(
    state: State, change: Change, good: Sequence[Result], asked: bool, offered: set[str]
) -> list[Call] | str:
    wanted = state.wanted
    asks_nothing = not (wanted.excluded or wanted.language or wanted.level or wanted.not_languages)
    asks_nothing = asks_nothing and not (wanted.organisations or wanted.not_organisations)
    personal = change.kind == "next" or state.personal or not (change.kind == "vague" or asks_nothing)
    if personal and "recommend_courses" in offered:  # conditions alone: what is next for who is signed in, under them
        if not asked:
            return [("recommend_courses", {"limit": 100} | offered_by(wanted) | refusals(state, change))]
        found = [one for one in _courses(good) if _meets(one, state)]
        if found:
            return listing("next", found[: wanted.limit or SHOWN], state.spoken)
        near = [one for one in _courses(good) if wanted.level and wanted.language in (None, one.get("language"))]
        return listing("near", near[:NEAR_SHOWN], state.spoken) if near else say("no_more", state.spoken)
    if change.kind == "vague" or asks_nothing:
        return say("ask", state.spoken)
    if not asked:
        limit: Json = {"limit": 3} | refusals(state, change) | ({"level": wanted.level} if wanted.level else {})
        language = wanted.language or (ENGLISH.get(state.spoken) if state.spoken != "en" else None)
        limit |= ({"language": language} if language else {}) | offered_by(wanted)
        if wanted.organisations:  # whatever they offer: their name is all there is to search by
            return [("match_courses", {"keywords": " ".join(wanted.organisations)} | limit | {"limit": LOOKED_AT})]
        calls: list[Call] = [("match_courses", {"keywords": subject} | limit) for subject in _VARIED]
        if wanted.language:  # of which there may be one course, about none of these
            calls.append(("match_courses", {"keywords": wanted.language} | limit | {"limit": SHOWN}))
        return calls
    found = _courses(good)
    return listing("fit", found[:SHOWN], state.spoken) if found else say("nothing", state.spoken)


def _meets(course: Json, state: State) -> bool:
    return state.wanted.level in (None, course.get("level")) and state.wanted.language in (None, course.get("language"))


def _courses(good: Sequence[Result]) -> list[Json]:
    found: dict[str, Json] = {}
    for _, _, _, body in good:
        for course in [*body.get("matches", []), *body.get("recommendations", [])]:
            found.setdefault(course["course_key"], course)
    return list(found.values())


def _answer(state: State, change: Change, good: Sequence[Result], tried: int) -> list[Call] | str:
    """List what fits; where nothing does, what comes near without level and provider, and say so first."""
    planned = len(searches(state, change))
    found = choose(state, [body for _, _, _, body in good[:planned]])
    if change.aspect == "unsure" and not found.fits:
        return (
            f"{say('nothing', state.spoken)} {say('ask', state.spoken)}"
            if state.turns > 1 or _wordy(state)
            else say("ask", state.spoken)
        )
    level, organisations = state.wanted.level, state.wanted.organisations
    if state.wanted.language and not (level or organisations) and not found.fits and change.aspect != "similar":
        partly = tuple(one for one in found.courses if matched_words(one)) or found.courses[:2]
        if partly:
            return _told(state, change, Found(partly, fits=False))
        return say("no_more" if change.kind == "more" else "nothing", state.spoken)
    if found.fits or not (level or organisations):
        return _told(state, change, found)
    if tried <= planned:
        return wider(state, change)
    free = replace(state, wanted=replace(state.wanted, level=None, organisations=()))
    near = choose(free, [body for _, _, _, body in good[planned:]])
    nearest = nearest_levels(near.courses, level) if level else near.courses
    return _told(state, change, Found(nearest if near.fits else found.courses, fits=False))


def _wordy(state: State) -> bool:
    """Say whether so much was named that it is not in the catalogue, rather than that nothing was named."""
    return len(words_of(state.wanted.topic)) > 1


def _told(state: State, change: Change, found: Found) -> str:
    if not found.courses:
        return say("no_more" if change.kind == "more" else "nothing", state.spoken)
    most = state.wanted.limit or (SHOWN if found.fits else NEAR_SHOWN)
    return listing("fit" if found.fits else "near", found.courses[:most], state.spoken)


def _history(state: State, good: Sequence[Result]) -> str:
    taken = good[0][3].get("enrollments", []) if good else []
    if not taken:
        return say("none_taken", state.spoken)
    return say("history", state.spoken) + " " + "; ".join(quoted(one) for one in taken[:20])
