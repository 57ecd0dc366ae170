"""From what a turn changes to the next tool calls or the answer. Pure: results in, calls or words out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.advisor.dialogue.about_courses import of_courses
from services.advisor.dialogue.phrasebook import say
from services.advisor.dialogue.searching import (
    ENGLISH,
    LOOKED_AT,
    NEAR_SHOWN,
    SHOWN,
    Found,
    choose,
    fitting,
    searches,
    texts_of,
    wider,
)
from services.advisor.dialogue.state import Change, State
from services.advisor.dialogue.telling import listing, quoted
from services.question import excluded

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
CHECKED = 12
_VARIED = ("music", "history", "psychology", "programming", "nutrition")


def step(state: State, change: Change, results: Sequence[Result], offered: set[str]) -> list[Call] | str:
    """Say what to ask the tools next, or the answer once they have said enough."""
    failed = next((result for result in results if not result[2]), None)
    if failed and not any(result[2] for result in results):
        return f"{say('failed', state.spoken)} {failed[3].get('message', '')}".strip()
    good = [result for result in results if result[2]]
    if change.kind in ("about", "compare", "path", "which"):
        return of_courses(state, change, good, len(results))
    if change.kind == "cannot":
        return say("others" if change.aspect == "others" else "cannot", state.spoken)
    if change.kind == "small_talk":
        return say(change.aspect if change.aspect in ("thanks", "capability") else "greeting", state.spoken)
    if change.kind == "history" and "get_enrollments" in offered:
        return _history(state, good) if results else [("get_enrollments", {})]
    if change.kind == "back" and len(state.lists) > 1 and not results:
        return [("read_course", {"course_key": one.key}) for one in state.lists[-2][:SHOWN]]
    if change.kind == "back" and good and good[0][0] == "read_course":
        return listing("fit", [result[3] for result in good], state.spoken)
    if change.kind == "more" and change.courses and not state.wanted.topic:
        return _like(state, change, results)
    if not state.wanted.topic:
        return _without_topic(state, change, good, bool(results), offered)
    return _answer(state, change, results) if results else searches(state.wanted, state.spoken)


def _like(state: State, change: Change, results: Sequence[Result]) -> list[Call] | str:
    """Look for courses like one: by its title."""
    if not results:
        return [("match_courses", {"keywords": change.courses[0].title or change.courses[0].key, "limit": LOOKED_AT})]
    found = choose(state, change, [body for _, _, good, body in results if good])
    return _told(state, change, found)


def _without_topic(
    state: State, change: Change, good: Sequence[Result], asked: bool, offered: set[str]
) -> list[Call] | str:
    wanted = state.wanted
    personal = change.kind == "next" or state.personal
    if personal and "recommend_courses" in offered:
        if not asked:
            return [("recommend_courses", {"limit": 100})]
        found = [
            one
            for one in fitting(_courses(good), wanted)
            if change.kind != "more" or one["course_key"] not in state.seen
        ]
        return listing("next", found[: wanted.limit or SHOWN], state.spoken) if found else say("no_more", state.spoken)
    if change.kind == "vague" or not (wanted.excluded or wanted.language or wanted.level or wanted.not_languages):
        return say("ask", state.spoken)
    if not asked:
        limit: Json = {"limit": 3} | ({"level": wanted.level} if wanted.level else {})
        language = wanted.language or (ENGLISH.get(state.spoken) if state.spoken != "en" else None)
        limit |= {"language": language} if language else {}
        return [("match_courses", {"keywords": subject} | limit) for subject in _VARIED]
    found = fitting(_courses(good), wanted)
    return listing("fit", found[:SHOWN], state.spoken) if found else say("nothing", state.spoken)


def _courses(good: Sequence[Result]) -> list[Json]:
    found: dict[str, Json] = {}
    for _, _, _, body in good:
        for course in [*body.get("matches", []), *body.get("recommendations", [])]:
            found.setdefault(course["course_key"], course)
    return list(found.values())


def _answer(state: State, change: Change, results: Sequence[Result]) -> list[Call] | str:
    """List what fits; where nothing does, what comes near without the conditions, and say so first."""
    matched = [(asked, body) for name, asked, good, body in results if good and name == "match_courses"]
    records = {body["course_key"]: body for name, _, good, body in results if good and name == "read_course"}
    found = choose(state, change, [body for _, body in matched])
    if state.wanted.excluded:
        unread = [one for one in found.courses if one["course_key"] not in records][: CHECKED - len(records)]
        if unread and not records:
            return [("read_course", {"course_key": one["course_key"]}) for one in unread]
        unwanted = [excluded(one) for one in state.wanted.excluded]
        refused = {key for key, body in records.items() if any(one.is_in(texts_of(body)) for one in unwanted)}
        kept = tuple(
            one for one in found.courses if one["course_key"] in records and one["course_key"] not in refused
        )
        found = Found(kept, found.fits)
    return _told(state, change, found)


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


__all__ = ["step", "wider"]
