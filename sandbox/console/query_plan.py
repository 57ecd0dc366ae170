"""How Postgres would carry out a statement with placeholders: `EXPLAIN (GENERIC_PLAN)`, which runs nothing."""

from __future__ import annotations

import re
from contextlib import closing
from urllib.parse import unquote, urlsplit

import pg8000.native

from sandbox.setup.problem import SandboxProblem

LONGEST_SQL = 16_000
SECONDS = 5
NAMED = re.compile(r"(?<![:\w]):([a-z_]\w{0,62})|%s")
"""A placeholder as the services' drivers write them."""
READS = re.compile(r"(?:SELECT|WITH)\b", re.IGNORECASE)


class NoPlan(SandboxProblem):
    """There is no plan to show."""


def plan_of(sql: str, url: str) -> list[str]:
    """Give the plan's lines. Raises `NoPlan` for what is not one statement that reads, or where nobody answers."""
    if not READS.match(sql) or ";" in sql or len(sql) > LONGEST_SQL:
        raise NoPlan("Only a statement that reads has its plan shown.", "")
    parts = urlsplit(url)
    try:
        with closing(
            pg8000.native.Connection(
                unquote(parts.username or ""), parts.hostname or "", parts.path.lstrip("/"), parts.port or 5432,
                unquote(parts.password or ""), timeout=SECONDS,
            )
        ) as connection:  # fmt: skip
            connection.run("BEGIN READ ONLY")
            # Not `run`, whose own placeholders would be taken for the statement's.
            rows = connection.execute_simple(f"EXPLAIN (GENERIC_PLAN, COSTS) {numbered(sql)}").rows or []
            return [str(row[0]) for row in rows]
    except (pg8000.exceptions.Error, OSError) as error:
        raise NoPlan("The database gives no plan for this statement.", "System shows whether it runs.") from error


def numbered(sql: str) -> str:
    """Write placeholders as Postgres has them, `$1`, the same name as the same number."""
    numbers: dict[str, int] = {}

    def number(match: re.Match[str]) -> str:
        name = match[1] or f"%{match.start()}"
        return f"${numbers.setdefault(name, len(numbers) + 1)}"

    return NAMED.sub(number, sql)
