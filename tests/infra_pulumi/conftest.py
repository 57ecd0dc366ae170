"""Every program here needs the Lambda zips."""

from __future__ import annotations

import pytest

from tests.support.deployed_system import zips

__all__ = ["zips"]


@pytest.fixture(scope="session", autouse=True)
def _built(zips: None) -> None:
    """Build them before the first test."""
