"""The instructor's solution of lesson 10."""

import math


def percentile(values: list[float], percent: float) -> float:
    """Give the value that `percent` % of the values do not exceed (nearest rank)."""
    if not values:
        return 0.0
    return sorted(values)[math.ceil(percent / 100 * len(values)) - 1]


def where_time_went(lines: list[dict], request_id: str) -> dict[str, float]:
    """Say of one request how many milliseconds each part took."""
    parts: dict[str, float] = {}
    whole = 0.0
    for line in lines:
        if line.get("request_id") != request_id:
            continue
        if line.get("event") == "call_answered":
            parts[line["part"]] = parts.get(line["part"], 0.0) + line["milliseconds"]
        elif line.get("event") == "request_answered":
            whole = line["milliseconds"]
    return {**parts, "function": whole - sum(parts.values())}
