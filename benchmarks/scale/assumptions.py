"""What the model takes for given: each number with where it is from. Change one, and `docs/scale.md` is made anew."""

from __future__ import annotations

from dataclasses import dataclass

MONTH_SECONDS = 730 * 3600
HOURS = 730


@dataclass(frozen=True)
class Usage:
    """How learners use the system: assumed, for nobody has used it yet."""

    requests_a_month: float = 8
    """Calls of the API by one learner, most of whom do not come in a month."""
    searching: float = 0.7
    """The share of them that asks the index once (searches, recommendations)."""
    with_history: float = 0.5
    """The share that reads a learner's history from the database."""
    peak: float = 8
    """The busiest seconds against the month's mean: lessons begin at the hour, nights are empty."""
    learners_a_course: float = 500
    fewest_courses: int = 250
    most_courses: int = 200_000
    """More than any catalogue that we know of holds."""
    enrollments_a_learner: float = 5
    changed_a_day: float = 0.01
    """The share of courses that a day changes."""


@dataclass(frozen=True)
class Behaviour:
    """How the system behaves: measured where the comment says so."""

    seconds_a_call: float = 0.08
    """Of a warm function. docs/benchmarks.md: 21 ms at the gateway on a laptop; Algolia and RDS are a network away."""
    cold_start_seconds: float = 1.5
    """Assumed: 3 MB of zip and some 0.7 s of imports at 512 MB."""
    idle_seconds: float = 600
    """How long AWS keeps an environment that nobody calls: between 5 and 15 minutes, by common report."""
    memory_gb: float = 0.5
    database_seconds: float = 0.002
    """Of processor, for a learner's history: one indexed read."""
    bytes_an_enrollment: float = 200
    """With its index."""
    sync_courses_a_second: float = 34
    """docs/benchmarks.md: 100,000 unchanged courses in some 3,000 s, with the LMS asked 20 times a minute."""
    sync_limit_seconds: float = 3300
    sync_mb: float = 120
    sync_mb_a_course: float = 0.0075
    """docs/operations.md: 750 MB more for each further 100,000."""


@dataclass(frozen=True)
class Limits:
    """Where each part gives out, as the program declares it or the account has it on its first day."""

    requests_a_second: float = 50
    """`requestsPerSecond` of the stack."""
    reserved_concurrency: float = 10
    """`reservedConcurrency` of each function."""
    account_concurrency: float = 1000
    account_requests_a_second: float = 10_000
    connections: float = 80
    """Of a db.t4g.micro: PostgreSQL's 112 by RDS's formula, less what RDS and the LMS hold."""
    database_cores: float = 2
    database_gb: float = 20
    algolia_free_searches: float = 10_000
    algolia_free_records: float = 100_000


@dataclass(frozen=True)
class Prices:
    """Dollars, us-east-1, as in docs/aws.md; Algolia's list prices of its Grow plan (2025, by a third party)."""

    base: float = 184
    """A month of everything that stands there unasked: docs/aws.md without its million calls."""
    million_calls: float = 0.20
    gb_second: float = 0.0000166667
    gateway_million: tuple[tuple[float, float], ...] = (
        (333e6, 3.50),
        (1e9, 2.80),
        (20e9, 2.38),
        (float("inf"), 1.51),
    )
    """Up to so many calls a month, each million costs so much."""
    database_core_hour: float = 0.11
    """A Graviton core of RDS with 4 to 8 GB, beyond the micro that the base holds."""
    database_gb: float = 0.115
    proxy_core_hour: float = 0.015
    algolia_thousand_searches: float = 0.50
    algolia_thousand_records: float = 0.40
    log_gb: float = 0.50
    bytes_logged_a_call: float = 700
