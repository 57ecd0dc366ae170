"""What a check says that could not run: never that it passed."""

from __future__ import annotations

NOT_RUN = 77
"""The exit code of a check that did not run, as Automake's tests have it: neither 0 nor a failure's 1."""


def not_run(reason: str, to_run: str) -> int:
    """Say that nothing was checked, why, and what would; answers the exit code that says so."""
    print(f"not run: {reason}; to run it {to_run}")
    return NOT_RUN
