"""Judge what the adviser did in a turn, by the tools' own results and not by the adviser's account of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.advisor.conversations import Expected
from services.advisor.conversation.adviser import Answer, Event, ToolAnswered, ToolCalled

# Written apart from the adviser's own pattern on purpose: a judge must not share its eyes with the judged.
_KEY = re.compile(r"\(([^()\s]+\+[^()\s+]+)\)")


@dataclass(frozen=True)
class Judgment:
    """One turn judged; None where a measure does not apply. `faults` says what was not as expected."""

    faults: tuple[str, ...]
    grounded: bool | None
    constrained: bool | None
    refused_rightly: bool | None
    cut: int

    @property
    def passed(self) -> bool:
        return not self.faults


def judge(events: Sequence[Event], expected: Expected, taken: frozenset[str]) -> Judgment:
    """Judge a turn's events. `taken` are the courses of the learner."""
    answer = events[-1]
    assert isinstance(answer, Answer)  # noqa: S101  every turn ends with one
    called = [event for event in events if isinstance(event, ToolCalled)]
    results = [event.result for event in events if isinstance(event, ToolAnswered) and event.ok]
    shown = [course["course_key"] for course in answer.courses]
    known = {key.casefold() for result in results for key in _keys_in(result)}
    named = set(_KEY.findall(answer.text))
    grounded = all(key.casefold() in known for key in {*named, *shown})
    violated = list(_violations(answer, expected, taken, called))
    faults = [
        *_differences(answer, expected, called, shown),
        *violated,
        *([] if grounded else ["names a course that no tool returned"]),
    ]
    if expected.exclude and any(key in answer.text or key in shown for key in expected.exclude):
        faults.append(f"shows one of {', '.join(expected.exclude)}")
    return Judgment(
        tuple(faults),
        grounded if named or shown else None,
        not violated if shown else None,
        (answer.stop == "refused") == (expected.stop == "refused") if expected.stop == "refused" else None,
        answer.ungrounded,
    )


def _differences(answer: Answer, expected: Expected, called: list[ToolCalled], shown: list[str]) -> Iterator[str]:
    names = tuple(call.name for call in called)
    if answer.stop != expected.stop:
        yield f"{answer.stop} instead of {expected.stop}"
    if expected.tools is not None and names != expected.tools:
        yield f"called {list(names)} instead of {list(expected.tools)}"
    given = called[0].arguments if called else {}
    for name, value in expected.arguments.items():
        if given.get(name) != value:
            yield f"{name} was {given.get(name)!r} instead of {value!r}"
    if expected.include and not set(expected.include) & set(shown):
        yield f"shows none of {', '.join(expected.include)}"
    if expected.most is not None and len(shown) > expected.most:
        yield f"shows {len(shown)} courses instead of {expected.most}"
    if expected.text and expected.text not in answer.text:
        yield f"does not say {expected.text!r}"
    if expected.without and expected.without in answer.text:
        yield f"says {expected.without!r}"


def _violations(answer: Answer, expected: Expected, taken: frozenset[str], called: list[ToolCalled]) -> Iterator[str]:
    """Yield broken promises: level and language hold for every course shown, and none of them was taken."""
    asked = called[0].arguments if called else {}
    for name in ("level", "language"):
        wanted = expected.arguments.get(name) or asked.get(name)
        for course in answer.courses:
            if wanted and course[name] != wanted:
                yield f"{course['course_key']} has the {name} {course[name]!r} instead of {wanted!r}"
    for course in answer.courses:
        if course["course_key"] in taken:
            yield f"recommends {course['course_key']}, which was taken"
    for call in called:
        words = str(call.arguments.get("keywords", "")).casefold().split()
        if {"beginner", "beginners", "advanced", "introductory"} & set(words):
            yield "puts a level into the keywords"


def _keys_in(result: Any) -> Iterator[str]:
    if isinstance(result, dict):
        for name, value in result.items():
            if name == "course_key" and isinstance(value, str):
                yield value
            else:
                yield from _keys_in(value)
    elif isinstance(result, list):
        for value in result:
            yield from _keys_in(value)
