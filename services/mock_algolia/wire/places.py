"""Where in a body something stands, as Algolia's refusals tell it: ` near line:1 column:8`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager

from services.mock_algolia.errors import BadStep, Refused

_SPACE = re.compile(r"[\s,]*")


@contextmanager
def told_where(body: bytes) -> Iterator[None]:
    """Say of a batch's action that is refused where it ends, or its field that does not belong there."""
    try:
        yield
    except BadStep as step:
        text = body.decode()
        begin, end = _request(text, step.number)
        at = _after_name(text, step.name, begin) if step.name else end
        raise Refused(step.message + _near(text, at)) from step


def after_name(body: bytes, name: str) -> str:
    """Tell the place behind the first field of this name."""
    text = body.decode()
    return _near(text, _after_name(text, name, 0))


def _near(text: str, end: int) -> str:
    line = text.rfind("\n", 0, end) + 1
    return f" near line:{text.count(chr(10), 0, end) + 1} column:{end - line}"


def _after_name(text: str, name: str, begin: int) -> int:
    found = re.compile(rf"{re.escape(json.dumps(name, ensure_ascii=False))}(?=\s*:)").search(text, begin)
    return found.end() if found else len(text)


def _request(text: str, number: int) -> tuple[int, int]:
    """Find where the `number`th of a body's `requests` begins and ends."""
    read = json.JSONDecoder().raw_decode
    end = text.index("[", _after_name(text, "requests", 0)) + 1
    for _ in range(number + 1):
        begin = _SPACE.match(text, end).end()  # type: ignore[union-attr]  # it matches nothing at all, too
        end = read(text, begin)[1]
    return begin, end
