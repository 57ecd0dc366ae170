"""A log that takes no line costs no answer: each service with `/dev/full` for its output, as on a full disk."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from sandbox.gateway.front_door import front_door_command
from tests.catalog_sync.site import Answer, site
from tests.lms.platform import environment
from tests.support.ports import free_port

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full: runs on Linux")
REQUEST_ON_A_FULL_DISK = """
import sys
from flask import Flask
from services.web_edge.request_log import install_request_log
app = Flask("full")
install_request_log(app, "full", lambda: 0.0)
app.add_url_rule("/", view_func=lambda: "answered")
sys.stdout = open("/dev/full", "w")
print(app.test_client().get("/").status, file=sys.stderr)
"""


@contextlib.contextmanager
def talking_to_a_full_disk(argv: list[str], env: Mapping[str, str], url: str) -> Iterator[httpx.Client]:
    """Run a service whose log is full from the beginning, until the block ends."""
    with Path("/dev/full").open("wb") as full, subprocess.Popen(argv, env=dict(env), stdout=full, stderr=full) as child:  # noqa: S603 - ours
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            until = time.monotonic() + 60
            while True:
                try:
                    client.get("/")
                    break
                except httpx.TransportError:
                    assert child.poll() is None, f"ended with {child.returncode}"
                    assert time.monotonic() < until
                    time.sleep(0.1)
            yield client
        child.terminate()


def test_the_front_door_answers(tmp_path: Path) -> None:
    port = free_port()
    with site(lambda _: Answer({"matches": []})) as gateway:
        (tmp_path / "api-url").write_text(gateway.url)
        spec = front_door_command(port, tmp_path / "api-url")
        with talking_to_a_full_disk(list(spec.argv), spec.env or os.environ, f"http://127.0.0.1:{port}") as client:
            answers = [client.get("/coursematch", params={"keywords": "python"}).status_code for _ in range(3)]
    assert answers == [200, 200, 200]


def test_the_learning_platform_answers(database_url: str) -> None:
    port = free_port()
    argv = [sys.executable, "-m", "services.lms", "serve", "--port", str(port)]
    with talking_to_a_full_disk(argv, environment(database_url), f"http://127.0.0.1:{port}") as client:
        answers = [client.get("/api/courses/v1/courses/").status_code for _ in range(3)]
    assert answers == [200, 200, 200]


def test_a_function_answers() -> None:
    done = subprocess.run(  # noqa: S603 - the program above
        [sys.executable, "-c", REQUEST_ON_A_FULL_DISK], capture_output=True, text=True, check=False
    )
    assert "200 OK" in done.stderr
