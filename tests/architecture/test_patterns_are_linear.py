"""Every regular expression in services/ takes time in proportion to the text, whatever the text is.

Python's engine goes back and tries again, so a pattern can be made to take seconds over a few thousand characters
("ReDoS"). For each pattern, texts are made of what its own repetitions match, again and again, with an end that does
not: where such a text of double length takes far more than twice the time, the pattern must be written otherwise.
"""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]  # the tree of a pattern, which no public name gives
from typing import Any

import pytest

import services

ROOT = Path(services.__file__).parent
ROOMS = sorted(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "__pycache__")
SEARCHING = frozenset({"search", "sub", "subn", "findall", "finditer", "split"})
PLACED = frozenset({"match", "fullmatch"})
LENGTHS = (250, 500, 1_000, 2_000, 4_000)
"""The longest is the longest message of a chat; each is twice the one before."""
SUSPECT = 0.004
"""Seconds for 1,000 characters under which even a quadratic pattern does no harm at 4,000."""
NOTICED = 0.01
"""Seconds under which growth cannot be told from noise."""
GROWTH = 2.8
"""Twice the text: twice the time for a linear pattern, four times for a quadratic one."""


@dataclass(frozen=True)
class Used:
    """A pattern, where it stands, and how it is used: one that is only matched at a place is not searched for here."""

    where: str
    pattern: re.Pattern[str]
    calls: frozenset[str]


def _in_sources() -> Iterator[Used]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in {*SEARCHING, *PLACED}
                and isinstance(node.func.value, ast.Name)
                and node.func.value.id == "re"
                and node.args
                and isinstance(node.args[0], ast.Constant)
                and isinstance(node.args[0].value, str)
            ):
                where = f"{path.relative_to(ROOT)}:{node.lineno}"
                yield Used(where, re.compile(node.args[0].value), frozenset({node.func.attr}))


def _in_modules() -> Iterator[Used]:
    uses: dict[str, set[str]] = defaultdict(set)
    for path in ROOT.rglob("*.py"):
        for owner, call in re.findall(r"\b(\w+)\.(\w+)\(", path.read_text("utf-8")):
            uses[owner].add(call)
    for module in pkgutil.walk_packages(services.__path__, "services."):
        if module.name.endswith(("__main__", "lambda_handler")):  # these run when imported
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            for pattern in _patterns_in(value, 3):
                # One that stands in a list, or is handed on, may be used in any way.
                calls = frozenset(uses[name] & {*SEARCHING, *PLACED})
                yield Used(f"{module.name}.{name}", pattern, calls or SEARCHING)


def _patterns_in(value: Any, depth: int) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict):
        for item in value.values():
            yield from _patterns_in(item, depth - 1)
    elif depth and isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _patterns_in(item, depth - 1)


@cache
def _all_used() -> list[Used]:
    """Find them once, and when they are asked for: it imports all of services/, which not every worker needs."""
    found: dict[tuple[str, int, bool], Used] = {}
    for used in (*_in_modules(), *_in_sources()):
        key = (used.pattern.pattern, used.pattern.flags, bool(used.calls & SEARCHING))
        found.setdefault(key, used)
    return list(found.values())


def _room_of(where: str) -> str:
    """Give the room of services/ in which a pattern stands, named by a module's name or a path."""
    return re.split(r"[./]", where.removeprefix("services."))[0]


def _sample(tree: Any) -> str:
    """Write a text that a part of a pattern matches, more or less."""
    written = ""
    for operation, argument in tree:
        name = str(operation)
        if name == "LITERAL":
            written += chr(argument)
        elif name == "NOT_LITERAL":
            written += "a" if argument != ord("a") else "b"
        elif name == "ANY":
            written += "a"
        elif name == "IN":
            written += _of_class(argument)
        elif name == "CATEGORY":
            written += _of_class([(operation, argument)])
        elif name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            written += _sample(argument[2]) * max(1, min(argument[0], 3))
        elif name == "SUBPATTERN":
            written += _sample(argument[3])
        elif name == "ATOMIC_GROUP":
            written += _sample(argument)
        elif name == "BRANCH":
            written += _sample(argument[1][0])
    return written


def _of_class(items: Any) -> str:
    text = "".join(chr(argument) for operation, argument in items if str(operation) == "LITERAL")
    text += "".join(chr(argument[0]) for operation, argument in items if str(operation) == "RANGE")
    pattern_of = {"CATEGORY_SPACE": " ", "CATEGORY_DIGIT": "1", "CATEGORY_WORD": "a", "CATEGORY_NOT_SPACE": "a"}
    text += "".join(pattern_of.get(str(argument), "-") for operation, argument in items if str(operation) == "CATEGORY")
    if str(items[0][0]) == "NEGATE":
        return next(letter for letter in "a1 -b\n" if letter not in text)
    return text[:1] or "a"


def _repeated(tree: Any) -> Iterator[str]:
    """Yield a text for each repetition of a pattern, and for each single sign that it names."""
    for operation, argument in tree:
        name = str(operation)
        if name in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            yield _sample(argument[2])
            yield from _repeated(argument[2])
        elif name == "SUBPATTERN":
            yield from _repeated(argument[3])
        elif name == "BRANCH":
            for branch in argument[1]:
                yield from _repeated(branch)
        elif name in ("ASSERT", "ASSERT_NOT"):
            yield from _repeated(argument[1])
        elif name == "IN":
            yield _of_class(argument)


def _frames(pattern: re.Pattern[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what to repeat, and what to put before and after it."""
    tree = _parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    whole = _sample(tree)
    pieces = sorted({piece for piece in (*_repeated(tree), whole, whole[:1]) if piece})[:16]
    for piece in dict.fromkeys([*pieces, *(one + other for one in pieces[:5] for other in pieces[:5])]):
        for before, after in (("", ""), ("", "\x00"), (whole, "!\n")):
            yield piece, before, after


def _text(frame: tuple[str, str, str], length: int) -> str:
    piece, before, after = frame
    return before + (piece * (length // len(piece) + 1))[:length] + after


def _seconds(used: Used, text: str, enough: float) -> float:
    best = float("inf")
    for _ in range(3):
        started = time.process_time()
        if used.calls & SEARCHING:
            for _match in used.pattern.finditer(text):
                pass
        else:
            used.pattern.match(text)
            used.pattern.fullmatch(text)
        best = min(best, time.process_time() - started)
        if best < enough:
            break
    return best


@pytest.mark.parametrize("room", ROOMS)
def test_takes_time_in_proportion_to_the_text(room: str) -> None:
    for used in _all_used():
        if _room_of(used.where) == room:
            _assert_linear(used)


def test_every_pattern_stands_in_a_room() -> None:
    assert {_room_of(used.where) for used in _all_used()} <= set(ROOMS)
    assert len(_all_used()) > 50


def _assert_linear(used: Used) -> None:
    for frame in _frames(used.pattern):
        if all(_seconds(used, _text(frame, length), SUSPECT) < SUSPECT for length in (250, 1_000)):
            continue
        before = 0.0
        for length in LENGTHS:
            text = _text(frame, length)
            took = _seconds(used, text, NOTICED)
            said = f"{used.where}: {took:.2f} s for {length} characters like {text[:40]!r}: {used.pattern.pattern[:80]}"
            assert before < NOTICED or took < GROWTH * before, said
            assert took < 1.0, said
            before = took


def test_sees_a_pattern_that_is_not_linear() -> None:
    for wrong in (r"\w*[^\W\d_]\w*-\w*\w:", r"a*a*b"):
        with pytest.raises(AssertionError, match="characters like"):
            _assert_linear(Used("here", re.compile(wrong), SEARCHING))
