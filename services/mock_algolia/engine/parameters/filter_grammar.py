"""Filters: the documented grammar of `filters`, as a conjunction of disjunctions (list forms: filter_lists.py).

Grammar and refusals: Algolia's "filters" parameter and "Filters and boolean operators" guide. ORs may hold only
filters of one type (facet, numeric, tag); ANDs may not stand inside ORs; NOT applies to one filter only.
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
    r"""\s*(?:
      (?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
    | (?P<op><=|>=|!=|<|>|=|:|\(|\)|,)
    | (?P<word>(?:\\.|[^\s"'<>=!:(),]|!(?!=)|(?<=\w)')+)
    )""",
    re.X,
)
_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?([eE][-+]?\d+)?|\.\d+)")

_PLAIN = r'(?!(?:AND|OR|NOT|_tags):)\w+:"[^"\\]*"'
_WRITTEN = re.compile(rf"(?:(?:NOT )?{_PLAIN}|\({_PLAIN}(?: OR {_PLAIN})*\))(?: AND (?!$)|$)")
_PARTS = re.compile(r'(NOT )?\b(\w+):"([^"\\]*)"')


class _Token(NamedTuple):
    text: str
    kind: str
    at: int


def _tokens(source: str) -> list[_Token]:
    out: list[_Token] = []
    at = 0
    end = len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            raise BadRequest(f"filters: Unexpected token string({source[at:].strip()}) at col {at}")
        kind = str(match.lastgroup)
        text = match[kind]
        start = match.start(kind)
        if kind == "quoted":
            text = text[1:-1]
        if kind != "op" and "\\" in text:
            text = _ESCAPED.sub(r"\1", text)
        out.append(_Token(text, kind, start))
        at = match.end()
    return out


def checked_score(score: int, name: str) -> int:
    """Check the score of a filter; BadRequest above the documented 65,535."""
    if score > MAX_SCORE:
        raise BadRequest(f"{name}: filter scores go from 0 to {MAX_SCORE}, got {score}")
    return score


def number(text: str) -> float | None:
    """Read the number a text holds, or None."""
    return float(text) if _NUMBER.fullmatch(text.strip()) else None


class _Parser:
    def __init__(self, source: str, name: str) -> None:
        self.tokens = _tokens(source)
        self.at = 0
        self.name = name
        self.source = source
        self.open = 0

    def peek(self, ahead: int = 0) -> _Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def keyword(self, word: str) -> bool:
        token = self.peek()
        if token and token.kind == "word" and token.text == word:
            self.at += 1
            return True
        return False

    def symbol(self, text: str, ahead: int = 0) -> bool:
        token = self.peek(ahead)
        return bool(token and token.kind == "op" and token.text == text)

    def fail(self, expected: str = "") -> BadRequest:
        token = self.peek()
        wanted = f", expected {expected}" if expected else ""
        if token is None:
            return BadRequest(f"{self.name}: Unexpected token string() at col {len(self.source)}{wanted}")
        return BadRequest(f"{self.name}: Unexpected token string({token.text}) at col {token.at}{wanted}")

    def conjunction(self) -> Conjunction:
        groups: list[Group] = [self.disjunction()]
        while self.peek() is not None:
            if self.keyword("AND"):
                groups.append(self.disjunction())
                continue
            raise self.fail("end of filter")
        for group in groups:
            if len(group) > 1 and len({condition.kind for condition in group}) > 1:
                raise BadRequest(
                    f"{self.name}: Different types are not allowed in the same OR. Expected {group[0].kind} filter"
                )
        return tuple(groups)

    def disjunction(self) -> Group:
        conditions: list[Condition] = list(self.unit())
        while self.keyword("OR"):
            conditions.extend(self.unit())
        return tuple(conditions)

    def unit(self) -> Group:
        if self.symbol("("):
            opened = self.at
            self.at += 1
            self.open += 1
            if self.open > MAX_PARENTHESES:
                raise BadRequest(f"{self.name}: Too many nested parentheses. Only {MAX_PARENTHESES} levels are allowed")
            inner = self.disjunction()
            self.open -= 1
            token = self.peek()
            if token and token.kind == "word" and token.text == "AND":
                raise BadRequest(
                    f"{self.name}: filter (X AND Y) OR Z is not allowed, only (X OR Y) AND Z is allowed: {self.source}"
                    if opened
                    else f"{self.name}: AND is not allowed inside parentheses: {self.source}"
                )
            if not self.symbol(")"):
                raise self.fail("')'")
            self.at += 1
            return inner
        negated = self.keyword("NOT")
        if negated and self.symbol("("):
            raise BadRequest(f"{self.name}: NOT is not allowed in front of a group of filters: {self.source}")
        return (self.condition(negated),)

    def condition(self, negated: bool) -> Condition:
        token = self.peek()
        if token is None or token.kind == "op":
            raise self.fail("a filter")
        if token.kind == "word" and token.text in ("AND", "OR", "NOT"):
            raise self.fail("a filter")
        name = token.text
        self.at += 1
        operator = self.peek()
        if operator is None or operator.kind != "op" or operator.text in "()":
            return Condition("tag", "_tags", ":", name, negated=negated, score=1)
        self.at += 1
        if operator.text == ":":
            return self.facet_or_range(name, negated)
        if operator.text == ",":
            self.at -= 1
            raise self.fail()
        value = self.peek()
        parsed = number(value.text) if value else None
        if value is None or parsed is None:
            raise self.fail("a number")
        self.at += 1
        return Condition("numeric", name, operator.text, "", parsed, parsed, negated)

    def facet_or_range(self, name: str, negated: bool) -> Condition:
        token = self.peek()
        if token is None or (token.kind == "op" and token.text not in ("<", ">")):
            raise self.fail("a value")
        following = self.peek(1)
        if token.kind == "word" and following and following.kind == "word" and following.text == "TO":
            low = number(token.text)
            end = self.peek(2)
            high = number(end.text) if end else None
            if low is None or high is None:
                raise self.fail("a number")
            self.at += 3
            return Condition("numeric", name, "TO", "", low, high, negated)
        value = token.text
        end_at = token.at + len(token.text)
        self.at += 1
        while token.kind == "word" and (glued := self.peek()) and glued.at == end_at and glued.text not in "()":
            if self.scored():
                break
            if glued.kind == "op" and glued.text not in ":,":
                raise self.fail("end of filter")
            value += glued.text  # an unquoted value may hold a colon
            end_at = glued.at + len(glued.text)
            self.at += 1
        score = self.score()
        if name == "_tags":
            return Condition("tag", name, ":", value, negated=negated, score=score)
        return Condition("facet", name, ":", value, negated=negated, score=score)

    def scored(self) -> bool:
        name = self.peek(1)
        return bool(self.symbol("<") and name and name.text == "score" and self.symbol("=", 2) and self.symbol(">", 4))

    def score(self) -> int:
        if not self.scored():
            return 1
        value = self.peek(3)
        if value is None or not value.text.isdecimal():
            raise self.fail("a score")
        self.at += 5
        return checked_score(int(value.text), self.name)


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
