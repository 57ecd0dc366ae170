"""Put courses and what is asked of them into words. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from services.advisor.dialogue.describing import in_short
from services.advisor.dialogue.phrasebook import say
from services.advisor.dialogue.state import ARROW

Json = dict[str, Any]
DESCRIBED_MOST, LEADS_MOST = 300, 6
UNTOLD = ("cost", "certificate", "link")
"""What no record tells, but for a link; its description may."""
_RUNS = {"Available now": "open", "Upcoming": "upcoming", "Archived": "archived"}


def listing(head: str, courses: Sequence[Json], language: str) -> str:
    """Write a numbered list under a sentence."""
    lines = [f"{at}. {_title(course)} ({course['course_key']})" for at, course in enumerate(courses, start=1)]
    return "\n".join([say(head, language), *lines])


def quoted(course: Json) -> str:
    """Write a course within a sentence."""
    return f"“{_title(course)}” ({course['course_key']})"


def facts(course: Json, language: str) -> str:
    """Write what tells courses apart."""
    told = (aspect(course, name, language) for name in ("level", "course_language", "teaches", "prerequisites"))
    return f"{quoted(course)}: " + " ".join(told)


def aspect(course: Json, name: str, language: str, asked: Json | None = None) -> str:
    """Answer one question about a course from its record; `asked` may hold the `language` that is hoped for."""
    hoped = (asked or {}).get("language")
    if name == "prerequisites":
        return _prerequisites(course, language)
    if name == "after":
        after = [quoted(one) for one in course["leads_to"][:LEADS_MOST]]
        return f"{say('leads', language)} {', '.join(after)}." if after else say("leads_nowhere", language)
    if name == "level":
        told = f"{say('level', language)} {say(course['level'] or 'unknown', language)}."
        return f"{told} {_prerequisites(course, language)}" if course["prerequisites"] and asked is not None else told
    if name == "course_language":
        told = f"{say('taught', language)} {say(course['language'] or 'unknown', language)}."
        if hoped and course["language"]:
            return f"{say('yes' if hoped == course['language'] else 'no', language)} {told}"
        return told
    if name == "dates":
        return f"{say('starts', language)} {_runs(course, language)}."
    if name == "pacing":
        return f"{say('pacing', language)} {_pacing(course, language)}."
    if name == "length" and course.get("hours"):
        return f"{say('hours', language)} {course['hours']}. {say('starts', language)} {_runs(course, language)}."
    if name == "length":
        return f"{say('unknown', language)} {say('starts', language)} {_runs(course, language)}."
    if name == "provider":
        return f"{say('offered', language)} {course['organisation']}."
    if name == "popularity":
        return f"{say('count', language)} {course['enrollment_count']}."
    if name == "taken":
        return say("not_taken" if course["standing"] in ("not_taken", None) else "taken", language)
    if name == "link" and course["url"]:
        return str(course["url"])
    if name in UNTOLD or name == "detail":
        return say("unknown", language)
    teaches = f"{say('teaches', language)} {', '.join(course['skills'][:6]) or course['short_description']}."
    if name == "teaches":
        return teaches
    if name == "why":
        return f"{say('because', language)} {teaches} {_prerequisites(course, language)}"
    return " ".join([*_described(course), teaches, *(text for _, text in _sheet(course, language))])


def led_to(course: Json, language: str) -> str:
    """Write what a course leads to, a line each."""
    after = [f"{ARROW}{quoted(one)}" for one in course["leads_to"][:LEADS_MOST]]
    return "\n".join([say("leads", language), *after]) if after else say("leads_nowhere", language)


def _described(course: Json) -> list[str]:
    """Give the record's own words of what a course is."""
    described = " ".join(str(course.get("short_description") or course.get("description") or "").split())
    return [described[:DESCRIBED_MOST].rstrip()] if described else []


def _sheet(course: Json, language: str) -> Iterator[tuple[str, str]]:
    """Give what most people want to know of a course, whatever they asked, each under its aspect's name."""
    yield "level", f"{say('level', language)} {say(course['level'] or 'unknown', language)}."
    yield "course_language", f"{say('taught', language)} {say(course['language'] or 'unknown', language)}."
    needed = course["prerequisites"]
    told = ", ".join(quoted(one) for one in needed)
    yield "prerequisites", f"{say('prerequisites', language)} {told}." if needed else say("no_prerequisites", language)
    yield "dates", f"{say('starts', language)} {_runs(course, language)}."


def besides(course: Json, language: str, asked: Collection[str]) -> str:
    """Give what else most people want to know of a course, less what was answered already."""
    both = {"level", "prerequisites"}  # one is told with the other
    needs = bool(course["prerequisites"])
    covers = {"level": both if needs else {"level"}, "prerequisites": {"prerequisites"} if needs else both}
    covers |= {"why": covers["prerequisites"], "length": {"dates"}}
    covers["after"] = {"prerequisites"}  # "that one" is then one that comes after, and no other is named
    told = {name for one in asked for name in covers.get(one, {one})}
    return " ".join(text for name, text in _sheet(course, language) if name not in told)


def saying(sentences: Sequence[str], language: str) -> str:
    """Give sentences of a description word for word, as the provider's own."""
    return f"{say('described', language)} “{in_short(sentences)}”" if sentences else ""


def _pacing(course: Json, language: str) -> str:
    """Tell whether the runs that may still be taken go at a learner's own pace."""
    runs = [run for run in course["runs"] if run["availability"] != "Archived"] or course["runs"]
    told = dict.fromkeys(str(run["pacing"]) for run in runs if run.get("pacing"))
    return "; ".join(say(one, language) for one in told) or say("unknown", language).rstrip(".。")


def _title(course: Json) -> str:
    return " ".join(str(course.get("title") or course["course_key"]).split())


def _prerequisites(course: Json, language: str) -> str:
    needed = course["prerequisites"]
    if not needed:
        return f"{say('no_prerequisites', language)} {aspect(course, 'level', language)}"
    told = f"{say('prerequisites', language)} {', '.join(quoted(one) for one in needed)}."
    if needed[0]["standing"] is None:
        return told
    missing = [quoted(one) for one in needed if one["standing"] != "completed"]
    return f"{told} " + (f"{say('missing', language)} {', '.join(missing)}." if missing else say("has_all", language))


def _runs(course: Json, language: str) -> str:
    runs = [
        " – ".join(date[:10] for date in (run["start"], run["end"]) if date)
        + f" ({say(_RUNS.get(run['availability'], ''), language)})"
        for run in course["runs"]
        if run["start"] and run["availability"]
    ]
    return "; ".join(runs) or say(_RUNS.get(course["availability"], "unknown"), language)
