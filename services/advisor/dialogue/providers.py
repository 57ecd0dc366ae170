"""What a turn says of who is to offer a course, and what of that holds after it. Pure.

The catalogue's providers are not listed anywhere here: those of the courses at hand are known by their keys (ORG+NUM),
and any name that is written as edX writes them, with an X at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from services.advisor.dialogue.state import NamedCourse, State, Wanted
from services.course_record.organisations import organisation_key
from services.question.providers import Provided, find_providers
from services.question.subjects import spellings
from services.question.tokens import same_words

_MANNER_OF_EDX = re.compile(r"(?<![A-Za-z0-9_+])[A-Z][A-Za-z]{2,40}X(?![A-Za-z0-9_+])")


def said_of_providers(text: str, courses: Iterable[NamedCourse], state: State) -> tuple[Provided, ...]:
    """Find what a text says of providers: those of some courses, and names that end in an X.

    Without a name it says something of those that were named before ("any provider", "somebody else").
    """
    by_manner = [name for name in _MANNER_OF_EDX.findall(text) if same_words(name) not in spellings()]
    known = [course.key.partition("+")[0] for course in courses if "+" in course.key]
    said = find_providers(text, [*by_manner, *known])
    wanted = state.wanted
    if any(one.names for one in said):
        return tuple(said)
    meant = {
        "any": wanted.organisations or wanted.not_organisations, "more": wanted.organisations,
        "others": _spoken_of(state, wanted.organisations), "refused": wanted.organisations,
    }  # fmt: skip
    return tuple(one for one in said if meant.get(one.manner))


def provided(wanted: Wanted, said: Sequence[Provided], state: State) -> Wanted:
    """Say who is wanted, and who is refused, after what a turn says of providers."""
    asked, refused = list(wanted.organisations), list(wanted.not_organisations)
    manners = {one.manner for one in said}
    asked = [] if manners & {"any", "more"} else asked
    refused = [] if "any" in manners else refused
    named = [name for one in said if one.manner in ("wanted", "named") for name in one.names]
    for one in said:
        names = list(one.names) or ([] if any(other.names for other in said) else _spoken_of(state, asked))
        if one.manner == "also":
            asked = [] if _among(asked, names) else [*asked, *names] if asked else []
            refused = _less(refused, names)
        elif one.manner == "refused" or one.manner == "others":
            refused, asked = [*_less(refused, names), *names], _less(asked, names)
        elif one.manner in ("wanted", "named") and not one.names and not any(other.names for other in said):
            named = names
    if named:
        asked, refused = named, _less(refused, named)
    return replace(wanted, organisations=tuple(dict.fromkeys(asked)), not_organisations=tuple(dict.fromkeys(refused)))


def _spoken_of(state: State, asked: Sequence[str]) -> list[str]:
    """Give who is meant by "theirs" and "somebody else": who is wanted, else who offers what was talked about."""
    of_shown = list(
        dict.fromkeys(one.key.partition("+")[0] for one in ((state.focus,) if state.focus else state.shown))
    )
    return list(asked) or (of_shown if len(of_shown) == 1 and of_shown[0] else [])


def _among(names: Sequence[str], others: Sequence[str]) -> bool:
    keys = set(map(organisation_key, names))
    return bool(others) and all(organisation_key(name) in keys for name in others)


def _less(names: Sequence[str], others: Sequence[str]) -> list[str]:
    gone = set(map(organisation_key, others))
    return [name for name in names if organisation_key(name) not in gone]
