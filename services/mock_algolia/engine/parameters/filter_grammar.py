"""Filters: the documented grammar of `filters`, as a conjunction of disjunctions (list forms: filter_lists.py).

Grammar and refusals: Algolia's "filters" parameter, its "Filters and boolean operators" guide, and the parser that it
publishes. ORs may hold only filters of one type (facet, numeric, tag); between two ANDs outside of parentheses OR and
AND may not both stand; NOT applies to one filter only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from services.mock_algolia.engine.errors import BadRequest

Kind = Literal["facet", "numeric", "tag"]


@dataclass(frozen=True)
class Condition:
    """One filter: `attribute:value`, a comparison, a range (`op` TO) or a tag; `score` counts in optional filters."""

    kind: Kind
    attribute: str
    op: str
    value: str = ""
    low: float = 0.0
    high: float = 0.0
    negated: bool = False
    score: int = 1


Group = tuple[Condition, ...]
Conjunction = tuple[Group, ...]

MAX_SCORE = 65_535
MAX_PARENTHESES = 20  # one inside the other; one level is all the grammar ever needs (undocumented choice)

_TOKEN = re.compile(
    r"""
      (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<unclosed>["'].*)
    | (?P<mark><=|>=|!=|[<>=:(),!])
    | (?P<word>[^\s"'<>=!:(),][^\s"'<>=!:()]*)""",
    re.X | re.S,
)
_ESCAPED = re.compile(r"\\(.)", re.S)
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?([eE][-+]?\d+)?|\.\d+)")
_PLAIN_NUMBER = re.compile(r"-?\d+(\.\d*)?")
_KEYWORDS = frozenset(("AND", "OR", "NOT", "TO"))
_COMPARISONS = frozenset(("<", "<=", "=", "!=", ">=", ">"))

_PLAIN = r'(?!(?:AND|OR|NOT|TO|_tags):)\w+:"[^"\\]+"'
_WRITTEN = re.compile(rf"(?:(?:NOT )?{_PLAIN}|\({_PLAIN}(?: OR {_PLAIN})*\))(?: AND (?!$)|$)")
_PARTS = re.compile(r'(NOT )?\b(\w+):"([^"\\]+)"')


class _Token(NamedTuple):
    kind: str
    text: str
    at: int

    def __str__(self) -> str:
        """Name it as Algolia's refusals do."""
        if self.kind in ("string", "numeric"):
            return f"{self.kind}({self.text})"
        if self.kind == "mark":
            return "numeric operator" if self.text in ("=", "!=", "<=", ">=") else _NAMED.get(self.text, self.text)
        return f"'{self.text}'" if self.kind == "keyword" else self.kind


_NAMED = {"(": "'('", ")": "')'", ":": "':'"}


def _tokens(source: str) -> list[_Token]:
    out: list[_Token] = []
    for match in _TOKEN.finditer(source.rstrip()):  # any letter is of a word, a mark or in quotes
        found = str(match.lastgroup)
        text, start = match[found], match.start(found)
        if found == "quoted":
            text = _ESCAPED.sub(r"\1", text[1:-1])
            out.append(_Token("string", text, start) if text else _Token("empty string", "", start + 1))
        elif found == "unclosed":
            out.append(_Token("incomplete string", text, start))
        elif found == "mark":
            out.append(_Token("mark", text, start))
        elif text in _KEYWORDS:
            out.append(_Token("keyword", text, start))
        else:
            out.append(_Token("numeric" if _PLAIN_NUMBER.fullmatch(text) else "string", text, start))
    return [*out, _Token("end of filter", "", len(source))]


def checked_score(score: int, name: str) -> int:
    """Check the score of a filter; BadRequest above the documented 65,535."""
    if score > MAX_SCORE:
        raise BadRequest(f"{name}: filter scores go from 0 to {MAX_SCORE}, got {score}")
    return score


def number(text: str) -> float | None:
    """Read the number a text holds, or None."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


class _Parser:
    """Reads as Algolia's published parser does, https://github.com/algolia/algolia-filters-js-syntax-validator."""

    def __init__(self, source: str, name: str) -> None:
        self.tokens = _tokens(source)
        self.at = 0
        self.name = name
        self.joined = ""
        self.open = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self, kind: str, *texts: str) -> str:
        """Step over a token of this kind, and one of these texts if any are named; empty: it is another."""
        token = self.token
        if token.kind != kind or (texts and token.text not in texts):
            return ""
        self.at += 1
        return token.text

    def unexpected(self, expected: str) -> BadRequest:
        return BadRequest(f"{self.name}: Unexpected token {self.token} expected {expected} at col {self.token.at}")

    def conjunction(self) -> Conjunction:
        groups = [*self.part()]
        while self.take("keyword", "AND"):
            groups += self.part()
        if self.token.kind != "end of filter":
            raise self.unexpected("end of filter")
        return tuple(groups)

    def part(self) -> Conjunction:
        """Read what stands between two ANDs outside of parentheses: joined by OR or by AND, never by both."""
        self.joined = ""
        conditions = self.several()
        if self.joined != "OR":
            return tuple((condition,) for condition in conditions)
        kind = conditions[0].kind
        if any(condition.kind != kind for condition in conditions):
            raise BadRequest(f"{self.name}: Different types are not allowed in the same OR.\n{_FORMS[kind]}")
        return (tuple(conditions),)

    def several(self) -> list[Condition]:
        conditions = self.term()
        while joined := self.take("keyword", *(("OR", "AND") if self.open else ("OR",))):
            if self.joined not in ("", joined):
                raise BadRequest(f"{self.name}: filter (X AND Y) OR Z is not allowed, only (X OR Y) AND Z is allowed")
            self.joined = joined
            conditions += self.term()
        return conditions

    def term(self) -> list[Condition]:
        if not self.take("mark", "("):
            return [self.condition(negated=bool(self.take("keyword", "NOT")))]
        self.open += 1
        if self.open > MAX_PARENTHESES:
            raise BadRequest(f"{self.name}: Too many nested parentheses. Only {MAX_PARENTHESES} levels are allowed")
        conditions = self.several()
        self.open -= 1
        if not self.take("mark", ")"):
            raise self.unexpected("')'")
        return conditions

    def condition(self, *, negated: bool) -> Condition:
        name = self.take("string") or self.take("numeric")
        if not name:
            raise self.unexpected("filter")
        if self.scored():
            return Condition("tag", "_tags", ":", name, negated=negated, score=self.score())
        if operator := self.take("mark", *_COMPARISONS):
            value = self.number()
            return Condition("numeric", name, operator, "", value, value, negated)
        if self.take("mark", ":"):
            return self.facet_or_range(name, negated=negated)
        return Condition("tag", "_tags", ":", name, negated=negated)

    def facet_or_range(self, name: str, *, negated: bool) -> Condition:
        low = self.take("numeric")
        value = low or self.take("string")
        if not value:
            raise self.unexpected("string")
        if low and self.take("keyword", "TO"):
            return Condition("numeric", name, "TO", "", float(low), self.number(), negated)
        score = self.score() if self.token.text == "<" else 1
        return Condition("tag" if name == "_tags" else "facet", name, ":", value, negated=negated, score=score)

    def number(self) -> float:
        value = self.take("numeric")
        if not value:
            raise self.unexpected("numeric")
        return float(value)

    def scored(self) -> bool:
        return self.token.text == "<" and self.tokens[self.at + 1].text == "score"

    def score(self) -> int:
        """Read `<score=N>`."""
        self.at += 1
        if not self.take("string", "score"):
            raise self.unexpected('"score"')
        if not self.take("mark", "="):
            raise self.unexpected('"="')
        value = self.take("numeric")
        if not value.isdecimal():
            raise self.unexpected("numeric")
        if not self.take("mark", ">"):
            raise self.unexpected(">")
        return checked_score(int(value), self.name)


_FORMS: dict[Kind, str] = {
    "tag": "Expected a tag filter which needs to have this form:\n - _tags:tag_value\n - tag_value",
    "facet": "Expected a facet filter which needs to have this form:\n - facet_name:facet_value",
    "numeric": "Expected a numeric filter which needs to have one of the following form:\n - numeric_attr_name=10"
    + "".join(f"\n - numeric_attr_name{operator}10" for operator in (">", ">=", "<", "<=", "!="))
    + "\n - numeric_attr_name:10 TO 20",
}


def parse(source: Any, name: str = "filters") -> Conjunction:
    """Parse the string form; BadRequest where the documented grammar is broken."""
    if source is None:
        return ()
    if not isinstance(source, str):
        raise BadRequest(f"Invalid type for {name} parameter: expected String")
    if not source.strip():
        return ()
    return _as_programs_write(source) or _Parser(source, name).conjunction()


def _as_programs_write(source: str) -> Conjunction | None:
    """Read a filter of quoted facet values with one space between all; None: another form, or one that is wrong.

    A program lists what somebody has seen so, hundreds of values: token by token they cost more than the search.
    """
    groups: list[Group] = []
    at = 0
    while at < len(source):
        group = _WRITTEN.match(source, at)
        if group is None:
            return None
        groups.append(
            tuple(
                [
                    Condition("facet", name, ":", value, negated=bool(negated))
                    for negated, name, value in _PARTS.findall(group[0])
                ]
            )
        )
        at = group.end()
    return tuple(groups)
