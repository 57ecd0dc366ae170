"""The two applications over the real database and the real mock Algolia."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from services.coursematch.app import assemble as assemble_coursematch
from services.enrollments.app import assemble as assemble_enrollments
from tests.coursematch.index import course_search, seeded_algolia
from tests.coursematch.tokens import identity
from tests.learner_history.sources import postgres_history, seed_database
from tests.support.postgres import TestServer


@pytest.fixture(scope="session")
def applications(postgres: TestServer) -> Iterator[dict[str, Flask]]:
    """The applications of the Lambdas, by the name that `x-function` gives them."""
    with seeded_algolia() as algolia, postgres.fresh_database() as url:
        seed_database(url)
        with postgres_history(url) as history:
            yield {
                "coursematch": assemble_coursematch(course_search(algolia), history, identity()),
                "enrollments": assemble_enrollments(history, identity()),
            }
