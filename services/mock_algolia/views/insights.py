"""Insights: events in, checked as documented, kept for Recommend. https://www.algolia.com/doc/rest-api/insights"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from services.mock_algolia.errors import Refused
from services.mock_algolia.store import Store
from services.mock_algolia.wire.route import Call, Route, fields

Body = dict[str, Any]
_LARGEST = 2_000_000
_MOST_EVENTS = 1000
_MOST_OBJECTS = 20
_MOST_FILTERS = 10
_EVENT_NAME = re.compile(r"[\x20-\x7E]{1,64}")
_TOKEN = re.compile(r"[a-zA-Z0-9_=/+\-]{1,129}")
_QUERY_ID = re.compile(r"[0-9a-f]{32}|message_[!-~]+")


class InsightsViews:
    """`POST /1/events` and `DELETE /1/usertokens/{token}`."""

    def __init__(self, store: Store, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock

    def routes(self) -> list[Route]:
        """List the operations on events."""
        return [
            Route("POST", "/1/events", "search", self.push_events, fields("events")),
            Route("DELETE", "/1/usertokens/<name:user_token>", "deleteObject", self.delete_user_token),
        ]

    def push_events(self, call: Call) -> Any:
        """Keep a list of events (pushEvents); one bad event refuses all with 422."""
        if len(call.raw_body) > _LARGEST:
            raise Refused("Request body is larger than 2 MB", 413)
        events = call.body.get("events")
        if not isinstance(events, list):
            raise Refused("Missing mandatory attribute: events", 422)
        if not events:
            raise Refused("No events to process", 422)
        if len(events) > _MOST_EVENTS:
            raise Refused(f"Too many events: at most {_MOST_EVENTS} in one request", 422)
        now = int(self._clock() * 1000)
        checked = [{"timestamp": now, **_checked(event)} for event in events]
        for event in checked:
            call.caller.needs_index(event["index"])
        self._store.write(lambda transaction: transaction.add_events(checked))
        return {"status": 200, "message": "OK"}

    def delete_user_token(self, call: Call, user_token: str) -> Any:
        """Forget all events of a user (deleteUserToken)."""
        if not _TOKEN.fullmatch(user_token):
            raise Refused("Invalid userToken", 422)
        self._store.write(lambda transaction: transaction.delete_events(user_token))
        return {"status": 200, "message": "OK"}


def _checked(event: Any) -> Body:
    if not isinstance(event, Mapping):
        raise Refused("Invalid event: expected an object", 422)
    kind = event.get("eventType")
    if kind not in ("click", "conversion", "view"):
        raise Refused("EventType is not valid: expected click, conversion or view", 422)
    subtype = event.get("eventSubtype")
    if subtype is not None and (kind != "conversion" or subtype not in ("purchase", "addToCart")):
        raise Refused("EventSubtype is not valid: expected purchase or addToCart, on a conversion", 422)
    name, index = event.get("eventName"), event.get("index")
    if not isinstance(name, str) or not _EVENT_NAME.fullmatch(name):
        raise Refused("EventName is not valid: 1 to 64 printable ASCII characters", 422)
    if not isinstance(index, str) or not index:
        raise Refused("Index is not valid: it cannot be empty", 422)
    token = event.get("userToken")
    if isinstance(token, int) and not isinstance(token, bool):
        token = str(token)
    for attribute, value in (
        ("UserToken", token),
        ("AuthenticatedUserToken", event.get("authenticatedUserToken", token)),
    ):
        if not isinstance(value, str) or not _TOKEN.fullmatch(value):
            raise Refused(f"{attribute} is not valid: 1 to 129 of a-z A-Z 0-9 _ = / + -", 422)
    timestamp = event.get("timestamp", 0)
    if isinstance(timestamp, str) and timestamp.isdecimal() and len(timestamp) < 16:
        timestamp = int(timestamp)
    if isinstance(timestamp, bool) or not isinstance(timestamp, int) or timestamp < 0:
        raise Refused("Timestamp is not valid: expected milliseconds since the Unix epoch", 422)
    _check_targets(event, kind)
    stamped = {"timestamp": timestamp} if "timestamp" in event else {}
    return {**event, "userToken": token, **stamped}


def _check_targets(event: Mapping[str, Any], kind: str) -> None:
    objects, filters = event.get("objectIDs"), event.get("filters")
    if (objects is None) == (filters is None):
        raise Refused("Event needs either objectIDs or filters", 422)
    for name, values, most in (("ObjectIDs", objects, _MOST_OBJECTS), ("Filters", filters, _MOST_FILTERS)):
        if values is None:
            continue
        if (
            not isinstance(values, list)
            or not values
            or not all(isinstance(one, (str, int)) and one != "" for one in values)
        ):
            raise Refused(f"{name} is not valid: expected a non-empty array of strings", 422)
        if len(values) > most:
            raise Refused(f"{name} is not valid: at most {most}", 422)
    query_id, positions = event.get("queryID"), event.get("positions")
    if query_id is not None and not (isinstance(query_id, str) and _QUERY_ID.fullmatch(query_id)):
        raise Refused("QueryID is not valid: expected 32 hexadecimal characters", 422)
    if positions is not None:
        if kind != "click" or query_id is None:
            raise Refused("Positions belong to click events with a queryID", 422)
        if not isinstance(positions, list) or len(positions) != len(objects or ()):
            raise Refused("Positions and objectIDs must have the same length", 422)
        if not all(isinstance(place, int) and not isinstance(place, bool) and place > 0 for place in positions):
            raise Refused("Positions must be positive integers", 422)
    elif kind == "click" and query_id is not None and objects is not None:
        raise Refused("Positions are missing: a click after a search needs them", 422)
    data = event.get("objectData")
    if data is not None and (not isinstance(data, list) or len(data) != len(objects or ())):
        raise Refused("ObjectData and objectIDs must have the same length", 422)
