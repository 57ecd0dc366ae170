"""Lesson 13: what it costs, and how many at once. `nox -s lesson -- try 13` prints a table."""

# Prices in US dollars. EXAMPLES for reckoning, of the size that providers listed in 2025; look up today's before you rely on them.
PRICES = {
    "gateway_per_million_requests": 3.50,
    "function_per_million_requests": 0.20,
    "function_per_gigabyte_second": 0.0000166667,
    "search_per_thousand_requests": 0.50,
    "database_per_month": 60.0,
}
GIGABYTES = 0.5  # the memory of a function


def requests_per_second(learners: int, requests_each_per_month: float, peak: float) -> float:
    """Give the requests of the busiest second: a month has 30 days, and the peak is `peak` times the mean."""
    return -1.0  # your work begins here


def at_once(per_second: float, seconds: float) -> float:
    """Give how many requests are being worked on at the same time (Little's law)."""
    return -1.0


def cost(learners: int, requests_each_per_month: float, seconds: float, prices: dict) -> dict[str, float]:
    """Give the dollars a month of "gateway", "function", "search" and "database". Each request asks the search once."""
    return {}


if __name__ == "__main__":
    for learners in (30, 10_000, 1_000_000):
        rate = requests_per_second(learners, 20, peak=10)
        parts = cost(learners, 20, 0.2, PRICES)
        shown = ", ".join(f"{name} {dollars:,.0f}" for name, dollars in parts.items())
        print(
            f"{learners:>9,} learners: {rate:.2f} requests/s at the peak, {at_once(rate, 0.2):.1f} at once; dollars a month: {shown}"
        )
