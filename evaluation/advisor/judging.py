"""Judge a reply by the rules of its turn: from its text and the courses it shows, and from nothing else.

A course is named when its title or key is in the text, or when it is among the courses shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evaluation.advisor import reply_kinds
from evaluation.advisor.catalogue import Course, Facts
from evaluation.advisor.conversations import Rules
from evaluation.advisor.mentions import Mentions, plain
from evaluation.advisor.reply_language import language_of, own_words

LEAST_OF_A_DESCRIPTION = 12
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[。！？؟])")


@dataclass(frozen=True)
class Reply:
    """What came back: the text, and the keys of the courses shown, in order."""

    text: str
    shown: tuple[str, ...]


@dataclass(frozen=True)
class Fault:
    """A rule that a reply broke, and how."""

    rule: str
    said: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.said}"


class Judge:
    """Judges replies about one catalogue."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._mentions = Mentions(facts.courses.values())
        passages = {passage for course in facts.courses.values() for passage in _passages(course)}
        self._written = sorted(passages, key=len, reverse=True)

    def faults(
        self, reply: Reply, expect: Rules, *, learner: str | None, before: Sequence[Reply] = ()
    ) -> tuple[Fault, ...]:
        """List the rules that a reply breaks: those of the turn, and those that always hold."""
        seen = _Seen(reply, self._facts, self._mentions, frozenset(key for one in before for key in one.shown))
        found = [Fault("always", said) for said in self._always(seen, learner)]
        for name, wanted in expect.items():
            said = self._language(reply.text, wanted) if name == "reply_language" else _RULES[name](seen, wanted)
            found += [Fault(name, said)] if said else []
        return tuple(found)

    def _always(self, seen: _Seen, learner: str | None) -> Iterator[str]:
        if not seen.text.strip():
            yield "the text is empty"
        taken = self._facts.taken_by(learner)
        for key in seen.shown:
            course = self._facts.courses.get(key)
            if course is None:
                yield f"shows {key}, which is not in the catalogue"
            elif not course.open_to_all:
                yield f"shows {key}, which is hidden or by invitation only"
            elif key in taken:
                yield f"shows {key}, which the learner has taken"
        for key in self._mentions.invented_in(seen.text):
            yield f"names {key}, which is not in the catalogue"

    def _language(self, text: str, wanted: str) -> str:
        own = own_words(self._mentions.without(text))
        for passage in self._written:
            if passage in own:
                own = own.replace(passage, " ")
        found = language_of(own)
        return "" if found in (wanted, None) else f"the reply's own words are {found}, not {wanted}"


@dataclass(frozen=True)
class _Seen:
    """A reply with what the rules look at."""

    reply: Reply
    facts: Facts
    mentions: Mentions
    shown_before: frozenset[str]

    @property
    def text(self) -> str:
        return self.reply.text

    @property
    def shown(self) -> tuple[str, ...]:
        return self.reply.shown

    @property
    def courses(self) -> list[Course]:
        return [self.facts.courses[key] for key in self.shown if key in self.facts.courses]

    @property
    def in_text(self) -> list[str]:
        return self.mentions.named_in(self.text)

    @property
    def named(self) -> list[str]:
        return list(dict.fromkeys([*self.in_text, *self.shown]))


def _passages(course: Course) -> Iterator[str]:
    yield from course.tags
    for text in course.texts:
        yield text
        yield from (part for part in _SENTENCE_END.split(text) if len(part) >= LEAST_OF_A_DESCRIPTION)


def _listed(keys: Sequence[str]) -> str:
    return ", ".join(keys) or "nothing"


def _first(seen: _Seen, wanted: list[str]) -> str:
    return "" if seen.shown and seen.shown[0] in wanted else f"{_listed(seen.shown[:1])} is first"


def _any(seen: _Seen, wanted: list[str]) -> str:
    return "" if set(wanted) & set(seen.shown) else f"shows {_listed(seen.shown)}"


def _none(seen: _Seen, refused: list[str]) -> str:
    wrong = [key for key in seen.shown if key in refused]
    return f"shows {_listed(wrong)}" if wrong else ""


def _only(seen: _Seen, wanted: list[str]) -> str:
    wrong = [key for key in seen.shown if key not in wanted]
    return f"shows {_listed(wrong)}" if wrong else ""


def _no_about(seen: _Seen, words: list[str]) -> str:
    patterns = [re.compile(rf"(?<![\w+#]){re.escape(word.casefold())}(?![\w+#])") for word in words]
    wrong = [
        course.key
        for course in seen.courses
        if any(pattern.search(tag.casefold()) for pattern in patterns for tag in (course.title, *course.tags))
    ]
    return f"shows {_listed(wrong)}" if wrong else ""


def _all_have(name: str) -> Callable[[_Seen, Any], str]:
    def rule(seen: _Seen, wanted: Any) -> str:
        found = [(course.key, getattr(course, name)) for course in seen.courses]
        wrong = [f"{key} ({value})" for key, value in found if value != wanted]
        return f"shows {_listed(wrong)}" if wrong or not seen.shown else ""

    return rule


def _first_taught_in(seen: _Seen, wanted: str) -> str:
    first = seen.courses[:1]
    if first and first[0].language == wanted:
        return ""
    return f"the first is {first[0].key} ({first[0].language})" if first else "shows nothing"


def _shows(seen: _Seen, limits: list[int]) -> str:
    return "" if limits[0] <= len(seen.shown) <= limits[1] else f"shows {len(seen.shown)}"


def _names(seen: _Seen, wanted: list[list[str]]) -> str:
    missing = [" or ".join(alternatives) for alternatives in wanted if not set(alternatives) & set(seen.named)]
    return f"does not name {_listed(missing)}" if missing else ""


def _names_not(seen: _Seen, refused: list[str]) -> str:
    wrong = [key for key in seen.named if key in refused]
    return f"names {_listed(wrong)}" if wrong else ""


def _order(seen: _Seen, wanted: list[str]) -> str:
    named = [key for key in seen.in_text if key in wanted]
    if set(named) != set(wanted):
        named = [key for key in seen.named if key in wanted]
    return "" if named == wanted else f"names {_listed(named)}"


def _about_course(seen: _Seen, key: str) -> str:
    if key not in seen.named:
        return f"does not name {key}"
    others = [shown for shown in seen.shown if shown != key]
    return f"shows {_listed(others)} beside it" if others else ""


def _says_any(seen: _Seen, wanted: list[str]) -> str:
    text = plain(seen.text)
    return "" if any(plain(word) in text for word in wanted) else f"says none of {', '.join(wanted[:6])}"


def _says_none(seen: _Seen, refused: list[str]) -> str:
    text = plain(seen.text)
    wrong = [word for word in refused if plain(word) in text]
    return f"says {', '.join(wrong)}" if wrong else ""


def _different(seen: _Seen, _: Any) -> str:
    again = [key for key in seen.shown if key in seen.shown_before]
    return f"shows {_listed(again)} again" if again else "" if seen.shown else "shows nothing"


def _without_courses(said: Callable[[str], bool], missing: str) -> Callable[[_Seen, Any], str]:
    def rule(seen: _Seen, _: Any) -> str:
        return f"shows {_listed(seen.shown)}" if seen.shown else "" if said(seen.text) else missing

    return rule


def _nothing_fits(seen: _Seen, _: Any) -> str:
    first = reply_kinds.first_sentence(seen.text)
    return "" if reply_kinds.nothing_fits(seen.text) else f"opens with {first[:80]!r}"


_RULES: Mapping[str, Callable[[_Seen, Any], str]] = {
    "first": _first,
    "any": _any,
    "none": _none,
    "only": _only,
    "no_about": _no_about,
    "level": _all_have("level"),
    "taught_in": _all_have("language"),
    "first_taught_in": _first_taught_in,
    "shows": _shows,
    "names": _names,
    "names_not": _names_not,
    "order": _order,
    "about_course": _about_course,
    "says_any": _says_any,
    "says_none": _says_none,
    "different": _different,
    "asks": _without_courses(reply_kinds.asks, "asks nothing"),
    "declines": _without_courses(reply_kinds.declines, "does not say that it can't or won't"),
    "chats": _without_courses(reply_kinds.chats, "is no small talk"),
    "nothing_fits": _nothing_fits,
}
