"""A list that a request gives as a text: as JSON, or as parts between commas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson

from services.mock_algolia.engine.errors import BadRequest


def from_text(value: Any, parts: Callable[[str], list[Any]], refusal: str) -> Any:
    """Read a text as JSON where it begins like an array, else by `parts`; leave what is no text as it is.

    Raises BadRequest with `refusal` for JSON that cannot be read.
    """
    if not isinstance(value, str):
        return value
    if not value.lstrip().startswith("["):
        return parts(value)
    try:
        return orjson.loads(value)
    except ValueError:
        raise BadRequest(refusal) from None
