"""What Schemathesis asks of an operation, made when it is asked.

Its own `schema.parametrize()` makes every case while tests are collected: some four seconds of CPU in every process of
a parallel run, also in those that ask nothing. Its lazy schema would not, but breaks with today's pytest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import pytest
import schemathesis
from hypothesis import settings
from schemathesis.pytest.lazy import get_all_tests

from tests.support.yaml_text import DOCUMENT

METHODS = frozenset({"get", "post", "put", "patch", "delete"})


def of_every_operation(functions: Collection[str]) -> pytest.MarkDecorator:
    """Make a test one of every operation of these functions: it takes its `path` and `method`."""
    return pytest.mark.parametrize(
        ("path", "method"),
        [
            pytest.param(path, method.upper(), id=f"{method.upper()} {path}")
            for path, item in DOCUMENT["paths"].items()
            if item["x-function"] in functions
            for method in item
            if method in METHODS
        ],
    )


def ask(
    schema: schemathesis.BaseSchema, path: str, method: str, few: settings, check: Callable[[schemathesis.Case], None]
) -> None:
    """Let Schemathesis ask one operation all it can think of: examples, coverage of each rule, and what is invented."""

    def asked(case: schemathesis.Case) -> None:
        check(case)

    (made,) = get_all_tests(
        schema=schema.include(path=path, method=method), test_func=asked, settings=few, given_kwargs=None
    )
    _, run = made.ok()
    run()
