"""Query parameters, read strictly: an unknown, repeated, missing or malformed one is refused with what to do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

from werkzeug.datastructures import MultiDict

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class BadParameter(Exception):
    """A parameter is unknown, repeated, missing or malformed; the message says how to mend it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter


class Parameters:
    """The query parameters of one request, of which only those in `known` may occur, each once but for `lists`."""

    def __init__(self, given: MultiDict[str, str], known: Sequence[str], lists: Sequence[str] = ()) -> None:
        for name in given:
            if name not in known and name not in lists:
                raise BadParameter(name[:100], _unknown(name, (*known, *lists)))
            if name in known and len(given.getlist(name)) > 1:
                raise BadParameter(name, f"`{name}` is given {len(given.getlist(name))} times; give it once.")
        self._given = given

    def text(self, name: str, most: int) -> str:
        """Read a required text of 1 to `most` characters; control characters count as spaces, outer ones go."""
        value = self.optional_text(name, most)
        if value is None:
            raise BadParameter(name, f"`{name}` is missing; give it a text of 1 to {most} characters.")
        return value

    def optional_text(self, name: str, most: int) -> str | None:
        """Read a text of 1 to `most` characters; None where it is not given."""
        if name not in self._given:
            return None
        value = self._given[name]
        if len(value) > most:
            raise BadParameter(name, f"`{name}` has {len(value)} characters; shorten it to {most}.")
        text = _CONTROLS.sub(" ", value).strip()
        if not text:
            raise BadParameter(name, f"`{name}` is empty; give it a text of 1 to {most} characters.")
        return text

    def texts(self, name: str, *, items: int, most: int) -> tuple[str, ...]:
        """Read a list of at most `items` texts of at most `most` characters: repeated, or parted by commas, or both.

        Blanks between commas are left out; none where it is not given.
        """
        if name not in self._given:
            return ()
        given = [text for value in self._given.getlist(name) for text in value.split(",")]
        texts = [text for text in (_CONTROLS.sub(" ", one).strip() for one in given) if text]
        if not texts:
            raise BadParameter(name, f"`{name}` is empty; give it a text of 1 to {most} characters.")
        if len(texts) > items:
            raise BadParameter(name, f"`{name}` has {len(texts)} values; give it at most {items}.")
        longest = max(texts, key=len)
        if len(longest) > most:
            raise BadParameter(name, f"A value of `{name}` has {len(longest)} characters; shorten it to {most}.")
        return tuple(dict.fromkeys(texts))

    def some_of(self, name: str, values: Sequence[str]) -> tuple[str, ...]:
        """Read a list of `values`, whatever their case; none where it is not given."""
        known = {value.casefold(): value for value in values}
        texts = self.texts(name, items=len(values), most=max(map(len, values)))
        for text in texts:
            if text.casefold() not in known:
                raise BadParameter(name, f"`{name}` may hold only {', '.join(values)}.")
        return tuple(known[text.casefold()] for text in texts)

    def whole_number(self, name: str, *, least: int, most: int, default: int) -> int:
        """Read a whole number from `least` to `most`, in plain digits; `default` where it is not given."""
        if name not in self._given:
            return default
        value = self._given[name]
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise BadParameter(name, f"`{name}` must be a whole number from {least} to {most}.")
        return int(value)

    def one_of(self, name: str, values: Sequence[str]) -> str | None:
        """Read one of `values`, whatever its case; None where it is not given."""
        if name not in self._given:
            return None
        for value in values:
            if value.casefold() == self._given[name].casefold():
                return value
        raise BadParameter(name, f"`{name}` must be one of {', '.join(values)}.")


def _unknown(name: str, known: Sequence[str]) -> str:
    if not known:
        return f"`{name[:100]}` is not a parameter of this path, which takes none."
    near = get_close_matches(name, known, n=1)
    hint = f"Did you mean `{near[0]}`? " if near else ""
    return f"`{name[:100]}` is not a parameter of this path. {hint}It takes: {', '.join(known)}."
