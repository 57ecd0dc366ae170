"""A learning platform for tests: the real process, on a free port, over a real database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

CLIENT_ID = "coursematch-service"
CLIENT_SECRET = "service-secret-for-tests"
LEARNER_PASSWORD = "learner-password-for-tests"
SIGNING_KEY = "a signing key for tests, of more than 32 characters"


@dataclass
class Platform:
    """A running learning platform."""

    url: str
    database_url: str
    log: list[str] = field(default_factory=list)

    def get(self, path: str, *, token: str = "", **params: Any) -> httpx.Response:
        headers = {"Authorization": f"JWT {token}"} if token else {}
        return httpx.get(self.url + path, params=params or None, headers=headers, follow_redirects=True)

    def token(self, learner: str = "") -> str:
        """Return a learner's token, or the service's."""
        form = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "token_type": "jwt"}
        if learner:
            form |= {"grant_type": "password", "username": learner, "password": LEARNER_PASSWORD}
        else:
            form |= {"grant_type": "client_credentials"}
        answer = httpx.post(self.url + "/oauth2/access_token", data=form)
        answer.raise_for_status()
        return str(answer.json()["access_token"])


def environment(database_url: str, **more: str) -> dict[str, str]:
    """Return the settings of a platform on a database."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LMS_", "IDENTITY_"))}
    return kept | {
        "DATABASE_URL": database_url,
        "IDENTITY_SIGNING_KEY": SIGNING_KEY,
        "LMS_CLIENT_ID": CLIENT_ID,
        "LMS_CLIENT_SECRET": CLIENT_SECRET,
        "LMS_LEARNER_PASSWORD": LEARNER_PASSWORD,
        "PYTHONWARNINGS": "error",
        **more,
    }


def run(*arguments: str, database_url: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run one command of the platform to its end."""
    command = [sys.executable, "-m", "services.lms", *arguments]
    return subprocess.run(  # noqa: S603  our own module, with the tests' arguments
        command, env=environment(database_url, **more), capture_output=True, text=True, timeout=60, check=False
    )


def load(
    folder: Path, courses: Sequence[dict[str, Any]], enrollments: str = "", *, database_url: str
) -> dict[str, Any]:
    """Load courses and enrollments (CSV) through the command; returns its report."""
    catalogue = folder / "catalogue.json"
    catalogue.write_text(json.dumps(courses), "utf-8")
    arguments = ["load", "--catalog", str(catalogue)]
    if enrollments:
        file = folder / "enrollments.csv"
        file.write_text(enrollments, "utf-8")
        arguments += ["--enrollments", str(file)]
    done = run(*arguments, database_url=database_url)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@contextmanager
def serving(database_url: str, *arguments: str, **more: str) -> Iterator[Platform]:
    """Run the platform's server until the block ends, then check that SIGTERM ended it cleanly."""
    command = [sys.executable, "-m", "services.lms", "serve", "--port", "0", *arguments]
    with subprocess.Popen(  # noqa: S603  our own module, with the tests' arguments
        command, env=environment(database_url, **more), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        platform = Platform("", database_url)
        for line in process.stderr:
            platform.log.append(line)
            if "lms_listening" in line:
                platform.url = f"http://127.0.0.1:{json.loads(line)['port']}"
                break
        reader = threading.Thread(target=platform.log.extend, args=(process.stderr,))
        reader.start()
        try:
            assert platform.url, "".join(platform.log)
            yield platform
        finally:
            process.terminate()
            code = process.wait(10)
            reader.join()
        assert code == 0 or sys.platform == "win32"
        assert "Traceback" not in "".join(platform.log)
