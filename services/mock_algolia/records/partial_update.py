"""Partial updates: attributes replaced, or changed in place by a built-in operation.

https://www.algolia.com/doc/rest-api/search/partial-update-object
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.mock_algolia.errors import Refused

Body = dict[str, Any]
_ARRAYS = {"Add", "Remove", "AddUnique"}
_NUMBERS = {"Increment", "Decrement"}
_GUARDED = {"IncrementFrom", "IncrementSet"}


def partially_updated(current: Mapping[str, Any] | None, changes: Mapping[str, Any], object_id: str) -> Body | None:
    """Make the record that results from `changes`, or None if a guarded operation (IncrementFrom/Set) refuses.

    `current` is None if the record does not exist yet. Raises Refused(400) for an operation that does not
    fit its value.
    """
    record: Body = dict(current or {})
    for attribute, change in changes.items():
        if not (isinstance(change, Mapping) and "_operation" in change):
            record[attribute] = change
            continue
        operation, value = change["_operation"], change.get("value")
        if operation in _GUARDED:
            if not _guarded(record, attribute, operation, value):
                return None
        elif operation in _NUMBERS:
            record[attribute] = _stepped(record, attribute, operation, value)
        elif operation in _ARRAYS:
            record[attribute] = _array(record, attribute, operation, value)
        else:
            raise Refused(f"Invalid _operation '{operation}' for attribute {attribute} of objectID {object_id}")
    record["objectID"] = object_id
    return record


def _number(value: Any, attribute: str, operation: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise Refused(f"{operation} of attribute {attribute} needs a number in 'value'")
    return value


def _stepped(record: Body, attribute: str, operation: str, value: Any) -> int | float:
    step = _number(value, attribute, operation)
    current = record.get(attribute)
    if current is None:
        current = 0
    if isinstance(current, bool) or not isinstance(current, (int, float)):
        raise Refused(f"{operation} of attribute {attribute}: its current value is not a number")
    result = current + step if operation == "Increment" else current - step
    if isinstance(result, int) and not -(2**63) <= result < 2**63:
        raise Refused(f"{operation} of attribute {attribute} leaves the range of 64-bit integers")
    return result


def _guarded(record: Body, attribute: str, operation: str, value: Any) -> bool:
    """Apply IncrementFrom (only from exactly `value`) or IncrementSet (only to something greater)."""
    number = _number(value, attribute, operation)
    if not isinstance(number, int) or number < 0:
        raise Refused(f"{operation} of attribute {attribute} needs a non-negative integer in 'value'")
    current = record.get(attribute)
    if current is None:
        current = 0  # documented: a missing record is created only from 0, or to more than 0
    if operation == "IncrementFrom":
        if current != number:
            return False
        record[attribute] = number + 1
        return True
    if not isinstance(current, (int, float)) or current >= number:
        return False
    record[attribute] = number
    return True


def _array(record: Body, attribute: str, operation: str, value: Any) -> list[Any]:
    if isinstance(value, (dict, list)) or value is None:
        raise Refused(f"{operation} of attribute {attribute} needs a number or a string in 'value'")
    current = record.get(attribute)
    if current is None:
        values = []
    elif isinstance(current, list):
        values = list(current)
    else:
        values = [current]
    if operation == "Remove":
        return [item for item in values if not _same(item, value)]
    if operation == "AddUnique" and any(_same(item, value) for item in values):
        return values
    return [*values, value]


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, bool) == isinstance(other, bool) and one == other
