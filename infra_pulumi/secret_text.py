"""A secret, marked as one from where it is made to where it is used.

Nothing has to know which settings are secret: whoever makes a secret makes a `Secret`, and it stays one in a stack's
configuration, on the way to another process, in what a program declares, and in a manifest. `repr` shows none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_MARK = "$secret"


@dataclass(frozen=True)
class Secret:
    """A text that is never shown; whoever uses it takes its `value`, there and not before."""

    value: str = field(repr=False)


def revealed(value: Any) -> Any:
    """Give the same value with every secret in the clear: for the one who uses it."""
    if isinstance(value, Secret):
        return value.value
    if isinstance(value, dict):
        return {key: revealed(item) for key, item in value.items()}
    return [revealed(item) for item in value] if isinstance(value, list) else value


def holds_secret(value: Any) -> bool:
    """Tell whether there is a secret anywhere in a value."""
    if isinstance(value, dict):
        return any(holds_secret(item) for item in value.values())
    return any(holds_secret(item) for item in value) if isinstance(value, list) else isinstance(value, Secret)


def to_json(value: Any) -> Any:
    """Give a value that JSON can carry, its secrets still marked."""
    if isinstance(value, Secret):
        return {_MARK: value.value}
    if isinstance(value, dict):
        return {key: to_json(item) for key, item in value.items()}
    return [to_json(item) for item in value] if isinstance(value, list | tuple) else value


def from_json(value: Any) -> Any:
    """Give back what `to_json` was given."""
    if isinstance(value, dict):
        return Secret(value[_MARK]) if value.keys() == {_MARK} else {key: from_json(v) for key, v in value.items()}
    return [from_json(item) for item in value] if isinstance(value, list) else value
