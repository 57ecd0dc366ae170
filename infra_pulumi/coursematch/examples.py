"""Complete settings for each substrate, with invented secrets: what checks and rendered files are made from."""

from __future__ import annotations

import dataclasses
import functools
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from infra_pulumi.coursematch.functions import ZipMissing
from infra_pulumi.coursematch.program import program
from infra_pulumi.registration import INVENTED_SECRET, Registered, registered, stack_settings
from infra_pulumi.routes import ContractRefused
from infra_pulumi.stack_config import ConfigRefused

FOLDER = Path(__file__).parent
PROJECT = "coursematch"
STACKS = ("embedded", "localstack", "aws")
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
    "embedded": {"awsEndpoint": "http://127.0.0.1:4566", "algoliaHosts": "http://127.0.0.1:8082"},
    "localstack": {},
    "aws": {"awsAccountId": "123456789012", "algoliaAppId": "INVENTED00", "imageTag": "0a1b2c3"},
}


def settings(stack: str, **changes: str | None) -> dict[str, str]:
    """The settings of `stack`, completed; `changes` replace some of them, or (None) take them away."""
    values = stack_settings(FOLDER, stack)
    values |= {f"{PROJECT}:{key}": value for key, value in LEFT_OPEN[stack].items()}
    values |= {f"{PROJECT}:{key}": INVENTED_SECRET for key in SECRETS}
    for key, value in changes.items():
        if value is None:
            values.pop(f"{PROJECT}:{key}", None)
        else:
            values[f"{PROJECT}:{key}"] = value
    return values


class ProgramRefused(Exception):
    """The program refused its settings; the message is its own."""


@functools.cache
def resources(stack: str, **changes: str | None) -> tuple[Registered, ...]:
    """What the program would create on `stack`, without creating anything. Raises ProgramRefused.

    Runs in a process of its own (the SDK keeps state, and leaves event loops behind), once for each question.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(  # noqa: S603 - this interpreter, this module
        [sys.executable, "-m", __spec__.name, stack, json.dumps(changes)],
        cwd=FOLDER.parents[1],
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise ProgramRefused(done.stderr.strip()[-2000:]) from None
    if "refused" in answer:
        raise ProgramRefused(answer["refused"])
    return tuple(Registered(**found) for found in answer["registered"])


def main(stack: str, changes: str) -> None:
    """Run the program here and write what it registered to stdout, as JSON."""
    marked = tuple(f"{PROJECT}:{key}" for key in SECRETS)
    try:
        found = registered(program, PROJECT, stack, settings(stack, **json.loads(changes)), marked)
        answer: dict[str, Any] = {"registered": [dataclasses.asdict(resource) for resource in found]}
    except (ConfigRefused, ContractRefused, ZipMissing) as error:
        answer = {"refused": str(error)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
