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
_MOST_FILTERS = 20
_LONGEST_QUERY_ID = 128
_EVENT_NAME = re.compile(r"[\x20-\x7E]{1,64}")
_TOKEN = re.compile(r"[a-zA-Z0-9_=/+\-]{1,129}")
_TELEMETRY = "instantsearch"
_QUERY_ID = re.compile(r"[0-9a-f]{32}|message_[!-~]+")


class InsightsViews:
    """`POST /1/events` and `DELETE /1/usertokens/{token}`; refusals speak in the documentation's words."""

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
            raise Refused(f"Cannot process more than {_MOST_EVENTS} events in a batch", 422)
        now = int(self._clock() * 1000)
        checked = [{"timestamp": now, **_checked(event)} for event in events]
        checked = [event for event in checked if event["eventType"] != _TELEMETRY]  # it tells of no index
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
    if not kind:
        raise Refused("EventType is required", 422)
    if kind not in ("click", "conversion", "view", _TELEMETRY):
        raise Refused('EventType must be one of "click", "conversion", "view" or "instantsearch"', 422)
    subtype = event.get("eventSubtype")
    if subtype is not None and (kind != "conversion" or subtype not in ("purchase", "addToCart")):
        raise Refused("EventSubtype is not valid: expected purchase or addToCart, on a conversion", 422)
    name, index = event.get("eventName"), event.get("index")
    if not name:
        raise Refused("EventName is required", 422)
    if not isinstance(name, str) or not _EVENT_NAME.fullmatch(name):
        raise Refused(
            "EventName must contain only visible ASCII characters, and be between 1 and 64 characters long", 422
        )
    if kind != _TELEMETRY and (not isinstance(index, str) or not index):
        raise Refused("The index field is required", 422)
    token = event.get("userToken")
    if token is None:
        raise Refused("The userToken field is required", 422)
    if isinstance(token, int) and not isinstance(token, bool):
        token = str(token)
    for attribute, value in (
        ("UserToken", token),
        ("AuthenticatedUserToken", event.get("authenticatedUserToken", token)),
    ):
        if not isinstance(value, str) or not _TOKEN.fullmatch(value):
            raise Refused(
                f"{attribute} must contain only alphanumeric, equal, plus, slash, hyphen, or underscore characters, "
                "and be between 1 and 128 characters long",
                422,
            )
    timestamp = event.get("timestamp", 0)
    if isinstance(timestamp, str) and timestamp.isdecimal() and len(timestamp) < 16:
        timestamp = int(timestamp)
    if isinstance(timestamp, bool) or not isinstance(timestamp, int) or timestamp < 0:
        raise Refused("Timestamp is not valid: expected milliseconds since the Unix epoch", 422)
    agent = event.get("agentID")
    if agent is not None and (not isinstance(agent, str) or not agent):
        raise Refused("AgentID is not valid: expected a string that is not empty", 422)
    if kind != _TELEMETRY:
        _check_targets(event, kind)
    stamped = {"timestamp": timestamp} if "timestamp" in event else {}
    return {**event, "userToken": token, **stamped}


def _check_targets(event: Mapping[str, Any], kind: str) -> None:
    objects, filters = event.get("objectIDs"), event.get("filters")
    if objects is None and filters is None:
        raise Refused("Event should specify either some ObjectIDs or some Filters", 422)
    if objects is not None and filters is not None:
        raise Refused("Event should specify ObjectIDs or Filters, but not both", 422)
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
    if query_id is not None and not (
        isinstance(query_id, str) and len(query_id) <= _LONGEST_QUERY_ID and _QUERY_ID.fullmatch(query_id)
    ):
        raise Refused("Query ID must be a search query ID (32 characters hexadecimal string)", 422)
    if positions is not None:
        if kind != "click":
            raise Refused("Only event of type click should specify the positions attribute", 422)
        if query_id is None:
            raise Refused("Event of type click with positions should specify a queryID", 422)
        if not isinstance(positions, list) or len(positions) != len(objects or ()):
            raise Refused("Event of type click should have the same number of ObjectIDs and Positions", 422)
        if not all(isinstance(place, int) and not isinstance(place, bool) and place > 0 for place in positions):
            raise Refused("Event of type click may only have strictly positive positions", 422)
    elif kind == "click" and query_id is not None and objects is not None:
        raise Refused("Positions are missing: a click after a search needs them", 422)
    data = event.get("objectData")
    if data is not None and (not isinstance(data, list) or len(data) != len(objects or ())):
        raise Refused("ObjectData and objectIDs must have the same length", 422)
