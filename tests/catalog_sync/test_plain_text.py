"""Text from catalogues, as people should read it."""

from __future__ import annotations

import re
import time

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
        # However often it was escaped on its way.
        ("&amp;lt;p&amp;gt;Two&amp;lt;/p&amp;gt;", "Two"),
        ("&amp;amp;lt;p&amp;amp;gt;Three&amp;amp;lt;/p&amp;amp;gt;", "Three"),
        ("&amp;amp;amp;amp; deep", "& deep"),
        ("<p>R&amp;amp;D</p>", "R&D"),
        # Plain text with signs in it, and mathematics.
        ("if a<b then c>d", "if a<b then c>d"),
        ("if (a<b && c>d)", "if (a<b && c>d)"),
        ("a <b and c> d", "a <b and c> d"),
        ("i <3 python, p<0.05 and <em>q</em><0.1", "i <3 python, p<0.05 and q<0.1"),
        ("$a<b$ and \\(x<y\\)", "$a<b$ and \\(x<y\\)"),
        ("<math><mi>x</mi><mo>&lt;</mo><mn>3</mn></math>", "x<3"),
        ("A<B>C", "A<B>C"),
        ("learn <a", "learn <a"),
        ("see ?a=1&section=2&copy=3", "see ?a=1&section=2&copy=3"),
        ("a &notin; b, &notit;", "a ∉ b, &notit;"),
        # Code, and texts about markup.
        ("#include <map> and <time>", "#include <map> and <time>"),
        ("Option<var> or Map<String, a>", "Option<var> or Map<String, a>"),
        ("<Component prop={x}> in JSX", "<Component prop={x}> in JSX"),
        ("The <body> element, <head> and <script>", "The <body> element, <head> and <script>"),
        ("The <code>&lt;body&gt;</code> element", "The <body> element"),
        ("<pre>for(i=0;i&lt;n;i++) &amp;&amp; x</pre>", "for(i=0;i<n;i++) && x"),
        ("&lt;script&gt; is a tag", "<script> is a tag"),
        ("<!-- never closed", "<!-- never closed"),
        ("<![CDATA[kept]]>", "kept"),
        # Markup, whatever its form.
        ("<!-- gone --><!doctype html><?xml version='1.0'?><P STYLE='a'>Hi</P>", "Hi"),
        ("<img alt='a > b' src=\"a>b\">t", "t"),
        ('<a href="x<y" target=_blank>link</a>', "link"),
        ("<video controls src=x></video>v<input disabled>", "v"),
    ],
)
def test_reads(stored: str | None, read: str) -> None:
    assert plain_text(stored) == read


@given(st.text(st.sampled_from("abmp<>&;/! =\"'-"), max_size=60))
def test_loses_no_letter_of_a_text_that_closes_nothing(text: str) -> None:
    """Without an end tag, only names of HTML's own tags and what stands beside them can go."""
    if "</" not in text and "!--" not in text and "&" not in text and "=" not in text:
        tags = len(re.findall(r"<(?:b|p|a|map)\b", text))
        assert tags or plain_text(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "unit",
    ["<", "<a ", '<a "', "<!--", "<b", "&lt;", "&amp;amp;", "</a ", "<script>", "<a x=", "<![CDATA[", "<?xml ", "<p "],
)  # fmt: skip
def test_takes_twice_the_time_for_twice_the_text(unit: str) -> None:
    def seconds(times: int) -> float:
        began = time.process_time()
        plain_text("</script>" + unit * times + ">")
        return time.process_time() - began

    small = min(seconds(2_000) for _ in range(3))
    large = min(seconds(16_000) for _ in range(3))
    assert large < max(small, 0.002) * 8 * 4, "growth is linear; a square would be 64 times"


@given(st.text())
def test_always_gives_one_line_that_can_be_encoded(text: str) -> None:
    read = plain_text(text)
    assert read == " ".join(read.split())
    assert read.encode().decode() == read
