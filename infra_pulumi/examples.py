"""Complete settings for each substrate, with invented secrets: what checks and rendered files are made from."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import pulumi

from infra_pulumi.coursematch import program as coursematch
from infra_pulumi.coursematch import settings as system_settings
from infra_pulumi.platform import program as platform
from infra_pulumi.program_runner import Previewing, Recording, Registered, run
from infra_pulumi.program_worker import Worker, serve
from infra_pulumi.secret_text import Secret
from infra_pulumi.stack_config import StackConfig, stack_settings

HERE = Path(__file__).parent
SYSTEM, PLATFORM = "coursematch", "coursematch-platform"
STACKS = ("embedded", "localstack", "aws")
FOLDERS = {SYSTEM: HERE / "coursematch", PLATFORM: HERE / "platform"}
PROGRAMS = {SYSTEM: coursematch.program, PLATFORM: platform.program}
INVENTED_SECRET = Secret("an-invented-secret-of-32-characters")
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


def settings(project: str, stack: str, **changes: str | Secret | None) -> dict[str, str | Secret]:
    """Give the settings of a project's stack, completed; `changes` replace some, or (None) take them away."""
    values: dict[str, str | Secret] = {f"{project}:{key}": value for key, value in LEFT_OPEN[project, stack].items()}
    values |= stack_settings(FOLDERS[project], stack)
    if project == SYSTEM:
        values |= {f"{project}:{key}": INVENTED_SECRET for key in _secrets_read(values)}
    for key, value in changes.items():
        if value is None:
            values.pop(f"{project}:{key}", None)
        else:
            values[f"{project}:{key}"] = value
    return values


class _Asked(StackConfig):
    """Notes which settings are read as secrets; needs no running program."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = {key.removeprefix(f"{SYSTEM}:"): value for key, value in values.items()}
        self.secrets: list[str] = []

    def value(self, key: str) -> str | None:
        return self._values.get(key)

    def secret(self, key: str) -> pulumi.Output[str]:
        self.secrets.append(key)
        return cast("pulumi.Output[str]", INVENTED_SECRET)  # only asked for, never awaited

    def optional_secret(self, key: str) -> pulumi.Output[str] | None:
        return self.secret(key)


def _secrets_read(values: dict[str, Any]) -> list[str]:
    """Ask the program which of its settings are secrets: nobody keeps a list of them."""
    asked = _Asked(values)
    system_settings.read(asked)
    return asked.secrets


@dataclass(frozen=True)
class Declared:
    """What a program declared and exported."""

    resources: tuple[Registered, ...]
    outputs: Mapping[str, Any]


@functools.cache
def _worker() -> Worker:
    return Worker(__name__)


@functools.cache
def resources(project: str, stack: str, **changes: str | Secret | None) -> tuple[Registered, ...]:
    """Say what a project's program would create on `stack`, without creating anything. Raises ProgramRefused."""
    return _ask(project, stack, changes).resources


@functools.cache
def preview(project: str, stack: str, **changes: str | Secret | None) -> Declared:
    """Say what a first preview of a project's program would show on `stack`: whatever can be unknown is UNKNOWN."""
    return _ask(project, stack, changes, preview=True)


def _ask(project: str, stack: str, changes: Mapping[str, str | Secret | None], *, preview: bool = False) -> Declared:
    asked = {"project": project, "stack": stack, "changes": changes, "preview": preview}
    answer = _worker().ask(asked)
    return Declared(tuple(Registered(**found) for found in answer["resources"]), answer["outputs"])


def _record(asked: dict[str, Any]) -> dict[str, Any]:
    """Answer one question of `_ask`: what the program registered, by type and name, and its outputs."""
    project, stack = asked["project"], asked["stack"]
    monitor = Previewing() if asked["preview"] else Recording()
    outputs = run(PROGRAMS[project], project, stack, settings(project, stack, **asked["changes"]), monitor)
    found = sorted(monitor.registered, key=lambda resource: (resource.type, resource.name))
    return {"resources": [vars(resource) for resource in found], "outputs": outputs}


if __name__ == "__main__":
    serve(_record)
