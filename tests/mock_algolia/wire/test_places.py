"""Where a refusal says that something stands: the line, and the letters of it up to the end of what is meant."""

from __future__ import annotations

import pytest

from services.mock_algolia.errors import BadStep, Refused
from services.mock_algolia.wire.places import after_name, told_where

LINES = b"""{
  "requests": [
    {"action": "clear"},
    {"action": "updateObject", "body": {"odd": "\xc3\xa9"}, "odd": 1}
  ]
}"""


def told(body: bytes, number: int, name: str = "") -> str:
    with pytest.raises(Refused) as refused, told_where(body):
        raise BadStep("No", number, name)
    return refused.value.message


@pytest.mark.parametrize(
    ("body", "name", "place"),
    [
        (b'{"a":1}', "a", "line:1 column:4"),
        (b'{"b":"a",\n "a" : 1}', "a", "line:2 column:4"),  # the value of another is no name
        (b'{"\xc3\xa9":1}', "é", "line:1 column:4"),
        (b'{"\\u00e9":1}', "é", "line:1 column:12"),  # written otherwise: the end
    ],
)
def test_tells_the_place_behind_a_name(body: bytes, name: str, place: str) -> None:
    assert after_name(body, name) == f" near {place}"


def test_tells_where_an_action_ends() -> None:
    assert told(LINES, 0) == "No near line:3 column:23"
    assert told(LINES, 1) == "No near line:4 column:62"


def test_tells_the_place_behind_a_field_of_an_action() -> None:
    assert told(LINES, 1, "body") == "No near line:4 column:37"
