"""Turn what people write in a field into the value it means, or say what is wrong with it.

Every reader takes the raw value (JSON or CSV text) and returns the value, or raises `BadValue` with a message that
says how to mend it. Empty strings and nulls are "not given".
"""

from __future__ import annotations

import html
import json
import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

TRUE = frozenset({"true", "t", "yes", "y", "1"})
FALSE = frozenset({"false", "f", "no", "n", "0"})
INT_MAX = 2**31 - 1
_LIST = '["Python", "Statistics"]'
# Control characters but tab, newline and carriage return; NUL is refused before.
_CONTROLS = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff]")


class BadValue(ValueError):
    """A field's value that cannot be understood."""


def text(raw: Any) -> str:
    """Read text: entities decoded (`R&amp;D` is R&D), NFC, trimmed; numbers become their digits; nothing is ''.

    An entity that was encoded twice (`&amp;amp;`) is common in exported catalogues, so decoding runs twice.
    """
    if raw is None:
        return ""
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise BadValue(f"{kind(raw)} where text is expected")
    written = raw if isinstance(raw, str) else str(raw)
    if not written.isascii() or not written.isprintable():
        refuse_unstorable(written)
        written = unicodedata.normalize("NFC", _CONTROLS.sub(" ", written))
    if "&" in written:
        decoded = html.unescape(html.unescape(written)).replace("\x00", "")
        written = unicodedata.normalize("NFC", _CONTROLS.sub(" ", decoded))
    return written.strip()


def line(raw: Any) -> str:
    """Read text that stands on one line: as `text`, and any run of white space is one space."""
    read = text(raw)
    return " ".join(read.split()) if "  " in read or not read.isascii() or not read.isprintable() else read


def refuse_unstorable(written: str) -> None:
    """Raise BadValue for text that PostgreSQL and UTF-8 cannot hold."""
    if "\x00" in written:
        raise BadValue("holds a NUL character (\\u0000); remove it")
    try:
        written.encode()
    except UnicodeEncodeError as error:
        code = ord(written[error.start])
        raise BadValue(f"holds half a character (\\u{code:04x} alone); write the pair, or remove it") from error


def texts(raw: Any) -> tuple[str, ...]:
    """Read a list of short texts: repeats and blanks dropped, order kept.

    An object counts as its `name` (course-discovery's form). A bare text is refused: whether "Law, Ethics" is one
    subject or two, only its author knows.
    """
    if raw is None or raw == "":
        return ()
    if isinstance(raw, str):
        refuse_unstorable(raw)
        meant = json.dumps(texts_of_cell(raw), ensure_ascii=False)
        raise BadValue(f"text where a list is expected; write {meant if len(meant) <= 80 else _LIST}")
    if not isinstance(raw, list):
        raise BadValue(f"{kind(raw)} where a list of text is expected, for example {_LIST}")
    return _distinct(item.get("name") if isinstance(item, dict) else item for item in raw)


def texts_of_cell(raw: str) -> tuple[str, ...]:
    """Read a list from a cell of CSV, which holds nothing but text: one item, or several between `|` or `;`."""
    return _distinct(re.split(r"[|;]", html.unescape(raw)))


def _distinct(items: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for item in map(line, items) if item))


def count(raw: Any) -> int:
    """Read a number of people: 1200, "1200", "1,200" or 1200.0; nothing is 0."""
    if raw is None or raw == "":
        return 0
    if isinstance(raw, bool) or not isinstance(raw, str | int | float):
        raise BadValue(f"{kind(raw)} where a whole number is expected")
    digits = raw.strip().replace(",", "").replace("_", "").replace(" ", "") if isinstance(raw, str) else raw
    try:
        number = float(digits)
        whole = int(digits) if not isinstance(digits, str) or digits.lstrip("+-").isdecimal() else int(number)
    except (ValueError, OverflowError) as error:
        raise BadValue(f"{raw!r} is not a whole number") from error
    if number != whole or not 0 <= whole <= INT_MAX:
        raise BadValue(f"{raw!r} is not a whole number from 0 to {INT_MAX}")
    return whole


def moment(raw: Any) -> datetime | None:
    """Read an ISO 8601 date or time; without a zone it is UTC; nothing is None."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if not isinstance(raw, str):
        raise BadValue(f'{kind(raw)} where a date is expected, for example "2026-09-01"')
    try:
        read = datetime.fromisoformat(raw.strip())
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadValue(f"{raw!r} is not a date; write it as 2026-09-01 or 2026-09-01T10:00:00Z") from error


def flag(raw: Any, default: bool = False) -> bool:
    """Read yes or no in the usual spellings; nothing is the default."""
    if raw is None or raw == "":
        return default
    if isinstance(raw, bool):
        return raw
    spelled = str(raw).strip().casefold()
    if spelled in TRUE:
        return True
    if spelled in FALSE:
        return False
    raise BadValue(f"{raw!r} is neither true nor false")


def kind(raw: Any) -> str:
    """Name the JSON kind of a value, as a reader of JSON would."""
    if raw is None:
        return "null"
    names = {bool: "true or false", dict: "an object", list: "a list", str: "text", int: "a number", float: "a number"}
    return names.get(type(raw), "a value")
