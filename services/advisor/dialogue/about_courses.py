"""Plan and word the answers about courses themselves: one, two to compare, several to choose among, a path. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from services.advisor.dialogue.describing import LEAST, answering, asked_details, closeness, sentences_of
from services.advisor.dialogue.mentions import pieces
from services.advisor.dialogue.phrasebook import say
from services.advisor.dialogue.searching import (
    KEYWORDS_MOST,
    LOOKED_AT,
    NEAR_SHOWN,
    choose,
    is_known,
    keywords_of,
    matched_words,
    scored,
)
from services.advisor.dialogue.state import Change, NamedCourse, State, Wanted
from services.advisor.dialogue.telling import (
    LEADS_MOST,
    UNTOLD,
    aspect,
    besides,
    facts,
    led_to,
    listing,
    quoted,
    saying,
)
from services.advisor.dialogue.titles import language_words, said_titles, small_words
from services.course_record.levels import LEVELS
from services.question import read_question
from services.question.everyday import in_english
from services.question.tokens import same_words, singular, words_of

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
PATH_MOST, FOUND_AMONG = 10, 8
IN_LANGUAGE = 2.0
"""As much as a word of a title: "the introduction in Spanish" is no English one."""
MEANT = 0.6
"""This share of the best score a course has to have, to be the one of several that is meant."""
WHOLE_TITLE = 10.0
"""More than any words shared: who says a whole title means that course."""


def of_courses(state: State, change: Change, good: Sequence[Result], tried: int, offered: set[str]) -> list[Call] | str:
    """Say which records are still needed, or answer from them."""
    read = {body["course_key"].casefold(): body for name, _, _, body in good if name == "read_course"}
    searched = [body for name, _, _, body in good if name in ("match_courses", "get_enrollments")]
    courses = list(change.courses)
    if change.mention and change.kind != "which":
        if not searched:
            if tried:
                return say("nothing", state.spoken)
            # A search leaves out what a learner took, and they ask about just that.
            taken: list[Call] = [("get_enrollments", {})] if "get_enrollments" in offered else []
            return [*_lookups(state, change), *taken]
        courses += mentioned(change, candidates(searched, state), state)
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
        return _which(state, change, found) or _by_search(state, change, found, searched)
    asked = dict.fromkeys((change.aspect, *change.besides))
    further = _further(read) if "prerequisites" in asked else []
    if further:
        return further
    leads = [one["course_key"] for one in found[0]["leads_to"][:LEADS_MOST]] if change.aspect == "after" else []
    if missing := [key for key in leads if key.casefold() not in read]:
        return [("read_course", {"course_key": key}) for key in missing]
    return _told_of_one(state, change, found[0], read)


def _told_of_one(state: State, change: Change, course: Json, read: dict[str, Json]) -> str:
    """Answer what is asked of a course: by the description's own words where they answer, and by its record."""
    spoken, asked = state.spoken, list(dict.fromkeys((change.aspect, *change.besides)))
    said = answering(course, change.text, spoken)
    details = asked_details(change.text, spoken)
    silent = any(one in UNTOLD or (one == "length" and not course.get("hours")) for one in asked)
    particular = not said and ("detail" in asked or bool(details and silent))
    if said:
        told = ("detail", "content", *(("certificate", "length") if details else ()))
        asked = [one for one in asked if one not in told or (one == "length" and course.get("hours"))]
    order = _in_order(course, read, spoken) if "prerequisites" in asked else ""
    answers = dict.fromkeys(
        led_to(course, spoken)
        if one == change.aspect == "after"
        else aspect(course, one, spoken, {"language": change.language})
        for one in asked
        if not (order and one == "prerequisites")
    )
    described = saying(said or (sentences_of(course) if particular else ()), spoken)
    parts = " ".join(filter(None, (described, *answers) if said else (*answers, described)))
    head = f"{quoted(course)}: {parts}" if parts else f"{quoted(course)}:"
    more = "" if "content" in asked else besides(course, spoken, asked)
    return "\n".join(filter(None, (head, order, more)))


def _lookups(state: State, change: Change) -> list[Call]:
    """Search for a mention as it was said, in the words of courses, and beside what the conversation is about."""
    parts = pieces(change.mention) if change.kind == "compare" and not change.courses else [change.mention]
    named = [read_question(part).topic or part for part in parts]  # a level in a title is no condition
    asked = [
        words
        for part, name in zip(parts, named, strict=True)
        for words in dict.fromkeys((part[:512], name[:512], keywords_of(name, state.spoken)))
    ]
    if state.wanted.topic and len(parts) == 1:
        asked.append(f"{keywords_of(state.wanted.topic, state.spoken)} {named[0]}"[:512])
    wanted: Json = {"limit": 20} | ({"language": change.language} if _in_it(change) else {})
    calls: list[Call] = [("match_courses", {"keywords": words} | wanted) for words in asked]
    return calls if not _in_it(change) else [*calls, ("match_courses", {"keywords": named[0][:512], "limit": 20})]


def candidates(searched: Sequence[Json], state: State) -> list[Json]:
    """Give the courses that may be meant: those found, and those that the learner took or the words are near to."""
    found = [match for body in searched for match in body.get("matches", [])]
    taken = [one for body in searched for one in body.get("enrollments", []) if one.get("title")]
    known = {one["course_key"] for one in (*found, *taken)}
    near = ({"course_key": one.key, "title": one.title} for one in state.found if one.key not in known)
    return [*found, *taken, *near]


def _in_it(change: Change) -> bool:
    return bool(change.language) and change.aspect != "course_language"


def mentioned(change: Change, matches: Sequence[Json], state: State) -> list[NamedCourse]:
    """Find the courses that words mean: one, or two where courses are compared."""
    parts = pieces(change.mention) if change.kind == "compare" and not change.courses else [change.mention]
    found: list[NamedCourse] = []
    for part in parts[:2]:
        taken = {one.key for one in (*change.courses, *found)}
        one = _meant(part, change, [match for match in matches if match["course_key"] not in taken], state)
        if one is not None:
            found.append(one)
    return found


def _meant(said: str, change: Change, matches: Sequence[Json], state: State) -> NamedCourse | None:
    """Find the course whose title shares most with what was said; else the one meant without a name."""
    if _in_it(change) and said == state.wanted.topic and (one := _first_in_language(change, matches)):
        return one
    words = [singular(word) for word in words_of(said)]
    if change.aspect == "course_language" or change.language:
        words = [word for word in words if word not in language_words()]
    telling = {word for word in words if word not in small_words()}
    english = {singular(word) for word in words_of(in_english(said, state.spoken))} - small_words()
    known = {course.key for course in (*state.choices, *state.shown, *state.named)}
    best: tuple[float, NamedCourse] | None = None
    for at, match in enumerate(matches):
        title = [word for word in same_words(match["title"]) if len(word) > 1 or not word.isascii()]
        skills = {singular(word) for word in matched_words(match)}
        shared = telling & set(title)
        shared_english = (english & (set(title) | skills)) - shared
        covered = len(shared | (telling & skills)) + len(shared_english)
        whole = bool(said_titles(change.text, [NamedCourse(match["course_key"], match["title"])]))
        named = (match.get("fit") or {}).get("topic") == "strong" or whole
        if covered * 2 < len(telling) and not named and change.kind == "about":
            continue  # a word in common does not make a course the one that was meant
        if change.fallback is not None and not (shared or shared_english & set(title) or whole):
            continue
        score = (
            sum(2.0 if len(word) > 1 else 0.3 for word in shared)
            + 1.2 * len(shared_english & set(title))
            + 0.7 * len(shared_english - set(title))
            + 0.8 * len(telling & skills - shared)
        )
        score += 0.8 * _run(words, title, telling) - 0.05 * len(title)
        score += (1.0 if match["course_key"] in known else 0.0) + 0.3 * float(match.get("score") or 0) - 0.001 * at
        score += WHOLE_TITLE if whole else 0.0
        score += 2.0 if change.aspect == "taken" and "enrolled_on" in match else 0.0
        if _in_it(change) and match.get("language"):
            score += IN_LANGUAGE if match["language"] == change.language else -IN_LANGUAGE
        if best is None or score > best[0]:
            best = score, NamedCourse(match["course_key"], match["title"])
    near = [match for match in matches if (match.get("fit") or {}).get("topic") != "weak"]
    return best[1] if best else _first_in_language(change, near) or change.fallback


def _first_in_language(change: Change, matches: Sequence[Json]) -> NamedCourse | None:
    """Take the best found in a language, where that is what tells it from the others: "the Chinese one"."""
    own = next((match for match in matches if _in_it(change) and match.get("language") == change.language), None)
    return NamedCourse(own["course_key"], own["title"]) if own else None


def _run(said: Sequence[str], title: Sequence[str], telling: set[str]) -> int:
    """Count the most words in a row that what was said and a title share, if one of them tells something."""
    most = 0
    for start in range(len(said)):
        for place in range(len(title)):
            size = 0
            while start + size < len(said) and place + size < len(title) and said[start + size] == title[place + size]:
                size += 1
            if size > most and telling & set(title[place : place + size]):
                most = size
    return most


def _by_search(state: State, change: Change, found: Sequence[Json], searched: Sequence[Json]) -> list[Call] | str:
    """Choose by the index's opinion, where no words of the courses decide; or give what fits elsewhere."""
    if not change.mention or change.aspect == "less":
        return say("none_of_them", state.spoken)
    if not searched:
        asked = dict.fromkeys((change.text[:KEYWORDS_MOST], keywords_of(change.mention, state.spoken)))
        return [("match_courses", {"keywords": words, "limit": LOOKED_AT}) for words in asked]
    scores = [{one["course_key"]: score for one, score in scored(body.get("matches", []))} for body in searched]
    near = [(max(by.get(one["course_key"], 0.0) for by in scores), one) for one in found]
    best, chosen = max(near, key=lambda one: one[0])
    if best >= MEANT:
        return facts(chosen, state.spoken)
    elsewhere = choose(replace(state, wanted=Wanted(change.mention, change.level, change.language)), searched)
    told = say("none_of_them", state.spoken)
    return f"{told} {listing('fit', elsewhere.courses[:NEAR_SHOWN], state.spoken)}" if elsewhere.fits else told


def _which(state: State, change: Change, found: Sequence[Json]) -> str:
    """Choose among courses: by level, by language, by what they teach, or by what comes first; nothing for none."""
    if change.aspect in ("harder", "easier"):
        levels = {
            one: LEVELS.index(str(course["level"])) for one, course in enumerate(found) if course["level"] in LEVELS
        }
        most = (max if change.aspect == "harder" else min)(levels.values(), default=0)
        return "\n".join(facts(course, state.spoken) for one, course in enumerate(found) if levels.get(one) == most)
    if change.aspect == "order":
        first = sorted(found, key=lambda one: _comes_before(one, found))
        told = [f"{quoted(first[0])}: {say('first', state.spoken)} {aspect(first[0], 'level', state.spoken)}"]
        told += [f"{say('then', state.spoken)} {', '.join(quoted(one) for one in first[1:])}."]
        return " ".join(told)
    chosen = [one for one in found if _meets(one, change)]
    if change.mention and chosen:
        near = [closeness(one, change.mention, state.spoken) for one in chosen]
        best = min(near) if change.aspect == "less" else max(near)
        meant = change.aspect == "less" or best >= LEAST
        chosen = [one for one, how in zip(chosen, near, strict=True) if how == best and meant]
    return "\n".join(facts(one, state.spoken) for one in chosen[:3])


def _comes_before(course: Json, found: Sequence[Json]) -> tuple[int, int, int]:
    """Sort what is needed by another first, then what misses least, then by level."""
    needs = {one["course_key"] for one in course["prerequisites"]}
    within = sum(other["course_key"] in needs for other in found)
    missing = sum(one["standing"] not in ("completed",) for one in course["prerequisites"])
    level = LEVELS.index(course["level"]) if course["level"] in LEVELS else len(LEVELS)
    return within, level, missing


def _meets(course: Json, change: Change) -> bool:
    return change.level in (None, course["level"]) and change.language in (None, course["language"])


def _path(state: State, goal: Json, read: dict[str, Json]) -> list[Call] | str:
    if further := _further(read):
        return further
    order: dict[str, Json] = {}
    _before(goal, read, order, set())
    steps = [
        course
        for course in order.values()
        if course.get("standing") in (None, "not_taken") and (course is goal or not is_known(course, state.wanted))
    ]
    if not steps:
        return f"{quoted(goal)}: {say('taken', state.spoken)}"
    ready = len(steps) == 1 and goal["prerequisites"] and goal["prerequisites"][0]["standing"] == "completed"
    return "\n".join([listing("ready" if ready else "path", steps, state.spoken), *_taking(order, state.spoken)])


def _further(read: dict[str, Json]) -> list[Call]:
    """Ask for the records of what is needed before those that were read, and not completed."""
    needed = [
        one["course_key"]
        for course in read.values()
        for one in course["prerequisites"]
        if one["in_catalogue"] and one["standing"] != "completed" and one["course_key"].casefold() not in read
    ]
    return [("read_course", {"course_key": key}) for key in dict.fromkeys(needed)][: max(0, PATH_MOST - len(read))]


def _in_order(course: Json, read: dict[str, Json], language: str) -> str:
    """Give all that a course needs in its order, where what it needs needs something itself."""
    order: dict[str, Json] = {}
    _before(course, read, order, set())
    steps = [one for one in order.values() if one is not course and one.get("standing") in (None, "not_taken")]
    direct = {one["course_key"] for one in course["prerequisites"]}
    if all(one["course_key"] in direct for one in steps):
        return ""
    standing = course["prerequisites"][0]["standing"]
    head = say("prerequisites_in_order" if standing is None else "missing_in_order", language)
    return "\n".join([head, *(f"– {quoted(one)}" for one in steps), *_taking(order, language)])


def _taking(order: dict[str, Json], language: str) -> list[str]:
    """Tell which of some courses a learner is taking at the moment."""
    taking = [quoted(one) for one in order.values() if one.get("standing") == "enrolled"]
    return [f"{say('taking', language)} {', '.join(taking)}."] if taking else []


def _before(course: Json, read: dict[str, Json], order: dict[str, Json], seen: set[str]) -> None:
    if course["course_key"] in seen:
        return
    seen.add(course["course_key"])
    for one in course["prerequisites"]:
        if one["course_key"].casefold() in read and one["standing"] != "completed":
            _before(read[one["course_key"].casefold()], read, order, seen)
    order[course["course_key"]] = course
