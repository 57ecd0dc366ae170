"""Settings are read by their form, and everything that is wrong with them is told at once."""

from __future__ import annotations

import pytest

from services.index_writer.environment import BadSettings, Environment


def test_reads_each_kind_with_its_default() -> None:
    environment = Environment({"A": " x ", "B": "", "F": "true", "N": "7", "U": "http://localhost:1"})
    assert (environment.text("A"), environment.text("B", "default")) == ("x", "default")
    assert (environment.flag("F"), environment.flag("G")) == (True, False)
    assert (environment.number("N", 1, 2), environment.number("M", 1, 2)) == (7, 1)
    assert (environment.url("U"), environment.url("V"), environment.file("W")) == ("http://localhost:1", "", None)


def test_tells_everything_that_is_wrong_at_once_and_nothing_twice() -> None:
    environment = Environment({"F": "yes", "N": "1", "U": "localhost", "ALGOLIA_HOSTS": "http://a, b"})
    environment.flag("F")
    environment.number("N", 5, 2)
    environment.url("U")
    environment.url("V", required=True)
    environment.algolia()
    environment.refuse("V is not set")
    with pytest.raises(BadSettings) as refused:
        environment.check()
    assert str(refused.value).split("; ") == [
        "F is true or false", "N is a whole number from 2 on", "U is not an http(s) URL", "V is not set",
        "ALGOLIA_APP_ID is not set", "ALGOLIA_ADMIN_KEY is not set", "ALGOLIA_HOSTS is not a list of http(s) URLs",
    ]  # fmt: skip
