"""Many threads at once: no write is lost, nothing fails, and each operation is seen whole."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

from services.mock_algolia import AlgoliaMock
from tests.support.algolia_http import Http

WRITERS = 6
ROUNDS = 25


def all_at_once(*jobs: Callable[[], None]) -> None:
    failures: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - reported by the test, whichever thread it was
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures, failures


def test_no_write_is_lost_and_no_answer_is_a_5xx(algolia: AlgoliaMock) -> None:
    statuses: Counter[int] = Counter()
    writing = threading.Event()
    algolia.seed("courses", [{"objectID": "shared", "count": 0, "by": []}], {"attributesForFaceting": ["writer"]})

    def write(writer: int) -> Callable[[], None]:
        def job() -> None:
            http = Http(algolia)
            for n in range(ROUNDS):
                change = {
                    "count": {"_operation": "Increment", "value": 1},
                    "by": {"_operation": "Add", "value": writer},
                }
                statuses[http("POST", "/1/indexes/courses/shared/partial", change)[0]] += 1
                records = [{"objectID": f"{writer}-{n}-{m}", "writer": writer, "round": n} for m in range(3)]
                batch = {"requests": [{"action": "addObject", "body": record} for record in records]}
                statuses[http("POST", "/1/indexes/courses/batch", batch)[0]] += 1
                if n % 5 == 4:
                    statuses[http("PUT", "/1/indexes/courses/settings", {"hitsPerPage": 20 + writer})[0]] += 1
            http.close()

        return job

    def read() -> None:
        http = Http(algolia)
        while not writing.wait(0.005):  # a breath: what is proved is what is seen between writes, not how often
            status, answer = http("POST", "/1/indexes/courses/query", {"facets": ["writer"], "hitsPerPage": 1})
            statuses[status] += 1
            assert all(count % 3 == 0 for count in answer["facets"].get("writer", {}).values()), "half a batch was seen"
            statuses[http("POST", "/1/indexes/courses/browse", {"hitsPerPage": 10})[0]] += 1
            statuses[http("GET", "/1/indexes/courses/shared")[0]] += 1
        http.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    all_at_once(*map(write, range(WRITERS)))
    writing.set()
    for reader in readers:
        reader.join()

    http = Http(algolia)
    shared = http("GET", "/1/indexes/courses/shared")[1]
    assert shared["count"] == WRITERS * ROUNDS
    assert Counter(shared["by"]) == dict.fromkeys(range(WRITERS), ROUNDS)
    assert http("POST", "/1/indexes/courses/query", {})[1]["nbHits"] == 1 + WRITERS * ROUNDS * 3
    assert set(statuses) == {200}
    http.close()


def test_tasks_are_numbered_in_the_order_in_which_they_take_effect(algolia: AlgoliaMock) -> None:
    done: list[tuple[int, int]] = []

    def write(value: int) -> Callable[[], None]:
        def job() -> None:
            http = Http(algolia)
            for n in range(10):
                task = http("PUT", "/1/indexes/courses/last", {"value": value * 100 + n})[1]["taskID"]
                done.append((task, value * 100 + n))
            http.close()

        return job

    all_at_once(*map(write, range(5)))

    http = Http(algolia)
    assert len({task for task, _ in done}) == 50
    assert http("GET", "/1/indexes/courses/last")[1]["value"] == max(done)[1]
    http.close()


def test_indexes_are_made_moved_and_deleted_while_others_read_them(algolia: AlgoliaMock) -> None:
    statuses: Counter[int] = Counter()

    def churn(name: str) -> Callable[[], None]:
        def job() -> None:
            http = Http(algolia)
            for n in range(10):
                statuses[http("PUT", f"/1/indexes/{name}/1", {"n": n})[0]] += 1
                for operation in ("copy", "move"):
                    body = {"operation": operation, "destination": f"{name} {operation}"}
                    statuses[http("POST", f"/1/indexes/{name}/operation", body)[0]] += 1
                statuses[http("GET", "/1/indexes")[0]] += 1
                statuses[http("POST", "/1/indexes/*/queries", {"requests": [{"indexName": f"{name} copy"}]})[0]] += 1
                statuses[http("DELETE", f"/1/indexes/{name}%20move")[0]] += 1
            http.close()

        return job

    all_at_once(*map(churn, ("a", "b", "c", "d")))

    assert set(statuses) == {200}
