"""Text as people should read it, from what catalogues store: HTML, entities, odd spaces, stray control characters.

What looks like markup may be what the text is about: `a<b`, `List<String>`, `#include <map>`, `the <body> element`. So
a tag counts as one when its name is HTML's and the text treats it so (it is closed, or needs no closing); all else
stays as it is written. And a text that was marked up has been read once: what it then shows as `<body>` is text.
"""

from __future__ import annotations

import html
import re
import unicodedata
from html.entities import html5

_TAGS = """
a abbr address article aside audio b bdi bdo big blockquote body br button canvas caption center cite code col colgroup
data dd del details dfn div dl dt em embed fieldset figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header
hr html i iframe img input ins kbd label legend li link main map mark math meta nav noscript o:p object ol option p
param picture pre q s samp script section select small source span strike strong style sub summary sup svg table tbody
td textarea tfoot th thead time title tr tt u ul var video wbr
"""
_INLINE_TAGS = """
a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var wbr
"""
_MATHML_TAGS = """
annotation annotation-xml menclose merror mfenced mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms
mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover semantics
"""
_NEVER_CLOSED_TAGS = "br col dd dt hr img input li link meta option p source td th tr wbr"
_FLAG_ATTRIBUTES = """
allowfullscreen async autoplay checked controls defer disabled hidden loop multiple muted nowrap open readonly required
selected
"""
_HTML = frozenset((_TAGS + _MATHML_TAGS).split())
_INLINE = frozenset((_INLINE_TAGS + _MATHML_TAGS).split())
_SILENT = frozenset(("script", "style", "head", "noscript"))
_NEVER_CLOSED = frozenset(_NEVER_CLOSED_TAGS.split())
_FORMATTING = frozenset(("b", "big", "em", "font", "i", "s", "small", "span", "strong", "strike", "u"))
_FLAGS = frozenset(_FLAG_ATTRIBUTES.split())
_TAG = re.compile(r"""<(/?)([A-Za-z][\w:.-]*+)((?:[^<>"']|"[^"]*+"|'[^']*+')*+)>""")
_ATTRIBUTE = re.compile(r"""(?<![^\s"'=<>/])[^\s"'=<>/]++\s*+=\s*+(?:"[^"]*"|'[^']*'|[^\s"'<>]+)""")
_END_TAG = re.compile(r"</([A-Za-z][\w:.-]*+)\s*+>")
_DECLARATION = re.compile(r"<(?:!doctype|\?xml)\b[^<>]*+>", re.IGNORECASE)
_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_PASSED_OVER = (("<!--", "-->", False), ("<![CDATA[", "]]>", True))
_QUOTED = 500
"""How many characters a tag may have that holds a < between quotes: a bound, so that no text takes long to read."""
MOST_ESCAPINGS = 6
"""How often a text may have been escaped on its way to us."""
# Newline and tab are white space and become a blank below; every other control or format character goes, except the
# joiners that Persian, Hindi and emoji need. A lone surrogate could not even be encoded.
_STRAY = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]"
)


def plain_text(text: str | None) -> str:
    """Turn a catalogue's text into one line of plain text; None is the empty text.

    Entities are decoded and tags go, also where they were encoded several times (`&amp;amp;`, `&lt;p&gt;`); what ends a
    line leaves a blank; scripts and styles go with their content; white space is squeezed; the result is in Unicode's
    NFC form.
    """
    if not text:
        return ""
    stored = text
    marked = False
    for _ in range(MOST_ESCAPINGS):
        if "<" not in text and "&" not in text:
            break
        before = text
        if marked:
            text = _decoded(text)
        else:
            text, marked = _without_tags(text)
        if text == before:
            break
    clean = " ".join(unicodedata.normalize("NFC", _STRAY.sub("", text)).split())
    return stored if clean == stored else clean  # a hundred thousand descriptions need not be held twice


def _decoded(text: str) -> str:
    """Decode the entities that end in a semicolon: `&section=2` in an address is none, though browsers read one."""
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    named = entity[1]
    return html.unescape(entity[0]) if named[0] == "#" else html5.get(f"{named};", entity[0])


def _without_tags(text: str) -> tuple[str, bool]:
    """Take the tags out and decode the entities between them, once; answers also whether there were any tags."""
    reader = _Markup(text, {match[1].lower(): match.start() for match in _END_TAG.finditer(text)})
    parts: list[str] = []
    place, marked = 0, False
    while (start := text.find("<", place)) >= 0:
        parts.append(_decoded(text[place:start]))
        kept, place = reader.at(start)
        marked = marked or place > start
        if place == start:  # no markup: a sign of the text
            kept, place = "<", start + 1
        parts.append(kept)
    parts.append(_decoded(text[place:]))
    return "".join(parts), marked


class _Markup:
    """A text's markup. `closed`: for each name, where its last end tag begins."""

    def __init__(self, text: str, closed: dict[str, int]) -> None:
        self._text = text
        self._closed = closed
        self._last = {ending: text.rfind(ending) for _, ending, _ in _PASSED_OVER}

    def at(self, start: int) -> tuple[str, int]:
        """Read the markup that begins at a place: what it leaves in the text, and where it ends (`start`: none)."""
        text = self._text
        for opening, ending, is_text in _PASSED_OVER:
            if text.startswith(opening, start):
                if self._last[ending] < start:
                    return "", start
                end = text.find(ending, start)
                return text[start + len(opening) : end] if is_text else "", end + len(ending)
        if declaration := _DECLARATION.match(text, start):
            return "", declaration.end()
        following = text.find("<", start + 1)
        tag = _TAG.match(text, start, following if following >= 0 else len(text)) or _TAG.match(
            text, start, min(len(text), start + _QUOTED)
        )
        if tag is None:
            return "", start
        name = tag[2].lower()
        if name not in _HTML or not self._is_markup(name, tag, text[start - 1 : start] if start else ""):
            return "", start
        if name in _SILENT and not tag[1]:
            ending_tag = re.compile(rf"</{name}\s*+>", re.IGNORECASE).search(text, tag.end())
            return (" ", ending_tag.end()) if ending_tag else ("", start)
        return "" if name in _INLINE else " ", tag.end()

    def _is_markup(self, name: str, tag: re.Match[str], before: str) -> bool:
        attributes = tag[3]
        if tag[1]:
            return not attributes.strip()
        rest = _ATTRIBUTE.sub(" ", attributes).replace("/", " ").split()
        if not all(word.lower() in _FLAGS for word in rest):
            return False
        if self._closed.get(name, -1) >= tag.end() or name in _NEVER_CLOSED or "=" in attributes:
            return name not in _SILENT or self._closed.get(name, -1) >= tag.end()
        return attributes.strip() == "/" or (name in _FORMATTING and not (before.isalnum() or before in (")", "]")))
