"""Follow a learner's two requests through the logs."""

from __future__ import annotations

from typing import Any

from lessons.room import Room
from lessons.task import need, task

WHERE = "The id stands in the answer's head: `curl -i` shows it as `x-request-id`."


def line_of(room: Room, log: str, event: str, request_id: str) -> dict[str, Any]:
    """Find the line that a log has of a request. Raises Missing."""
    found = [line for line in room.log(log) if line.get("request_id") == request_id and line.get("event") == event]
    need(found, f"The log `{log}` has no line with the id {request_id!r}. {WHERE}")
    return found[-1]


@task("You made a request and can find it again by its id")
def followed(room: Room) -> None:
    """Find the request in both logs."""
    request_id = room.answer("request_id")
    passed_on = line_of(room, "front-door", "request_passed_on", request_id)
    need(passed_on["status"] == 200, f"That request was answered with {passed_on['status']}; take one with 200.")
    answered = line_of(room, "aws", "request_answered", request_id)
    need(answered["route"] == "/coursematch", f"That request went to {answered['route']}; ask /coursematch.")


@task("You read how long it took, outside and inside")
def timed(room: Room) -> None:
    """Compare both numbers with the logs."""
    request_id = room.answer("request_id")
    for name, log, event in (
        ("front_door_milliseconds", "front-door", "request_passed_on"),
        ("function_milliseconds", "aws", "request_answered"),
    ):
        told = room.answer(name, float)
        truth = line_of(room, log, event, request_id)["milliseconds"]
        need(
            abs(told - truth) < 0.05,
            f"`{name}` is {told}, but the line of this request in the log `{log}` says otherwise.",
        )


@task("You saw the same request fail, and what the answer says about it")
def failed(room: Room) -> None:
    """Find the refused request, and compare what was broken with what its answer named."""
    passed_on = line_of(room, "front-door", "request_passed_on", room.answer("failed_request_id"))
    need(passed_on["status"] == 503, f"That request was answered with {passed_on['status']}, not with 503.")
    answered = line_of(room, "aws", "request_answered", passed_on["request_id"])
    need(
        answered.get("problem") == "source-unavailable", "That request failed for another reason than a part's absence."
    )
    need(
        room.answer("failed_source") == "course_index",
        '`failed_source` is not what the problem document of that request names: look for "source" in its body.',
    )
    need("index-down" not in room.broken(), "The index is still down: `nox -s sandbox -- mend` puts it right.")
