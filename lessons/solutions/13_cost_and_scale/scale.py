"""The instructor's solution of lesson 13."""

GIGABYTES = 0.5


def requests_per_second(learners: int, requests_each_per_month: float, peak: float) -> float:
    """Give the requests of the busiest second."""
    return learners * requests_each_per_month / (30 * 24 * 3600) * peak


def at_once(per_second: float, seconds: float) -> float:
    """Give how many requests are being worked on at the same time."""
    return per_second * seconds


def cost(learners: int, requests_each_per_month: float, seconds: float, prices: dict) -> dict[str, float]:
    """Give the dollars a month of each part."""
    requests = learners * requests_each_per_month
    running = requests * seconds * GIGABYTES * prices["function_per_gigabyte_second"]
    return {
        "gateway": requests / 1_000_000 * prices["gateway_per_million_requests"],
        "function": requests / 1_000_000 * prices["function_per_million_requests"] + running,
        "search": requests / 1_000 * prices["search_per_thousand_requests"],
        "database": prices["database_per_month"],
    }
