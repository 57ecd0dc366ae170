"""Text as people should read it, from what catalogues store: HTML, entities, odd spaces, stray control characters."""

from __future__ import annotations

import re
import unicodedata
from html.parser import HTMLParser

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
_HTML = frozenset(_TAGS.split())  # only these are markup: the angle brackets of `List<T>` belong to the text
_INLINE = frozenset(_INLINE_TAGS.split())
_SILENT = frozenset(("script", "style", "head", "noscript"))
# Newline and tab are white space and become a blank below; every other control or format character goes, except the
# joiners that Persian, Hindi and emoji need. A lone surrogate could not even be encoded.
_STRAY = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff\ud800-\udfff]"
)


def plain_text(text: str | None) -> str:
    """Turn a catalogue's text into one line of plain text; None is the empty text.

    Entities are decoded and tags go, also where they were encoded twice (`&amp;amp;`, `&lt;p&gt;`); what ends a line
    leaves a blank; scripts and styles go with their content; white space is squeezed; the result is in Unicode's NFC
    form.
    """
    if not text:
        return ""
    stored = text
    for _ in range(2):
        if "<" in text or "&" in text:
            text = _without_tags(text)
    clean = " ".join(unicodedata.normalize("NFC", _STRAY.sub("", text)).split())
    return stored if clean == stored else clean  # a hundred thousand descriptions need not be held twice


def _without_tags(text: str) -> str:
    reader = _TextReader()
    reader.feed(text)
    reader.close()
    return "".join(reader.parts)


class _TextReader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent_depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent_depth += 1
        elif tag not in _HTML:
            self.parts.append(self.get_starttag_text() or "")
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent_depth = max(0, self._silent_depth - 1)
        elif tag not in _HTML:
            self.parts.append(f"</{tag}>")
        elif tag not in _INLINE:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not self._silent_depth:
            self.parts.append(data)
