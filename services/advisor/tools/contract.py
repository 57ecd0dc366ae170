"""What `openapi.yaml` says of the operations that tools call: their parameters (`contract.json`, see `generate`)."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from services.advisor.tools.tool import Parameter


def parameters(operation_id: str, *, from_token: frozenset[str] = frozenset()) -> tuple[Parameter, ...]:
    """Give an operation's parameters as a tool takes them; those `from_token` may be left out by whom a token names."""
    return tuple(replace(Parameter(**one), from_token=one["name"] in from_token) for one in _operations()[operation_id])


@cache
def _operations() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(Path(__file__).with_name("contract.json").read_text("utf-8"))
    return found
