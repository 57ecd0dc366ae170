"""Read what processes report: one JSON object a line among other lines of a log."""

from __future__ import annotations

import json
from typing import Any


def report_of(line: str | bytes) -> dict[str, Any]:
    """Give the JSON object of a log's line; empty where it is none."""
    try:
        value = json.loads(line)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def last_report(text: str) -> dict[str, Any]:
    """Give the last JSON object in a log's text; empty where there is none."""
    return next((found for line in reversed(text.splitlines()) if (found := report_of(line))), {})
