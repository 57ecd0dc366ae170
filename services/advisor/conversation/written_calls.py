"""Tool calls that a model wrote as text: small ones, and those whose server knows no tools, say them in many forms.

    <tool_call>{"name": "match_courses", "arguments": {"keywords": "music"}}</tool_call>
    ```json [{"function": {"name": "match_courses", "parameters": {"keywords": "music"}}}] ```
    <function=match_courses>{"keywords": "music"}</function>
    match_courses(keywords="music")

Only the names of tools that were offered make a call; anything else stays text, which the guardrails judge.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Set
from typing import Any

Json = dict[str, Any]
MOST_CALLS, MOST_CHARACTERS, MOST_TRIES = 8, 20_000, 40
_NAMES = ("name", "tool", "tool_name", "function_name", "function")
_ARGUMENTS = ("arguments", "parameters", "args", "input", "tool_input")
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL | re.IGNORECASE)
_OPENING = re.compile(r"[{\[]")
_TAGGED = re.compile(r"<function=(\w+)>\s*(?=\{)")
_DECODER = json.JSONDecoder()


def without_thoughts(text: str) -> str:
    """Take out what a model wrote while it thought; it is for nobody to read."""
    return _THOUGHT.sub("", text).strip() if "<" in text else text


def written_calls(text: str, offered: Set[str]) -> list[tuple[str, Json]]:
    """Give the calls of offered tools that a text holds: (name, arguments), each once."""
    text = text[:MOST_CHARACTERS]
    if not any(name in text for name in offered):
        return []
    found: list[tuple[str, Json]] = []
    for name, arguments in (*_as_json(text), *_as_python(text, offered)):
        if name in offered and (name, arguments) not in found:
            found.append((name, arguments))
    return found[:MOST_CALLS]


def arguments_of(given: Any) -> Json:
    """Read arguments: an object, or text that holds one. What is neither is none; the tool says what it wants."""
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError:
            return {}
    return given if isinstance(given, dict) else {}


def _as_json(text: str) -> Iterator[tuple[str, Json]]:
    for match in _TAGGED.finditer(text):
        value, _ = _value_at(text, match.end())
        yield match[1], arguments_of(value)
    at = tries = 0
    while tries < MOST_TRIES and (opening := _OPENING.search(text, at)):
        value, at = _value_at(text, opening.start())
        tries += 1
        yield from _calls_in(value)


def _value_at(text: str, at: int) -> tuple[Any, int]:
    """Read the JSON value that begins there, and where it ends; None where there is none.

    At a text's end a bracket or two may be missing: small models lose count.
    """
    for missing in ("", "}", "}}"):
        try:
            return _DECODER.raw_decode(text.rstrip("` \n") + missing, at)
        except (ValueError, RecursionError):
            continue
    return None, at + 1


def _calls_in(value: Any) -> Iterator[tuple[str, Json]]:
    if isinstance(value, list):
        for one in value[:MOST_CALLS]:
            yield from _calls_in(one)
    if not isinstance(value, dict):
        return
    inner = value.get("tool_calls") or value.get("function")
    if isinstance(inner, (dict, list)):
        yield from _calls_in(inner)
    name = next((value[key] for key in _NAMES if isinstance(value.get(key), str)), None)
    if name is not None:
        yield name, arguments_of(next((value[key] for key in _ARGUMENTS if key in value), {}))


def _as_python(text: str, offered: Set[str]) -> Iterator[tuple[str, Json]]:
    called = re.compile(r"\b(" + "|".join(map(re.escape, sorted(offered))) + r")\(")
    for match in list(called.finditer(text))[:MOST_CALLS]:
        closing = match.end() - 1
        for _ in range(MOST_TRIES):
            closing = text.find(")", closing + 1)
            if closing < 0:
                break
            try:
                yield match[1], _keywords(text[match.start() : closing + 1])
                break
            except (ValueError, SyntaxError, RecursionError, MemoryError):
                continue


def _keywords(written: str) -> Json:
    """Read the keyword arguments of a call of plain values. Raises `ValueError` and `SyntaxError`."""
    call = ast.parse(written.strip(), mode="eval").body
    if not isinstance(call, ast.Call):
        raise ValueError(written)
    given = {one.arg: ast.literal_eval(one.value) for one in call.keywords if one.arg is not None}
    try:
        return dict(json.loads(json.dumps(given)))
    except TypeError as error:  # a set, bytes: no tool takes them
        raise ValueError(written) from error
