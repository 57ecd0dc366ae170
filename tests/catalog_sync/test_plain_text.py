"""Text from catalogues, as people should read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.catalog_sync.plain_text import plain_text


@pytest.mark.parametrize(
    ("stored", "read"),
    [
        (None, ""),
        ("", ""),
        ("plain words", "plain words"),
        ("Caf&eacute; &amp; Co.", "Café & Co."),
        ("Research &amp;amp; Development", "Research & Development"),
        ("<p>One.</p><p>Two.</p>", "One. Two."),
        ("<b>bo</b>ld and <em>em</em>", "bold and em"),
        ("a<br/>b<br>c", "a b c"),
        ("<script>alert('x')</script>safe<style>p{}</style>", "safe"),
        ("&lt;p&gt;Encoded&lt;/p&gt; &amp; markup", "Encoded & markup"),
        ("List<T> in C#", "List<T> in C#"),
        ("if a < b and c > d", "if a < b and c > d"),
        ("tabs\tand\n\nlines\u00a0and\u3000wide", "tabs and lines and wide"),
        ("null\x00, zero\u200bwidth, bom\ufeff, lone\ud800", "null, zerowidth, bom, lone"),
        ("e\u0301", "é"),
        ("数据库 &ndash; 入门", "数据库 – 入门"),
        ("<img src=x onerror=alert(1)>pictures", "pictures"),
        ("unclosed <b>bold", "unclosed bold"),
    ],
)
def test_reads(stored: str | None, read: str) -> None:
    assert plain_text(stored) == read


@given(st.text())
def test_always_gives_one_line_that_can_be_encoded(text: str) -> None:
    read = plain_text(text)
    assert read == " ".join(read.split())
    assert read.encode().decode() == read
