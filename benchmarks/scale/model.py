"""From a number of learners to load, what gives out, and a month's bill: arithmetic, by Little's law and queues."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.scale.assumptions import HOURS, MONTH_SECONDS, Behaviour, Limits, Prices, Usage

USAGE, BEHAVIOUR, LIMITS, PRICES = Usage(), Behaviour(), Limits(), Prices()
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000)


@dataclass(frozen=True)
class Load:
    """What so many learners ask of each part."""

    learners: float
    requests_a_month: float
    requests_a_second: float
    """In the busiest seconds."""
    concurrency: float
    """Calls at once, then."""
    cold_share: float
    """Of all calls: those that find no warm environment."""
    connections: float
    database_cores: float
    database_gb: float
    courses: float
    searches_a_month: float
    sync_seconds: float
    sync_mb: float


@dataclass(frozen=True)
class Ceiling:
    """One part, how much of what it has is used, and what takes over from it."""

    part: str
    used: float
    """1: all of it."""
    then: str


def load(learners: float, usage: Usage = USAGE, behaviour: Behaviour = BEHAVIOUR) -> Load:
    """Give what `learners` ask of each part."""
    month = learners * usage.requests_a_month
    mean = month / MONTH_SECONDS
    peak = mean * usage.peak
    courses = min(usage.most_courses, max(usage.fewest_courses, learners / usage.learners_a_course))
    # A caller is alone when nobody came for as long as an environment waits; a rising rate needs new ones besides.
    alone = math.exp(-mean * behaviour.idle_seconds)
    rising = peak * behaviour.seconds_a_call * 24 * 30 / month if month else 0
    cold = min(1.0, alone + rising)
    seconds = behaviour.seconds_a_call + cold * behaviour.cold_start_seconds
    concurrency = peak * seconds
    return Load(
        learners=learners,
        requests_a_month=month,
        requests_a_second=peak,
        concurrency=concurrency,
        cold_share=cold,
        # An environment keeps its connection while it lives, whether it is asked or not.
        connections=max(1.0, concurrency) * min(1.0, usage.with_history * 2),
        database_cores=peak * usage.with_history * behaviour.database_seconds,
        database_gb=learners * usage.enrollments_a_learner * behaviour.bytes_an_enrollment / 1e9,
        courses=courses,
        searches_a_month=month * usage.searching,
        sync_seconds=courses / behaviour.sync_courses_a_second,
        sync_mb=behaviour.sync_mb + courses * behaviour.sync_mb_a_course,
    )


def ceilings(asked: Load, limits: Limits = LIMITS, behaviour: Behaviour = BEHAVIOUR) -> list[Ceiling]:
    """Give how near each part is to its end, the nearest first."""
    found = [
        Ceiling("throttle of the stage", asked.requests_a_second / limits.requests_a_second, "`requestsPerSecond`"),
        Ceiling("a function's concurrency", asked.concurrency / limits.reserved_concurrency, "`reservedConcurrency`"),
        Ceiling("the account's concurrency", asked.concurrency / limits.account_concurrency, "a quota; then cells"),
        Ceiling("the account's calls a second", asked.requests_a_second / limits.account_requests_a_second, "cells"),
        Ceiling("database connections", asked.connections / limits.connections, "RDS Proxy"),
        Ceiling("database processor", asked.database_cores / limits.database_cores, "a larger class; then replicas"),
        Ceiling("database storage", asked.database_gb / limits.database_gb, "more gp3; then Aurora"),
        Ceiling(
            "Algolia's free searches", asked.searches_a_month / limits.algolia_free_searches, "Grow; then a contract"
        ),
        Ceiling("Algolia's free records", asked.courses / limits.algolia_free_records, "Grow"),
        Ceiling("the hour between syncs", asked.sync_seconds / behaviour.sync_limit_seconds, "a sync of changes only"),
    ]
    return sorted(found, key=lambda ceiling: -ceiling.used)


def gives_out_at(part: str) -> float:
    """Give the number of learners at which a part is used up, by bisection; infinity when it never is."""

    def used(learners: float) -> float:
        return next(ceiling.used for ceiling in ceilings(load(learners)) if ceiling.part == part)

    low, high = 1.0, 1e10
    if used(high) < 1:
        return math.inf
    while high / low > 1.001:
        middle = math.sqrt(low * high)
        low, high = (low, middle) if used(middle) >= 1 else (middle, high)
    return high


def bill(
    asked: Load, prices: Prices = PRICES, limits: Limits = LIMITS, behaviour: Behaviour = BEHAVIOUR
) -> dict[str, float]:
    """Give a month's dollars, by part; what the base holds already is in `base`."""
    calls = asked.requests_a_month
    seconds = behaviour.seconds_a_call + asked.cold_share * behaviour.cold_start_seconds
    cores = max(0.0, asked.database_cores - limits.database_cores)
    proxied = asked.connections > limits.connections
    return {
        "base": prices.base,
        "API Gateway": sum(_tiers(calls, prices.gateway_million)),
        "Lambda": calls / 1e6 * prices.million_calls + calls * seconds * behaviour.memory_gb * prices.gb_second,
        "database": HOURS * cores * prices.database_core_hour
        + max(0.0, asked.database_gb - limits.database_gb) * prices.database_gb,
        "RDS Proxy": HOURS * max(2.0, asked.database_cores) * prices.proxy_core_hour if proxied else 0.0,
        "logs": calls * prices.bytes_logged_a_call / 1e9 * prices.log_gb,
        "Algolia": max(0.0, asked.searches_a_month - limits.algolia_free_searches)
        / 1000
        * prices.algolia_thousand_searches
        + max(0.0, asked.courses - limits.algolia_free_records) / 1000 * prices.algolia_thousand_records,
    }


def _tiers(calls: float, tiers: tuple[tuple[float, float], ...]) -> Iterator[float]:
    """Give what each tier of a price costs."""
    before = 0.0
    for up_to, million in tiers:
        yield max(0.0, min(calls, up_to) - before) / 1e6 * million
        before = up_to
