"""What a request says, as text that can be kept: refused here, once for every view, where it is none.

PostgreSQL keeps no NUL, and neither it nor UTF-8 half of a surrogate pair (JSON can spell one alone: `"\\ud83d"`).
"""

from __future__ import annotations

from collections.abc import Iterator

from flask import request
from werkzeug.datastructures import MultiDict

from services.lms.field_values import BadValue, refuse_unstorable
from services.lms.problems import Refused, bad_field, developer


def body_fields() -> MultiDict[str, str]:
    """Read the fields of a POST, form or JSON object. Raises Refused (400) for JSON that is no object."""
    if not request.is_json:
        return request.form
    try:
        body = request.get_json(silent=True)
    except RecursionError as error:
        raise developer(400, "JSON parse error - nested too deeply") from error
    if not isinstance(body, dict):
        raise developer(400, "JSON parse error - the body must be an object")
    fields: MultiDict[str, str] = MultiDict()
    for name, value in body.items():
        for item in value if isinstance(value, list) else [value]:
            if item is not None:
                fields.add(name, str(item).lower() if isinstance(item, bool) else str(item))
    return fields


def refuse_what_is_no_text() -> None:
    """Look at the path, the query and the body of the request at hand. Raises Refused (400), which names the field."""
    for name, written in _everything():
        try:
            refuse_unstorable(name)
            refuse_unstorable(written)
        except BadValue as error:
            said = "Null characters are not allowed." if "\x00" in name + written else f"The text {error}."
            raise _refused(name.encode("utf-8", "replace").decode().replace("\x00", "?"), said) from error


def _everything() -> Iterator[tuple[str, str]]:
    yield "path", request.path
    yield from request.args.items(multi=True)
    if request.method == "POST":
        yield from body_fields().items(multi=True)


def _refused(name: str, message: str) -> Refused:
    if request.blueprint == "tokens":  # RFC 6749, 5.2, has a shape of its own
        return Refused(400, {"error": "invalid_request", "error_description": f"{name}: {message}"})
    return bad_field(name, message)
