"""Complete settings for each substrate, with invented secrets: what checks and rendered files are made from."""

from __future__ import annotations

import atexit
import dataclasses
import functools
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra_pulumi.coursematch import program as coursematch
from infra_pulumi.coursematch.functions import ZipMissing
from infra_pulumi.platform import program as platform
from infra_pulumi.registration import INVENTED_SECRET, Registered, registered, stack_settings
from infra_pulumi.routes import ContractRefused
from infra_pulumi.stack_config import ConfigRefused

HERE = Path(__file__).parent
SYSTEM, PLATFORM = "coursematch", "coursematch-platform"
STACKS = ("embedded", "localstack", "aws")
FOLDERS = {SYSTEM: HERE / "coursematch", PLATFORM: HERE / "platform"}
PROGRAMS = {SYSTEM: coursematch.program, PLATFORM: platform.program}
SECRETS = (
    "databaseUrl",
    "lmsDatabaseUrl",
    "algoliaAdminKey",
    "algoliaSearchKey",
    "identitySigningKey",
    "lmsClientSecret",
    "lmsLearnerPassword",
)
# What a stack's file leaves to whoever deploys it.
LEFT_OPEN = {
    (SYSTEM, "embedded"): {"awsEndpoint": "http://127.0.0.1:4566", "algoliaHosts": "http://127.0.0.1:8082"},
    (SYSTEM, "localstack"): {},
    (SYSTEM, "aws"): {"awsAccountId": "123456789012", "algoliaAppId": "INVENTED00", "imageTag": "0a1b2c3"},
    (PLATFORM, "aws"): {
        "awsAccountId": "123456789012",
        "deploySubject": "organization:example:pipeline:coursematch:ref:refs/heads/main:*",
    },
}


def settings(project: str, stack: str, **changes: str | None) -> dict[str, str]:
    """The settings of a project's stack, completed; `changes` replace some of them, or (None) take them away."""
    values = {f"{project}:{key}": value for key, value in LEFT_OPEN[project, stack].items()}
    values |= stack_settings(FOLDERS[project], stack)
    if project == SYSTEM:
        values |= {f"{project}:{key}": INVENTED_SECRET for key in SECRETS}
    for key, value in changes.items():
        if value is None:
            values.pop(f"{project}:{key}", None)
        else:
            values[f"{project}:{key}"] = value
    return values


class ProgramRefused(Exception):
    """The program refused its settings; the message is its own."""


class _Worker:
    """A process that runs programs and writes down what they register, one question a line.

    Apart, because the SDK keeps state and leaves event loops behind; kept, because its imports take seconds.
    """

    def __init__(self) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "infra_pulumi.examples"],
            cwd=HERE.parent,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.close)

    def ask(self, *question: object) -> dict[str, Any]:
        """Answer one question."""
        with self._lock:
            assert self._process.stdin is not None  # noqa: S101 - piped above
            assert self._process.stdout is not None  # noqa: S101 - piped above
            self._process.stdin.write(json.dumps(question) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise ProgramRefused(f"the process that runs programs ended with code {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process."""
        self._process.communicate()


_worker = functools.cache(_Worker)


@functools.cache
def resources(project: str, stack: str, **changes: str | None) -> tuple[Registered, ...]:
    """What a project's program would create on `stack`, without creating anything. Raises ProgramRefused."""
    answer = _worker().ask(project, stack, changes)
    if "refused" in answer:
        raise ProgramRefused(answer["refused"])
    return tuple(Registered(**found) for found in answer["registered"])


def _answer(project: str, stack: str, changes: Mapping[str, str | None]) -> dict[str, Any]:
    marked = tuple(f"{SYSTEM}:{key}" for key in SECRETS)
    try:
        found = registered(PROGRAMS[project], project, stack, settings(project, stack, **changes), marked)
    except (ConfigRefused, ContractRefused, ZipMissing) as error:
        return {"refused": str(error)}
    except Exception:  # noqa: BLE001 - whatever a program raises is the answer
        return {"refused": traceback.format_exc()}
    return {"registered": [dataclasses.asdict(resource) for resource in found]}


def main() -> None:
    """Answer questions from stdin, one JSON line each, until it closes."""
    answers, sys.stdout = sys.stdout, sys.stderr  # only answers may stand on stdout
    for question in sys.stdin:
        print(json.dumps(_answer(*json.loads(question))), file=answers, flush=True)


if __name__ == "__main__":
    main()
