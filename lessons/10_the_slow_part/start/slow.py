"""Lesson 10: read logs for where the time went. `nox -s lesson -- try 10` reads the running sandbox's."""

import json
import os
from pathlib import Path


def percentile(values: list[float], percent: float) -> float:
    """Give the value that `percent` % of the values do not exceed (nearest rank); 0.0 where there are none."""
    return -1.0  # your work begins here


def where_time_went(lines: list[dict], request_id: str) -> dict[str, float]:
    """Say of one request how many milliseconds each part took.

    `lines`: what parts wrote into their logs, one dictionary each. Of interest are those with this `request_id` and
    "event": "call_answered"     a question to another part: "part", "milliseconds"; several of one part add up
    "event": "request_answered"  the function itself: "milliseconds", its calls included
    The answer has each part called, and under "function" what is left for the function's own work.
    """
    return {}


if __name__ == "__main__":
    log = Path(os.environ["COURSEMATCH_STATE"]) / "logs" / "aws.log"
    found = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines() if line.startswith("{")]
    answered = [line for line in found if line.get("event") == "request_answered" and "route" in line]
    for line in answered[-5:]:
        print(line["route"], line["request_id"], where_time_went(found, line["request_id"]))
    for route in sorted({line["route"] for line in answered}):
        times = [line["milliseconds"] for line in answered if line["route"] == route]
        print(
            f"{route:<30} {len(times):>4} requests, half within {percentile(times, 50):.0f} ms, 95 % within {percentile(times, 95):.0f}"
        )
