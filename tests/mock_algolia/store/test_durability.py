"""What was acknowledged is there after any end; a folder that is not ours is refused and left alone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
from algoliasearch.http.hosts import CallType, Host, HostsCollection
from algoliasearch.search.client import SearchClientSync
from algoliasearch.search.config import SearchConfig

from services.mock_algolia import AlgoliaMock
from services.mock_algolia.store import FolderRefused

ROOT = Path(__file__).parents[3]


@contextmanager
def process(data: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A mock in a process of its own."""
    running = subprocess.Popen(  # noqa: S603 - our own module
        [sys.executable, "-m", "services.mock_algolia", "--port", "0", "--data", str(data), "--admin-key", "admin"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    line = running.stdout.readline()
    try:
        yield running, int(line.partition(",")[0].rpartition(":")[2])
    finally:
        if running.poll() is None:
            running.kill()
        running.wait()
        running.stdout.close()


@contextmanager
def connected(port: int) -> Iterator[SearchClientSync]:
    config = SearchConfig("mock", "admin")
    config.hosts = HostsCollection(
        [Host(url="127.0.0.1", scheme="http", port=port, accept=CallType.READ | CallType.WRITE)]
    )
    with SearchClientSync.create_with_config(config) as client:
        yield client


def contents(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}


def ids(client: SearchClientSync, index: str) -> set[str]:
    found: set[str] = set()
    client.browse_objects(index, lambda page: found.update(hit.object_id for hit in page.hits))
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL; run on Linux or macOS")
def test_every_acknowledged_write_survives_kill_9(tmp_path: Path) -> None:
    acknowledged: list[str] = []
    started = threading.Event()

    def write(port: int) -> None:
        try:
            with connected(port) as client:
                for n in range(100_000):
                    client.save_objects("courses", [{"objectID": f"{n}-{m}", "n": n} for m in range(20)])
                    acknowledged.extend(f"{n}-{m}" for m in range(20))
                    if n == 10:
                        started.set()
        except Exception:  # noqa: BLE001 - the server is killed under the client; any error will do
            started.set()

    with process(tmp_path / "data") as (running, port):
        with connected(port) as client:
            client.set_settings("courses", {"customRanking": ["desc(n)"], "replicas": ["copy"]})
            client.save_rules("courses", [{"objectID": "r", "consequence": {"params": {"query": "x"}}}])
            key = client.add_api_key({"acl": ["search"]}).key
            task = client.save_synonyms("courses", [{"objectID": "s", "type": "synonym", "synonyms": ["a", "b"]}])
        writer = threading.Thread(target=write, args=(port,))
        writer.start()
        started.wait(30)
        os.kill(running.pid, signal.SIGKILL)
        writer.join()

    with process(tmp_path / "data") as (_, port), connected(port) as client:
        found = ids(client, "courses")
        assert len(acknowledged) >= 200
        assert set(acknowledged) <= found
        assert len(found) % 20 == 0, "a batch is there as a whole or not at all"
        assert ids(client, "copy") == found
        assert client.get_settings("courses").custom_ranking == ["desc(n)"]
        assert client.search_rules("courses").nb_hits == client.search_synonyms("courses").nb_hits == 1
        assert client.get_api_key(key).acl == ["search"]
        client.wait_for_task("courses", task.task_id)
        assert client.save_object("courses", {"objectID": "after"}).task_id > task.task_id


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGTERM; run on Linux or macOS")
def test_ends_cleanly_on_sigterm(tmp_path: Path) -> None:
    with process(tmp_path / "data") as (running, port):
        with connected(port) as client:
            client.save_object("courses", {"objectID": "1"})
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
    with AlgoliaMock(tmp_path / "data") as again, connected(again.port) as client:
        assert ids(client, "courses") == {"1"}


def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    with AlgoliaMock(tmp_path) as algolia, connected(algolia.port) as client:
        client.set_settings("courses", {"hitsPerPage": 3, "replicas": ["virtual(v)", "s"]})
        client.save_objects("courses", [{"objectID": str(n), "t": f"ü{n}\u0000"} for n in range(50)])
        client.delete_objects("courses", ["7"])
        client.save_object("courses", {"objectID": "9", "t": "changed, but still in its place"})
        client.operation_index("courses", {"operation": "copy", "destination": "copy"})
        client.operation_index("copy", {"operation": "move", "destination": "moved"})
        before = {index.name: index for index in client.list_indices().items}
        first = [hit.object_id for hit in client.search_single_index("s", {"hitsPerPage": 100}).hits]

    with AlgoliaMock(tmp_path) as algolia, connected(algolia.port) as client:
        assert {index.name: index for index in client.list_indices().items} == before
        assert set(before) == {"courses", "s", "v", "moved"}
        assert client.get_object("moved", "3")["t"] == "ü3\u0000"
        assert [hit.object_id for hit in client.search_single_index("s", {"hitsPerPage": 100}).hits] == first


def test_a_second_process_is_told_that_the_folder_is_taken(tmp_path: Path) -> None:
    with AlgoliaMock(tmp_path / "data"):
        second = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "services.mock_algolia", "--port", "0", "--data", str(tmp_path / "data")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert second.returncode == 2
        assert "in use by another process" in second.stderr
        with pytest.raises(FolderRefused, match="already open in this process"), AlgoliaMock(tmp_path / "data"):
            pass


def test_a_taken_port_is_a_clear_message(tmp_path: Path) -> None:
    with AlgoliaMock() as algolia:
        port = algolia.port
        second = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "services.mock_algolia", "--port", str(port)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert second.returncode == 2
    assert f"cannot listen on 127.0.0.1:{port}" in second.stderr


def damaged(path: Path, kind: str) -> None:
    database = path / "algolia.duckdb"
    if kind == "foreign folder":
        (path / "thesis.docx").write_bytes(b"mine")
    elif kind == "not a database":
        database.write_bytes(b"hello " * 1000)
    elif kind == "empty file":
        database.write_bytes(b"")
    elif kind == "another database":
        with duckdb.connect(str(database)) as other:
            other.execute("CREATE TABLE theirs (a INTEGER)")
    else:
        with AlgoliaMock(path) as algolia, connected(algolia.port) as client:
            client.save_objects("courses", [{"objectID": str(n), "t": f"title {n}" * 20} for n in range(3000)])
        body = database.read_bytes()
        if kind == "cut short":
            database.write_bytes(body[: len(body) // 2])
        elif kind == "newer format":
            with duckdb.connect(str(database)) as newer:
                newer.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
        elif kind == "scribbled over":
            middle = len(body) // 3
            database.write_bytes(body[:middle] + b"\xff" * 60_000 + body[middle + 60_000 :])
        elif kind == "log without database":
            (path / "algolia.duckdb.wal").write_bytes(b"left behind")
            database.unlink()


@pytest.mark.parametrize(
    "kind",
    [
        "foreign folder",
        "not a database",
        "empty file",
        "another database",
        "cut short",
        "newer format",
        "scribbled over",
        "log without database",
    ],
)
def test_refuses_a_folder_it_cannot_trust_and_leaves_it_as_it_was(tmp_path: Path, kind: str) -> None:
    damaged(tmp_path, kind)
    before = contents(tmp_path)

    with pytest.raises(FolderRefused) as refused, AlgoliaMock(tmp_path):
        pass

    assert str(tmp_path) in str(refused.value)
    assert contents(tmp_path) == before


@pytest.mark.parametrize("spot", ["beginning", "middle"])
def test_refuses_a_damaged_log_of_changes(tmp_path: Path, spot: str) -> None:
    with AlgoliaMock(tmp_path / "live") as algolia, connected(algolia.port) as client:
        for n in range(5):
            client.save_object("courses", {"objectID": str(n), "t": "x" * 500})
        shutil.copytree(tmp_path / "live", tmp_path / "crashed")
    log = tmp_path / "crashed" / "algolia.duckdb.wal"
    at = 0 if spot == "beginning" else log.stat().st_size // 2
    body = log.read_bytes()
    log.write_bytes(body[:at] + b"\xff" * 100 + body[at + 100 :])
    before = contents(tmp_path / "crashed")

    with pytest.raises(FolderRefused, match=r"damaged"), AlgoliaMock(tmp_path / "crashed"):
        pass

    assert contents(tmp_path / "crashed") == before


def test_a_folder_whose_making_was_interrupted_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "creating.duckdb").write_bytes(b"half")

    with AlgoliaMock(tmp_path) as algolia, connected(algolia.port) as client:
        assert client.list_indices().items == []
