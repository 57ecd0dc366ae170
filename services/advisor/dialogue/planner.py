"""From what a turn changes to the next tool calls or the answer. Pure: results in, calls or words out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from services.advisor.dialogue.phrasebook import say
from services.advisor.dialogue.state import Change, NamedCourse, State
from services.question import excluded
from services.question.tokens import same_words, singular, words_of

Json = dict[str, Any]
Call = tuple[str, Json]
Result = tuple[str, Json, bool, Json]
SHOWN, LOOKED_AT = 5, 20
CHECKED = 12
NEAR_MOST = 12
STRONG_FIELDS = ("title", "skills", "subjects", "short_description")
CLEAR_GAP = 0.5
PATH_MOST = 10
_ENGLISH = {"es": "Spanish", "fr": "French", "de": "German", "pt": "Portuguese", "zh": "Chinese", "ar": "Arabic"}
_VARIED = ("music", "history", "psychology", "programming", "nutrition")


def step(state: State, change: Change, results: Sequence[Result], offered: set[str]) -> list[Call] | str:
    """Say what to ask the tools next, or the answer once they have said enough."""
    failed = next((result for result in results if not result[2]), None)
    if failed and not any(result[2] for result in results):
        return f"{say('failed', state.spoken)} {failed[3].get('message', '')}".strip()
    good = [result for result in results if result[2]]
    if change.kind in ("about", "compare", "path"):
        return _of_courses(state, change, good, len(results))
    if change.kind == "cannot":
        return say("others" if change.aspect == "others" else "cannot", state.spoken)
    if change.kind == "small_talk":
        return say(change.aspect if change.aspect in ("thanks", "capability") else "greeting", state.spoken)
    if change.kind == "history" and "get_enrollments" in offered:
        return _history(state, good) if results else [("get_enrollments", {})]
    if change.kind == "back" and len(state.lists) > 1 and not results:
        return [("read_course", {"course_key": one.key}) for one in state.lists[-2][:SHOWN]]
    if change.kind == "back" and good and good[0][0] == "read_course":
        return _listing("fit", [result[3] for result in good], state)
    if not state.wanted.topic:
        return _without_topic(state, change, good, bool(results), offered)
    return _answer(state, change, good) if results else _searches(state)


def _searches(state: State) -> list[Call]:
    wanted = state.wanted
    asked: Json = {"keywords": wanted.topic, "limit": LOOKED_AT}
    if wanted.level:
        asked["level"] = wanted.level
    if wanted.language:
        return [("match_courses", asked | {"language": wanted.language})]
    spoken = _ENGLISH.get(state.spoken)
    first: list[Call] = [("match_courses", asked | {"language": spoken})] if spoken else []
    return [*first, ("match_courses", asked)]


def _without_topic(
    state: State, change: Change, good: Sequence[Result], asked: bool, offered: set[str]
) -> list[Call] | str:
    wanted = state.wanted
    personal = change.kind == "next" or state.personal
    if personal and "recommend_courses" in offered:
        if not asked:
            return [("recommend_courses", {"limit": LOOKED_AT})]
        found = [
            one
            for one in _fitting(_courses(good), state)
            if change.kind != "more" or one["course_key"] not in state.seen
        ]
        return _listing("next", found[: wanted.limit or SHOWN], state) if found else say("no_more", state.spoken)
    if change.kind == "vague" or not (wanted.excluded or wanted.language or wanted.level or wanted.not_languages):
        return say("ask", state.spoken)
    if not asked:
        limit: Json = {"limit": 3} | ({"level": wanted.level} if wanted.level else {})
        language = wanted.language or _ENGLISH.get(state.spoken)
        limit |= {"language": language} if language else {}
        return [("match_courses", {"keywords": subject} | limit) for subject in _VARIED]
    found = _fitting(_courses(good), state)
    return _listing("fit", found[:SHOWN], state) if found else say("nothing", state.spoken)


def _courses(good: Sequence[Result]) -> list[Json]:
    found: dict[str, Json] = {}
    for _, _, _, body in good:
        for course in [*body.get("matches", []), *body.get("recommendations", [])]:
            found.setdefault(course["course_key"], course)
    return list(found.values())


def _fitting(courses: Sequence[Json], state: State) -> list[Json]:
    wanted = state.wanted
    unwanted = [excluded(one) for one in wanted.excluded]
    return [
        course
        for course in courses
        if course.get("level") not in wanted.not_levels
        and (wanted.level is None or course.get("level") == wanted.level)
        and (wanted.language is None or course.get("language") == wanted.language)
        and course.get("language") not in wanted.not_languages
        and not any(one.is_in(_texts(course)) for one in unwanted)
    ]


def _texts(course: Json) -> list[str]:
    return [
        str(course.get("title", "")),
        str(course.get("description", "")),
        *course.get("skills", []),
        *course.get("subjects", []),
    ]


def _answer(state: State, change: Change, results: Sequence[Result]) -> list[Call] | str:
    """List what fits. What is excluded is looked for in each course's record: a list tells no skills and subjects."""
    good = [result for result in results if result[0] == "match_courses"]
    records = {body["course_key"]: body for name, _, _, body in results if name == "read_course"}
    if state.wanted.excluded:
        wanted = [one for one in _chosen(state, change, good) if one["course_key"] not in records][
            : CHECKED - len(records)
        ]
        if wanted and not records:
            return [("read_course", {"course_key": one["course_key"]}) for one in wanted]
        unwanted = [excluded(one) for one in state.wanted.excluded]
        refused = {key for key, body in records.items() if any(one.is_in(_texts(body)) for one in unwanted)}
        found = [
            one
            for one in _chosen(state, change, good)
            if one["course_key"] in records and one["course_key"] not in refused
        ]
    else:
        found = _chosen(state, change, good)
    if not found:
        return say("no_more" if change.kind == "more" else "nothing", state.spoken)
    sure = any(_lexical(course, state) for course in found[:SHOWN])
    return _listing("fit" if sure else "near", found[: state.wanted.limit or (SHOWN if sure else 3)], state)


def _chosen(state: State, change: Change, good: Sequence[Result]) -> list[Json]:
    """Choose what fits: the conversation's own language first where it fits, nothing below a clear gap."""
    own = _fitting(_courses(good[:-1]), state) if len(good) > 1 else []
    wide = _fitting(_courses(good[-1:]), state)
    best = max((float(course.get("score") or 0) for course in wide), default=0.0)
    close = [course for course in wide if float(course.get("score") or 0) >= CLEAR_GAP * best]
    near = {course["course_key"] for course in close[:NEAR_MOST]}
    own = [
        course for at, course in enumerate(own) if course["course_key"] in near or (at == 0 and _lexical(course, state))
    ]
    if state.spoken == "en":
        close.sort(key=lambda course: course.get("language") != "English" and not state.wanted.language)
    found = list({course["course_key"]: course for course in [*own, *close]}.values())
    if change.kind == "more":
        found = [course for course in found if course["course_key"] not in state.seen]
    return found


def _lexical(course: Json, state: State) -> bool:
    """Say whether the course's strong fields hold at least half of the words asked for, or words that mean them."""
    asked = [word for word in words_of(state.wanted.topic) if len(word) > 2 or not word.isascii()]
    matched = {
        word.casefold()
        for reason in course.get("reasons", [])
        if reason.get("kind") == "matched_words" and reason.get("field") in STRONG_FIELDS
        for said in reason["words"]
        for word in said.split()
    }
    ideographs = any("㐀" <= word[0] <= "鿿" for word in asked if word)
    return bool(matched) and (ideographs or len(matched) * 2 > len(asked))


def _listing(head: str, courses: Sequence[Json], state: State) -> str:
    lines = [f"{at}. {_cited(course)}" for at, course in enumerate(courses, start=1)]
    return "\n".join([say(head, state.spoken), *lines])


def _cited(course: Json) -> str:
    return f"{' '.join(str(course.get('title') or course['course_key']).split())} ({course['course_key']})"


def _quoted(course: Json) -> str:
    return f"“{' '.join(str(course.get('title') or course['course_key']).split())}” ({course['course_key']})"


def _history(state: State, good: Sequence[Result]) -> str:
    taken = good[0][3].get("enrollments", []) if good else []
    if not taken:
        return say("none_taken", state.spoken)
    return say("history", state.spoken) + " " + "; ".join(_quoted(one) for one in taken[:20])


def _of_courses(state: State, change: Change, good: Sequence[Result], tried: int) -> list[Call] | str:
    read = {body["course_key"].casefold(): body for name, _, _, body in good if name == "read_course"}
    searched = [body for name, _, _, body in good if name == "match_courses"]
    courses = list(change.courses)
    if change.mention:
        if not searched:
            return [] if tried else [("match_courses", {"keywords": change.mention, "limit": LOOKED_AT})]
        courses += _named(change, searched[0].get("matches", []))
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
        return "\n".join(_facts(course, state.spoken) for course in found[:2])
    return f"{_quoted(found[0])}: {_aspect(found[0], change.aspect, state.spoken)}"


def _named(change: Change, matches: Sequence[Json]) -> list[NamedCourse]:
    said = {singular(word) for word in words_of(change.mention)}
    ranked = sorted(enumerate(matches), key=lambda item: (-len(said & set(same_words(item[1]["title"]))), item[0]))
    most = 2 if change.kind == "compare" else 1
    return [NamedCourse(match["course_key"], match["title"]) for _, match in ranked[:most]]


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
    return _listing("path", steps, state) if steps else f"{_quoted(goal)}: {say('taken', state.spoken)}"


def _before(course: Json, read: dict[str, Json], order: dict[str, Json], seen: set[str]) -> None:
    if course["course_key"] in seen:
        return
    seen.add(course["course_key"])
    for one in course["prerequisites"]:
        if one["course_key"].casefold() in read and one["standing"] != "completed":
            _before(read[one["course_key"].casefold()], read, order, seen)
    order[course["course_key"]] = course


def _facts(course: Json, language: str) -> str:
    return f"{_quoted(course)}: " + " ".join(
        _aspect(course, aspect, language) for aspect in ("level", "course_language", "content", "prerequisites")
    )


def _aspect(course: Json, aspect: str, language: str) -> str:
    if aspect == "prerequisites":
        return _prerequisites(course, language)
    if aspect == "after":
        after = [_quoted(one) for one in course["leads_to"][:6]]
        return (
            f"{say('leads', language)} {', '.join(after)}."
            if after
            else say("leads_nowhere", language).rstrip(" :：") + "."
        )
    if aspect == "level":
        return f"{say('level', language)} {say(course['level'] or 'unknown', language)}."
    if aspect == "course_language":
        return f"{say('taught', language)} {say(course['language'] or 'unknown', language)}."
    if aspect in ("dates", "length"):
        return f"{say('starts', language)} {_runs(course, language)}."
    if aspect == "provider":
        return f"{say('offered', language)} {course['organisation']}."
    if aspect == "popularity":
        return f"{say('count', language)} {course['enrollment_count']}."
    if aspect == "taken":
        return say("not_taken" if course["standing"] in ("not_taken", None) else "taken", language)
    if aspect == "link" and course["url"]:
        return str(course["url"])
    if aspect in ("cost", "certificate", "link"):
        return say("unknown", language)
    level = f"{say('level', language)} {say(course['level'] or 'unknown', language)}."
    return f"{say('teaches', language)} {', '.join(course['skills'][:6]) or course['short_description']}. {level}"


def _prerequisites(course: Json, language: str) -> str:
    needed = course["prerequisites"]
    if not needed:
        return f"{say('no_prerequisites', language)} {say('level', language)} {say(course['level'] or 'unknown', language)}."
    told = f"{say('prerequisites', language)} {', '.join(_quoted(one) for one in needed)}."
    if needed[0]["standing"] is None:
        return told
    missing = [_quoted(one) for one in needed if one["standing"] != "completed"]
    return f"{told} " + (f"{say('missing', language)} {', '.join(missing)}." if missing else say("has_all", language))


def _runs(course: Json, language: str) -> str:
    names = {"Available now": "open", "Upcoming": "upcoming", "Archived": "archived"}
    runs = [
        " – ".join(date[:10] for date in (run["start"], run["end"]) if date)
        + f" ({say(names.get(run['availability'], ''), language)})"
        for run in course["runs"]
        if run["start"] and run["availability"]
    ]
    return "; ".join(runs) or say(names.get(course["availability"], "unknown"), language)
