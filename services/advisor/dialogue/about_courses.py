"""Plan and word the answers about courses themselves: one, two to compare, several to choose among, a path. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.advisor.dialogue.phrasebook import say
from services.advisor.dialogue.searching import keywords_of
from services.advisor.dialogue.state import Change, NamedCourse, State
from services.advisor.dialogue.telling import aspect, facts, listing, quoted
from services.question import names
from services.question.everyday import in_english
from services.question.tokens import same_words, singular, words_of
from services.course_record.levels import LEVELS

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
PATH_MOST, FOUND_AMONG = 10, 8


def of_courses(state: State, change: Change, good: Sequence[Result], tried: int) -> list[Call] | str:
    """Say which records are still needed, or answer from them."""
    read = {body["course_key"].casefold(): body for name, _, _, body in good if name == "read_course"}
    searched = [body for name, _, _, body in good if name == "match_courses"]
    courses = list(change.courses)
    if change.mention and change.kind != "which":
        if not searched:
            return _lookups(state, change) if not tried else say("nothing", state.spoken)
        courses += mentioned(change, [match for body in searched for match in body.get("matches", [])], state)
    if not courses:
        return say("nothing" if change.mention else "which", state.spoken)
    missing = [one.key for one in courses if one.key.casefold() not in read]
    if missing and tried <= len(searched):
        return [("read_course", {"course_key": key}) for key in missing]
    found = [read[one.key.casefold()] for one in courses if one.key.casefold() in read]
    if not found:
        return say("which", state.spoken)
    if change.kind == "path":
        return _path(state, found[0], read)
    if change.kind == "compare":
        return "\n".join(facts(course, state.spoken) for course in found[:2])
    if change.kind == "which":
        return _which(state, change, found)
    return f"{quoted(found[0])}: {aspect(found[0], change.aspect, state.spoken, {'language': change.language})}"


def _lookups(state: State, change: Change) -> list[Call]:
    """Search for a mention as it was said, in the words of courses, and beside what the conversation is about."""
    said = change.mention[:512]
    english = keywords_of(said, state.spoken)[:512]
    asked = [said, english] if english != said else [said]
    calls: list[Call] = [("match_courses", {"keywords": words, "limit": 20}) for words in asked]
    if state.wanted.topic:
        topic = f"{keywords_of(state.wanted.topic, state.spoken)} {said}"[:512]
        calls.append(("match_courses", {"keywords": topic, "limit": 20}))
    return calls


def mentioned(change: Change, matches: Sequence[Json], state: State) -> list[NamedCourse]:
    """Find the course that words mean: whose title has most of them; else the one that is meant without a name."""
    said = {singular(word) for word in words_of(change.mention)}
    english = {singular(word) for word in words_of(in_english(change.mention, state.spoken))}
    known = {course.key for course in (*state.choices, *state.shown, *state.named)}
    seen: dict[str, tuple[float, Json]] = {}
    for body_at, match in enumerate(matches):
        key = match["course_key"]
        title = {word for word in same_words(match["title"]) if len(word) > 1 or not word.isascii()}
        shared = len(said & title) * 2.0 + len(english & title)
        skills = {singular(word) for word in _matched(match)}
        shared += len(skills & (said | english)) * 1.0
        telling = bool((said | english) & (title | skills) - _TITLE_SMALL)
        score = shared / (1 + 0.08 * len(title)) + (1.0 if key in known else 0.0)
        score += 1.0 if change.language and match.get("language") == change.language else 0.0
        score += 0.3 * float(match.get("score") or 0) - 0.001 * body_at
        if telling or change.fallback is None:
            seen[key] = max(seen.get(key, (0.0, match)), (score, match), key=lambda item: item[0])
    ranked = sorted(seen.values(), key=lambda item: -item[0])
    if not ranked:
        return [change.fallback] if change.fallback else []
    most = 2 if change.kind == "compare" else 1
    taken = {one.key for one in change.courses}
    return [
        NamedCourse(match["course_key"], match["title"]) for _, match in ranked if match["course_key"] not in taken
    ][: most - len(change.courses) if most > 1 else 1]


def _matched(match: Json) -> set[str]:
    return {
        word.casefold()
        for reason in match.get("reasons", [])
        if reason.get("kind") == "matched_words" and reason.get("field") in ("title", "skills", "subjects")
        for said in reason["words"]
        for word in said.split()
    }


def _which(state: State, change: Change, found: Sequence[Json]) -> str:
    """Choose among courses: by level, by language, by what they teach, or by what comes first."""
    if change.aspect == "order":
        first = sorted(found, key=lambda one: _comes_before(one, found))
        told = [f"{quoted(first[0])}: {say('first', state.spoken)} {aspect(first[0], 'level', state.spoken)}"]
        told += [f"{say('then', state.spoken)} {', '.join(quoted(one) for one in first[1:])}."]
        return " ".join(told)
    chosen = [one for one in found if _meets(one, change, state)]
    if not chosen:
        return say("none_of_them", state.spoken)
    return "\n".join(facts(one, state.spoken) for one in chosen[:3])


def _comes_before(course: Json, found: Sequence[Json]) -> tuple[int, int, int]:
    """Sort what is needed by another first, then what misses least, then by level."""
    needs = {one["course_key"] for one in course["prerequisites"]}
    within = sum(other["course_key"] in needs for other in found)
    missing = sum(one["standing"] not in ("completed",) for one in course["prerequisites"])
    level = LEVELS.index(course["level"]) if course["level"] in LEVELS else len(LEVELS)
    return within, level, missing


def _meets(course: Json, change: Change, state: State) -> bool:
    if change.level and course["level"] != change.level:
        return False
    if change.language and course["language"] != change.language:
        return False
    if not change.mention:
        return True
    texts = (course["title"], *course["skills"], *course["subjects"], course.get("short_description") or "")
    words = [change.mention, *in_english(change.mention, state.spoken).split()]
    return names(texts, words)


def _path(state: State, goal: Json, read: dict[str, Json]) -> list[Call] | str:
    needed = [
        one["course_key"]
        for course in read.values()
        for one in course["prerequisites"]
        if one["in_catalogue"] and one["standing"] != "completed" and one["course_key"].casefold() not in read
    ]
    if needed and len(read) < PATH_MOST:
        return [("read_course", {"course_key": key}) for key in dict.fromkeys(needed)][: PATH_MOST - len(read)]
    order: dict[str, Json] = {}
    _before(goal, read, order, set())
    steps = [course for course in order.values() if course.get("standing") in (None, "not_taken")]
    if not steps:
        return f"{quoted(goal)}: {say('taken', state.spoken)}"
    ready = len(steps) == 1 and goal["prerequisites"] and goal["prerequisites"][0]["standing"] == "completed"
    return listing("ready" if ready else "path", steps, state.spoken)


def _before(course: Json, read: dict[str, Json], order: dict[str, Json], seen: set[str]) -> None:
    if course["course_key"] in seen:
        return
    seen.add(course["course_key"])
    for one in course["prerequisites"]:
        if one["course_key"].casefold() in read and one["standing"] != "completed":
            _before(read[one["course_key"].casefold()], read, order, seen)
    order[course["course_key"]] = course


_TITLE_SMALL = frozenset("the a of and for in to with from your you on how introduction course one first".split())
