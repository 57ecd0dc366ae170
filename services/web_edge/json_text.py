"""JSON as it arrives from strangers: only what is text all through gets past this door."""

from __future__ import annotations

import json
from typing import Any, NoReturn


class NotJson(ValueError):
    """The bytes are no JSON, or hold what no text can: the message says what, in one clause."""


def read_json(content: bytes | str) -> Any:
    """Read one JSON value (RFC 8259); raises `NotJson`.

    Refused as well, because what comes after could not write it down again: half a surrogate pair (`"\\ud83d"`), `NaN`
    and the infinities, and nesting or numbers that are too deep or too long to read.
    """
    try:
        text = content if isinstance(content, str) else content.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant)
        if "\\u" in text:  # written as an escape is the one way in for half a surrogate pair
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error
    except UnicodeEncodeError as error:
        raise NotJson("it holds half a surrogate pair, which is no character") from error
    except RecursionError as error:
        raise NotJson("it is nested too deeply") from error
    except NotJson:
        raise
    except ValueError as error:
        raise NotJson("it cannot be parsed") from error
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise NotJson(f"{name} is no JSON number")
