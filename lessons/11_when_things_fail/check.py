"""Let the learner's client meet servers that are made up, and then the running system while its index is throttled."""

from __future__ import annotations

from typing import Any

from lessons.room import Room
from lessons.task import need, task

FILE = "polite.py"
THROTTLED_SECONDS, DEADLINE = 4, 15
BUSY: list[Any] = [503, {}]


def server(*answers: list[Any], deadline: float = 60.0, random: float = 1.0, takes: float = 0.1) -> dict[str, Any]:
    """Make up a server: its answers in order, the last one for ever."""
    return {"answers": list(answers), "deadline": deadline, "random": random, "takes": takes}


def simulated(room: Room, *servers: dict[str, Any]) -> list[dict[str, Any]]:
    """Let `fetch` meet each server."""
    return list(room.drive("simulate.py", FILE, {"servers": servers, "circuits": []})["met"])


@task("It tries again where that can help, and only there")
def tries_again(room: Room) -> None:
    """Count what was sent."""
    cases = [
        (server([200, {}]), 200, 1), (server([404, {}]), 404, 1), (server([400, {}]), 400, 1),
        (server(BUSY, [200, {}]), 200, 2), (server([429, {}], [500, {}], BUSY, [200, {}]), 200, 4),
        (server([429, {}], [404, {}]), 404, 2),
    ]  # fmt: skip
    for (given, status, sent), found in zip(cases, simulated(room, *(case[0] for case in cases)), strict=True):
        answers = [answer[0] for answer in given["answers"]]
        need(
            (found["ended"], found["sent"]) == (status, sent),
            f"A server answers {answers}: `fetch` sent {found['sent']} requests and ended with {found['ended']!r}; it should be {sent} and {status}.",
        )


@task("It waits as long as it was told, else longer each time, and not like everybody else")
def waits(room: Room) -> None:
    """Compare what was slept."""
    cases = [
        (server(BUSY, BUSY, BUSY, BUSY, [200, {}]), [1, 2, 4, 8]),
        (server(BUSY, BUSY, BUSY, [200, {}], random=0.5), [0.5, 1, 2]),
        (server([429, {"retry-after": "7"}], [200, {}]), [7]),
        (server(BUSY, [503, {"retry-after": "5"}], [200, {}]), [1, 5]),
    ]
    for (given, slept), found in zip(cases, simulated(room, *(case[0] for case in cases)), strict=True):
        told = any("retry-after" in answer[1] for answer in given["answers"])
        right = len(found["slept"]) == len(slept) and all(
            abs(one - wanted) < 0.01 or (told and one >= wanted)
            for one, wanted in zip(found["slept"], slept, strict=True)
        )
        need(
            right,
            f"A server answers {given['answers']}, random() is {given['random']}: `fetch` slept {found['slept']}; it should be {slept}.",
        )


@task("It gives up in time")
def gives_up(room: Room) -> None:
    """Look that no deadline is passed, and none given up too soon."""
    cases = [
        server(BUSY, deadline=10.0),
        server([429, {"retry-after": "30"}], deadline=20.0),
        server(BUSY, deadline=5.0, takes=2.0),
    ]
    for given, found in zip(cases, simulated(room, *cases), strict=True):
        need(
            found["ended"] == "GaveUp",
            f"A server that only says {given['answers'][0]}: `fetch` ended with {found['ended']!r}, not with GaveUp.",
        )
        woke = sum(found["slept"]) + given["takes"] * (found["sent"] - 1)
        need(woke <= given["deadline"], f"With a deadline of {given['deadline']} s it still slept until {woke:.1f} s.")
        if "retry-after" in given["answers"][0][1]:
            need(
                not found["slept"],
                f"Told to wait 30 s with a deadline of {given['deadline']} s, it slept {found['slept']} before it gave up.",
            )
    (patient,) = simulated(room, server([429, {"retry-after": "30"}], [200, {}], deadline=40.0))
    need(patient["ended"] == 200, "It gave up on a server that said «in 30 s», though 40 were allowed.")


@task("The circuit opens after three failures in a row, and lets one request try later")
def breaks_the_circuit(room: Room) -> None:
    """Go through its states."""
    bad, good, may, wait = ["note", False], ["note", True], ["allows"], ["wait", 10.5]
    cases = [
        ([may, bad, bad, may], [True, True]), ([bad, bad, bad, may], [False]), ([bad, bad, good, bad, may], [True]),
        ([bad, bad, bad, ["wait", 9], may], [False]), ([bad, bad, bad, wait, may, may], [True, False]),
        ([bad, bad, bad, wait, may, good, may, may], [True, True, True]),
        ([bad, bad, bad, wait, may, bad, may, wait, may], [True, False, True]),
    ]  # fmt: skip
    found = room.drive("simulate.py", FILE, {"servers": [], "circuits": [steps for steps, _ in cases]})["circuits"]
    for (steps, truth), said in zip(cases, found, strict=True):
        need(said == truth, f"Circuit(3, 10 s) through {steps}: `allows` said {said}; it should be {truth}.")


@task("It met the real system while its index was throttled, and got its answer")
def met(room: Room) -> None:
    """Throttle the index for some seconds, and let the client ask meanwhile."""
    told = room.answer("throttled_status", int), room.answer("throttled_retry_after", int)
    room.order("break", name="index-throttled", seconds=THROTTLED_SECONDS)
    try:
        refused = room.get("/coursematch", keywords="python")
        found = room.drive("meet.py", FILE, DEADLINE, LESSON_STATE=str(room.state.root))
    finally:
        room.order("mend", name="index-throttled")
    truth = refused.status_code, int(refused.headers["retry-after"])
    need(told == truth, f"You wrote status {told[0]} and {told[1]} s; break `index-throttled` and read the head again.")
    need(found["status"] == 200, f"Your client met {found['sent']} and ended with {found['status']}.")
