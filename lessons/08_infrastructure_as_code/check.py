"""Run the learner's program for two substrates with a monitor that records, and read what it declares."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit

from lessons.lesson import FOLDER
from lessons.room import Room
from lessons.task import need, task

FILE = "program.py"
LOG_GROUP, POLICY = "aws:cloudwatch/logGroup:LogGroup", "aws:iam/rolePolicy:RolePolicy"
FUNCTION, PROVIDER = "aws:lambda/function:Function", "pulumi:providers:aws"
GATEWAY_SECONDS = 29
"""What API Gateway waits at most."""
WANTED_ACTIONS = {"logs:CreateLogStream", "logs:PutLogEvents"}
declared_before: dict[str, list[dict[str, Any]]] = {}


def declared(room: Room, substrate: str) -> list[dict[str, Any]]:
    """Run the program once for each substrate. Raises Missing."""
    if substrate not in declared_before:
        declared_before[substrate] = room.drive("run_program.py", FILE, substrate)
    return declared_before[substrate]


def the(room: Room, kind: str, substrate: str = "aws") -> dict[str, Any]:
    """Give the inputs of the one resource of a kind. Raises Missing."""
    found = [one for one in declared(room, substrate) if one["type"] == kind]
    need(len(found) == 1, f"For `{substrate}` the program declares {len(found)} of {kind}; it should be one.")
    inputs: dict[str, Any] = found[0]["inputs"]
    return inputs


@task("One program, and the provider leads to the right place")
def places(room: Room) -> None:
    """Look at the provider on an emulator and on AWS."""
    need(not the(room, PROVIDER, "aws").get("endpoints"), "On `aws` the provider must have no endpoints of its own.")
    given = the(room, PROVIDER, "embedded").get("endpoints")
    endpoints = json.loads(given) if isinstance(given, str) else given
    urls = [url for one in endpoints or [] for url in one.values()]
    need(urls, "On `embedded` the provider needs `endpoints`, or it would go to AWS itself.")
    away = [url for url in urls if urlsplit(str(url)).hostname not in ("127.0.0.1", "localhost")]
    need(not away, f"On `embedded` {away} leads away from this machine.")
    stray = [one["name"] for one in declared(room, "aws") if one["type"].startswith("aws:") and not one["provider"]]
    need(not stray, f"{stray} have no explicit provider: whatever account is at hand would be used.")


@task("The log ends")
def log_ends(room: Room) -> None:
    """Look at the retention."""
    days = the(room, LOG_GROUP).get("retentionInDays") or 0
    need(
        0 < days <= 90, f"The log group keeps its log for {days or 'ever and ever'}: set retention_in_days, 90 at most."
    )


@task("The role may do what it needs, and nothing else")
def least_privilege(room: Room) -> None:
    """Read the policy."""
    text = the(room, POLICY)["policy"]
    statements = (json.loads(text) if isinstance(text, str) else text)["Statement"]
    allowed: set[str] = set()
    for statement in statements:
        actions, resources = (
            [value] if isinstance(value, str) else value for value in (statement["Action"], statement["Resource"])
        )
        wide = [action for action in actions if "*" in action]
        need(not wide, f"The policy allows {wide}: name the actions.")
        need("*" not in resources, f"The policy allows {actions} on every resource: name the log group's.")
        allowed |= set(actions)
    need(
        allowed == WANTED_ACTIONS, f"The policy allows {sorted(allowed)}; the function needs {sorted(WANTED_ACTIONS)}."
    )


@task("The function is bounded in time and number")
def bounded(room: Room) -> None:
    """Read the function's limits."""
    function = the(room, FUNCTION)
    need(
        (function.get("timeout") or 3) < GATEWAY_SECONDS,
        f"The function may run {function.get('timeout')} s; API Gateway gives up after {GATEWAY_SECONDS}.",
    )
    need(function.get("reservedConcurrentExecutions"), "Nothing keeps it from using the account's whole concurrency.")


@task("You counted the system's functions, and saw a bad version live")
def answers(room: Room) -> None:
    """Compare with the inventory and with what the fault does."""
    inventory = (FOLDER.parent / "infra_pulumi" / "inventory.txt").read_text(encoding="utf-8")
    truth = inventory.count(FUNCTION + " ")
    told = room.answer("functions", int)
    need(told == truth, f"`functions` is {told}; count the lines of inventory.txt that begin with {FUNCTION}.")
    reason = room.answer("reason").strip().rstrip(".")
    need(
        reason == "this version was never meant to run",
        f"`reason` is {reason!r}: the log `aws` says it behind «Worker init failed:», while the bad version is live.",
    )
    need("functions-bad-deploy" not in room.broken(), "The bad version is still live: `nox -s sandbox -- mend`.")
