"""What was understood of a conversation so far, and how a turn changes it: frozen values that anybody may look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal[
    "new_topic", "narrow", "widen", "switch", "correct", "more", "back", "about", "compare", "which", "path", "history",
    "next", "vague", "cannot", "small_talk",
]  # fmt: skip
"""How a turn changes what was understood."""

ABOUT = (
    "prerequisites", "after", "level", "course_language", "dates", "length", "content", "provider", "why", "cost",
    "certificate", "popularity", "link", "taken",
)  # fmt: skip
"""What may be asked about one course, as examples teach it."""

ASPECTS = (*ABOUT, "pacing", "detail")
"""What is told of one course; "detail" is what only its description may tell."""

ARROW = "→ "
"""Before a course that comes after the one talked about: it is no list to choose from."""


@dataclass(frozen=True, slots=True)
class NamedCourse:
    """A course that was named: its key where it was told, and its title."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to learn, and under which conditions. Empty or None: nothing was said of it.

    `known` is what they know already: no course that is named after it is any use to them. `organisations` are those
    whose courses alone are wanted, `not_organisations` those whose courses are not.
    """

    topic: str = ""
    level: str | None = None
    language: str | None = None
    limit: int | None = None
    excluded: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    not_levels: tuple[str, ...] = ()
    not_languages: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    not_organisations: tuple[str, ...] = ()

    @property
    def conditions(self) -> tuple[str, ...]:
        """The level and language that hold, by name."""
        return tuple(name for name in (self.level, self.language) if name)


@dataclass(frozen=True, slots=True)
class State:
    """What was understood so far.

    `lists` are the lists of courses shown, the newest last; `focus` the course that was talked about; `asked` whether
    our last words were a question; `earlier` what was wanted before; `spoken` the ISO 639-1 code of the conversation.
    `others` are the courses that our last words named beside the one in focus; `discussed` those talked about, the
    newest first; `choices` what was last laid out to choose from: a list, or the two compared; `last` the last change.
    `titled` are those that the turn being read names by their titles (see `titles.hidden`), `found` those that a
    search for its words brought.
    """

    wanted: Wanted = field(default_factory=Wanted)
    spoken: str = "en"
    lists: tuple[tuple[NamedCourse, ...], ...] = ()
    focus: NamedCourse | None = None
    named: tuple[NamedCourse, ...] = ()
    asked: bool = False
    earlier: tuple[Wanted, ...] = ()
    personal: bool = False
    turns: int = 0
    others: tuple[NamedCourse, ...] = ()
    discussed: tuple[NamedCourse, ...] = ()
    choices: tuple[NamedCourse, ...] = ()
    last: Change | None = None
    titled: tuple[NamedCourse, ...] = ()
    found: tuple[NamedCourse, ...] = ()

    @property
    def shown(self) -> tuple[NamedCourse, ...]:
        """The list shown last."""
        return self.lists[-1] if self.lists else ()

    @property
    def seen(self) -> frozenset[str]:
        """The keys of everything shown in this conversation."""
        return frozenset(course.key for shown in self.lists for course in shown)


@dataclass(frozen=True, slots=True)
class Change:
    """What one turn asks. `aspect` says what of a course, or what cannot be done; `courses` are those pointed at.

    `mention` is a course named in words that was not shown before: it has to be looked up, and `fallback` is the one
    that is meant where nothing of that name is found. `level` and `language` are what a course is asked for,
    `besides` what else is asked of it than `aspect`.
    """

    kind: Kind
    aspect: str = ""
    courses: tuple[NamedCourse, ...] = ()
    mention: str = ""
    text: str = ""
    fallback: NamedCourse | None = None
    level: str | None = None
    language: str | None = None
    besides: tuple[str, ...] = ()


def understood_as_json(state: State, change: Change) -> dict[str, Any]:
    """Write a state and its newest change as `openapi.yaml` tells them."""
    wanted = state.wanted
    return {
        "change": change.kind,
        "aspect": change.aspect or None,
        "topic": wanted.topic or None,
        "level": wanted.level,
        "language": wanted.language,
        "organisations": list(wanted.organisations),
        "limit": wanted.limit,
        "excluded": [*wanted.excluded, *wanted.not_levels, *wanted.not_languages, *wanted.not_organisations],
        "pointed_at": [course.key for course in change.courses if course.key],
        "in_focus": state.focus.key if state.focus and state.focus.key else None,
        "shown_before": [course.key for course in state.shown if course.key],
        "spoken": state.spoken,
    }
