"""The real parts that coursematch stands on, for tests: a seeded index, and the model beside it."""

from __future__ import annotations

import json
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import SystemRandom
from typing import Any

from fixtures.files import ENROLLMENTS, SAMPLE_RECORDS
from services.course_record.index_settings import index_settings
from services.course_record.synonyms import synonyms
from services.coursematch.algolia_http import AlgoliaHttp
from services.coursematch.course_search import AlgoliaCourseSearch
from services.index_writer.algolia_client import AlgoliaAccess, algolia_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience
from services.mock_algolia import AlgoliaMock
from services.question.query_rules import query_rules
from services.recommendation_model.reading import FileEnrollments
from services.recommendation_model.run_report import RunReport
from services.recommendation_model.training import Options, train

INDEX = "courses"


@contextmanager
def seeded_algolia() -> Iterator[AlgoliaMock]:
    """A mock Algolia that holds the fixtures' records, with the settings, synonyms and rules that a sync deploys."""
    with AlgoliaMock() as algolia:
        algolia.seed(INDEX, SAMPLE_RECORDS, index_settings())
        administer(algolia, f"/1/indexes/{INDEX}/synonyms/batch", synonyms())
        administer(algolia, f"/1/indexes/{INDEX}/rules/batch", query_rules())
        # On a new machine the stand-in compiles its loops for the first query, longer than a request of ours waits.
        administer(algolia, f"/1/indexes/{INDEX}/query", {"query": "warm up", "facets": ["*"]})
        publish_model(algolia)
        yield algolia


def publish_model(algolia: AlgoliaMock, enrollments: Path = ENROLLMENTS, least_learners: int = 2) -> RunReport:
    """Learn from a file of enrollments and publish it beside the index, as the job does."""
    client, _ = algolia_client(AlgoliaAccess(algolia.app_id, algolia.admin_key, (algolia.url,)), Patience())
    report = RunReport("test", "")
    try:
        options = Options(index_name=INDEX, least_learners=least_learners, force=True)
        train(FileEnrollments(enrollments), AlgoliaIndex(client), options, report)
    finally:
        client.close()
    return report


def administer(algolia: AlgoliaMock, path: str, body: Any) -> None:
    """Post to an operation of the mock with its admin key."""
    headers = {"X-Algolia-Application-Id": algolia.app_id, "X-Algolia-API-Key": algolia.admin_key}
    request = urllib.request.Request(algolia.url + path, json.dumps(body).encode(), headers)  # noqa: S310 - loopback
    with urllib.request.urlopen(request) as response:  # noqa: S310 - loopback
        assert response.status == 200


def course_search(algolia: AlgoliaMock, index: str = INDEX) -> AlgoliaCourseSearch:
    """Our gateway to a mock Algolia, with its search-only key."""
    http = AlgoliaHttp(algolia.app_id, lambda: algolia.search_key, [algolia.url], time.monotonic, SystemRandom())
    return AlgoliaCourseSearch(http, index)
