"""The client when Algolia is busy, ill or away: it waits as told, forgets no host, and says what it gave up on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from services.index_writer.algolia_client import AlgoliaAccess, IndexRefused, IndexUnavailable, algolia_client
from services.index_writer.course_index import AlgoliaIndex
from services.index_writer.patience import Patience
from tests.catalog_sync.algolia_site import AlgoliaSite
from tests.catalog_sync.site import Answer, Asked, Site, site
from tests.support.written_index import TestClock

KEY = "not-to-be-shown"
RECORD: dict[str, Any] = {"objectID": "X+1", "content_hash": "h"}


@pytest.fixture
def algolia() -> Iterator[tuple[AlgoliaSite, Site]]:
    answers = AlgoliaSite()
    with site(answers) as running:
        yield answers, running


def index_at(*urls: str, clock: TestClock) -> AlgoliaIndex:
    client, _ = algolia_client(AlgoliaAccess("app", KEY, urls), Patience(attempts=4), clock.sleep)
    return AlgoliaIndex(client, clock.sleep)


def failing(times: int, answer: Answer) -> Any:
    left = [answer] * times
    return lambda _asked: left.pop() if left else None


def test_waits_as_long_as_a_429_says(algolia: tuple[AlgoliaSite, Site], clock: TestClock) -> None:
    answers, running = algolia
    answers.fault = failing(2, Answer({"message": "Too many requests", "status": 429}, 429, {"Retry-After": "9"}))
    index_at(running.url, clock=clock).batch("courses", [RECORD], [])
    assert answers.memory.count("courses") == 1
    assert [9 <= wait < 10 for wait in clock.waits] == [True, True]


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "5"}])
def test_tries_a_single_host_again_after_5xx(
    headers: dict[str, str], algolia: tuple[AlgoliaSite, Site], clock: TestClock
) -> None:
    answers, running = algolia
    answers.fault = failing(3, Answer({}, 503, headers))
    index = index_at(running.url, clock=clock)
    index.batch("courses", [RECORD], [])
    assert index.hashes("courses") == {"X+1": "h"}
    assert len(clock.waits) == 3
    assert not headers or min(clock.waits) >= 5


def test_goes_to_another_host_when_one_is_away(algolia: tuple[AlgoliaSite, Site], clock: TestClock) -> None:
    answers, running = algolia
    with site(lambda _: Answer({})) as gone:
        pass
    index_at(gone.url, running.url, clock=clock).batch("courses", [RECORD], [])
    assert answers.memory.count("courses") == 1


def test_gives_up_when_patience_ends(algolia: tuple[AlgoliaSite, Site], clock: TestClock) -> None:
    answers, running = algolia
    answers.fault = lambda _: Answer({}, 500)
    with pytest.raises(IndexUnavailable, match="HTTP 500, after 4 attempts"):
        index_at(running.url, clock=clock).indices()


def test_passes_on_what_algolia_says_of_a_refusal_but_never_the_key(
    algolia: tuple[AlgoliaSite, Site], clock: TestClock, caplog: pytest.LogCaptureFixture
) -> None:
    answers, running = algolia
    answers.fault = lambda _: Answer({"message": "Invalid Application-ID or API key", "status": 403}, 403)
    with pytest.raises(IndexRefused, match="Invalid Application-ID or API key") as error:
        index_at(running.url, clock=clock).indices()
    assert error.value.status == 403
    assert KEY not in f"{caplog.text}{error.getrepr()}{AlgoliaAccess('app', KEY)!r}"
    assert len(running.asked) == 1


def test_waits_until_a_task_is_published(algolia: tuple[AlgoliaSite, Site], clock: TestClock) -> None:
    answers, running = algolia
    left = [1, 1, 1]

    def pending(asked: Asked) -> Answer | None:
        return Answer({"status": "notPublished"}) if "/task/" in asked.path and left and left.pop() else None

    answers.fault = pending
    index_at(running.url, clock=clock).batch("courses", [RECORD], [])
    assert len(clock.waits) == 3


def test_counts_requests_that_were_repeated(algolia: tuple[AlgoliaSite, Site], clock: TestClock) -> None:
    answers, running = algolia
    answers.fault = failing(2, Answer({}, 503))
    client, transporter = algolia_client(AlgoliaAccess("app", KEY, (running.url,)), Patience(), clock.sleep)
    AlgoliaIndex(client, clock.sleep).indices()
    assert transporter.requests == len(running.asked) == 3


@pytest.mark.parametrize("host", ["http://", "http://x/path"])
def test_refuses_a_host_that_is_none(host: str, clock: TestClock) -> None:
    with pytest.raises(ValueError, match="Algolia host"):
        index_at(host, clock=clock)
