"""Which request targets may go on to the deployed API: those of the contract, written plainly.

The gateway behind the front door has a control plane on the same port, so a path that two parsers could read in two
ways (dot segments, backslashes, encoded separators) is refused, however often it is encoded, before anything is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

MOST_DECODINGS = 4
NOT_IN_A_TARGET = re.compile(rb"#|%(?![0-9A-Fa-f]{2})")
NOT_IN_A_PATH = re.compile(rb"[\x00-\x1f\x7f\\]")
DOT_SEGMENT = re.compile(rb"(?:^|/)\.{1,2}(?:;[^/]*)?(?:/|$)")


@dataclass(frozen=True)
class Refusal:
    """Why a request goes no further: the status and, in a sentence for the caller, the reason."""

    status: int
    detail: str


class AllowedPaths:
    """The paths of a contract. `{name}` in a template stands for one segment that is not empty."""

    def __init__(self, templates: Iterable[str]) -> None:
        templates = list(templates)
        parts = [re.sub(r"\\\{[^/]*?\\\}", "[^/]+", re.escape(template)) for template in sorted(set(templates))]
        self._known = re.compile("|".join(parts))
        self._templates = dict(zip(sorted(set(templates)), map(re.compile, parts), strict=True))

    def template(self, path: bytes) -> str:
        """Give the path of the contract that a target is, which holds nothing of who asks; empty for none."""
        decoded = unquote_to_bytes(path).decode("utf-8", "replace")
        # A path without parameters goes first: `{course_key}` may stand for any segment.
        found = (template for template, pattern in self._templates.items() if pattern.fullmatch(decoded))
        return min(found, key=lambda template: "{" in template, default="")

    def refusal(self, path: bytes) -> Refusal | None:
        """Judge a request target up to its `?`, as it came; None when it may be passed on as it is."""
        if (fault := ambiguity(path)) is not None:
            return Refusal(400, f"The path {fault}. Ask for a path of /openapi.yaml as it is written there.")
        if not self._known.fullmatch(unquote_to_bytes(path).decode()):
            return Refusal(404, "There is no such path here. GET /openapi.yaml lists the paths.")
        return None


def ambiguity(path: bytes) -> str | None:
    """Say what makes a path mean different things to different parsers; None for a plain one."""
    if not path.startswith(b"/"):
        return "does not begin with a slash: name a path only, without scheme and host"
    if NOT_IN_A_TARGET.search(path):
        return "holds a # or a % that encodes nothing"
    segments = path.count(b"/")
    for _ in range(MOST_DECODINGS):
        if NOT_IN_A_PATH.search(path):
            return "holds a backslash or a control character"
        if DOT_SEGMENT.search(path):
            return "holds a segment of dots"
        if b"//" in path or path.count(b"/") != segments:
            return "holds an empty segment or an encoded slash"
        decoded = unquote_to_bytes(path)
        if not _is_text(decoded):
            return "is not UTF-8"
        if decoded == path:
            return None
        path = decoded
    return "is encoded several times over"


def _is_text(path: bytes) -> bool:
    try:
        path.decode()
    except UnicodeDecodeError:
        return False
    return True
