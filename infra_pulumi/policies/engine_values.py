"""What the engine hands a policy, as plain values.

The engine wraps mappings and lists in proxies that equal nothing (`{"drop": ["ALL"]}` included), and raises as soon as
an unknown value is looked up, even by a rule that only passes it by. Here they become dictionaries and lists, and an
unknown value one that refuses to be looked at.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from pulumi_policy.proxy import UnknownValueError


class CannotBeTold(UnknownValueError):
    """A rule asked for a value that only the deployment will know; Pulumi prints it as advice, never as a violation."""

    def __init__(self, unknown: UnknownValueError) -> None:
        super().__init__(unknown.unknown_type_sentinel, unknown.props)
        self.message = f"cannot be told yet: {unknown.message}"


class Unknown:
    """A value that only the deployment will know: whatever is asked of it raises CannotBeTold."""

    def __init__(self, cause: UnknownValueError) -> None:
        self._cause = cause

    def _refuse(self, *_: object) -> NoReturn:
        raise CannotBeTold(self._cause)

    __bool__ = __len__ = __iter__ = __getitem__ = __contains__ = __hash__ = __str__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _refuse
    get = _refuse


def plain(value: Any) -> Any:
    """Turn what the engine hands over into dictionaries, lists and values; an unknown one into `Unknown`."""
    if isinstance(value, Mapping):
        return {key: _at(value, key) for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_at(value, index) for index in range(len(value))]
    return value


def _at(held: Any, key: Any) -> Any:
    try:
        return plain(held[key])
    except UnknownValueError as unknown:
        return Unknown(unknown)
