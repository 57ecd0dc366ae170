"""Take in what the adviser itself said: the courses it listed, the one it talked about, whether it asked something."""

from __future__ import annotations

import re
from dataclasses import replace

from services.advisor.dialogue.state import ARROW, NamedCourse, State
from services.question.course_keys import find_keys

LISTS_MOST, NAMED_MOST, DISCUSSED_MOST = 8, 40, 6
_LINE = re.compile(r"^\s*(?:\d{1,2}[.)、]|[-*•])\s*(.{1,400})$", re.MULTILINE)
_CITED = re.compile(r"[“\"«「]([^”\"»」\n]{1,220})[”\"»」] ?[(（]([^()（）\n]{3,120})[)）]")


def hear(state: State, text: str) -> State:
    """Give the state after an answer of ours."""
    listed = _listed(text)
    named = _named_in(text)
    heads = _heads(text)
    focus = None if listed else (named[0] if named else state.focus)
    choices = listed or (heads if len(heads) > 1 else state.choices)
    return replace(
        state,
        lists=(*state.lists, listed)[-LISTS_MOST:] if listed else state.lists,
        focus=focus,
        named=(*named, *state.named)[:NAMED_MOST],
        asked=not named and text.rstrip()[-1:] in ("?", "？", "؟"),
        others=() if listed else tuple(one for one in named if one != focus),
        discussed=_first_each((*heads, *state.discussed))[:DISCUSSED_MOST] if not listed else state.discussed,
        choices=choices,
    )


def presented_keys(text: str) -> tuple[str, ...]:
    """Give the keys of the courses that an answer presents: those it lists, else leads to, else is about."""
    leads = "\n".join(line.removeprefix(ARROW) for line in text.splitlines() if line.startswith(ARROW))
    presented = _listed(text) or _heads(leads) or _heads(text)
    return tuple(dict.fromkeys(course.key for course in presented))


def _listed(text: str) -> tuple[NamedCourse, ...]:
    return tuple(course for line in _LINE.finditer(text) if (course := _course_in(line[1])))


def _heads(text: str) -> tuple[NamedCourse, ...]:
    """Give the courses that lines begin with: those that an answer is about."""
    found = [match for line in text.splitlines() if (match := _CITED.match(line.strip()))]
    return tuple(NamedCourse(keys[0].course_key, one[1]) for one in found if (keys := find_keys(one[2])))


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
    return _first_each((*found, *_listed(text)))


def _first_each(courses: tuple[NamedCourse, ...]) -> tuple[NamedCourse, ...]:
    return tuple({course.key: course for course in reversed(courses)}.values())[::-1]
