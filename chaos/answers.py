"""One answer of the system as a value, whoever asked."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

PROBLEM = "application/problem+json"


@dataclass(frozen=True)
class Answer:
    """What came back; `status` 0: no answer, and `error` says how it ended."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str = ""

    def json(self) -> Any:
        """Read the body; None where it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def __str__(self) -> str:
        said = self.body[:200].decode("utf-8", "replace")
        return f"{self.status} {self.error}{self.headers.get('content-type', '')} {said}"
