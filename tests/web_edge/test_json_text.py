"""JSON from strangers: what is text all through is read, everything else is refused with the reason."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.web_edge.json_text import NotJson, read_json

_TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs",)))
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
)


@given(_JSON, st.booleans())
def test_reads_what_json_wrote(value: object, escaped: bool) -> None:
    assert read_json(json.dumps(value, ensure_ascii=escaped).encode()) == value


@given(_JSON, st.integers(0xD800, 0xDFFF))
def test_refuses_half_a_surrogate_pair_wherever_it_stands(value: object, half: int) -> None:
    for hidden in ([value, chr(half)], {"a": {chr(half): value}}, chr(half), {"a": ["x" + chr(half)]}):
        with pytest.raises(NotJson, match="surrogate"):
            read_json(json.dumps(hidden).encode())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xfe", "UTF-8"),
        (b'"\xed\xa0\xbd"', "UTF-8"),  # a surrogate as bytes, which Python's own reader lets pass
        (b"[" * 200_000, "nested"),
        (b'{"a":' * 200_000, "nested"),
        (b"NaN", "NaN"),
        (b'{"a": -Infinity}', "Infinity"),
        (b"9" * 10_000, "parsed"),
        (b"", "parsed"),
        (b"{", "parsed"),
    ],
)
def test_says_what_is_wrong(content: bytes, reason: str) -> None:
    with pytest.raises(NotJson, match=reason):
        read_json(content)
