"""The audit of the lock against a stand-in for OSV: what it finds, and what it says where nobody answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.support.loopback_server import answering
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
ADVISORY = {
    "id": "OSV-1", "modified": "2026-01-01T00:00:00Z", "published": "2026-01-01T00:00:00Z", "summary": "It leaks.",
    "affected": [{"package": {"name": "flask", "ecosystem": "PyPI"}, "versions": ["3.1.2"]}],
}  # fmt: skip


@contextmanager
def osv(*vulnerable: str) -> Iterator[str]:
    """Serve OSV's two calls: which advisories concern which packages, and one advisory."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            known = [{"vulns": [ADVISORY]} if one["package"]["name"] in vulnerable else {} for one in asked]
            self._answer({"results": known})

        def do_GET(self) -> None:
            self._answer(ADVISORY)

        def _answer(self, body: dict[str, Any]) -> None:
            sent = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Stay quiet."""

    with answering(Handler) as url:
        yield url


def audit(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "infra_pulumi.advisories", "--service-url", url],
        cwd=ROOT, capture_output=True, text=True, check=False,
        # uv also asks PyPI whether a project was given up; where nobody answers it would try for 50 seconds.
        env={**os.environ, "UV_HTTP_RETRIES": "0"},
    )  # fmt: skip


def test_passes_where_nothing_is_known_of_what_is_locked() -> None:
    with osv() as url:
        done = audit(url)

    assert done.returncode == 0, done.stderr
    assert "no known vulnerabilities" in done.stdout + done.stderr


def test_fails_and_names_what_is_vulnerable() -> None:
    with osv("flask") as url:
        done = audit(url)

    assert done.returncode == 1
    assert "flask" in done.stdout
    assert "OSV-1" in done.stdout


def test_says_in_one_sentence_that_nobody_answers() -> None:
    done = audit(f"http://127.0.0.1:{free_port()}")

    assert done.returncode == 3
    assert done.stdout == ""
    (said,) = done.stderr.splitlines()
    assert "could not be asked" in said
