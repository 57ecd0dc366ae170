"""What a record must be before it is acknowledged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import orjson

from services.mock_algolia.engine.errors import BadRequest

MAX_BYTES = 100_000  # largest record of the largest plans (documented: 10 kB on small plans, 100 kB otherwise)
MAX_DEPTH = 100


class TooBig(BadRequest):
    """A record of more bytes than are allowed; `told` says so of one at a position among several."""

    def __init__(self, identity: str, size: int) -> None:
        self.identity = identity
        self.size = size
        super().__init__(self.told(0))

    def told(self, position: int) -> str:
        """Word it as Algolia does."""
        return (
            f"Record at the position {position} objectID={self.identity} is too big "
            f"size={self.size}/{MAX_BYTES} bytes. Please have a look at https://www.algolia.com/doc/guides/sending-and-managing-data/prepare-your-data/in-depth/index-and-records-size-and-usage-limitations/#record-size-limits"
        )


def _depth(value: Any, level: int = 0) -> None:
    if level > MAX_DEPTH:
        raise BadRequest("Record is too deeply nested")
    if isinstance(value, Mapping):
        for inner in value.values():
            _depth(inner, level + 1)
    elif isinstance(value, list):
        for inner in value:
            _depth(inner, level + 1)


def validate_record(record: Any) -> None:
    """Raise BadRequest for what cannot be a record: no objectID, too big, too deep, text that is not UTF-8."""
    if not isinstance(record, Mapping):
        raise BadRequest("Record should be an object")
    identity = record.get("objectID")
    if isinstance(identity, bool) or not isinstance(identity, (str, int)) or identity == "":
        raise BadRequest("objectID should be a non-empty string")
    _depth(record)
    try:
        size = len(json.dumps(record, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode())
    except UnicodeEncodeError:
        raise BadRequest("Record contains an invalid UTF-8 string") from None
    except ValueError:
        raise BadRequest("Record contains a number that is not finite") from None
    try:
        orjson.dumps(record)
    except orjson.JSONEncodeError as error:
        raise BadRequest(f"Record contains a value that cannot be stored: {error}") from error
    if size > MAX_BYTES:
        raise TooBig(str(identity), size)
    places = record.get("_geoloc")
    for place in places if isinstance(places, list) else [places] if places is not None else []:
        if not isinstance(place, Mapping) or not {"lat", "lng"} <= set(place):
            raise BadRequest("_geoloc should be an object with lat and lng, or a list of such objects")
