"""Which emulated AWS the substrate runs: any that speaks AWS on one port, chosen by one setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from sandbox.setup.problem import SandboxProblem

SETTING = "COURSEMATCH_AWS_EMULATOR"
TOKEN = "LOCALSTACK_AUTH_TOKEN"  # noqa: S105 - a variable's name
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class EmulatorUnknown(SandboxProblem):
    """The setting names no emulator that the substrate knows; the message says what to write."""


@dataclass(frozen=True)
class Emulator:
    """A container that speaks AWS on port 4566: its image, what it is told, and how it says that it is ready."""

    image: str
    health_path: str = "/_localstack/health"
    starts_containers: bool = True
    """Whether it runs each Lambda in a container of its own, for which it needs Docker's socket."""
    told: Mapping[str, str] = field(default_factory=dict)
    """`{network}` and `{name}` are the container's."""
    passed_on: tuple[str, ...] = ()
    """Variables of the user's that it is given, where they are set."""


@dataclass(frozen=True)
class Running:
    """An emulator that somebody else runs, at a URL on this machine: neither started nor removed."""

    endpoint: str


LOCALSTACK = {"LAMBDA_DOCKER_NETWORK": "{network}", "MAIN_CONTAINER_NAME": "{name}"}
KNOWN = {
    # The last image that needs no account (26 February 2026). Newer ones need the user's own token.
    "localstack": Emulator(
        "localstack/localstack:4.14.0",
        told=LOCALSTACK | {"DISABLE_EVENTS": "1", "LAMBDA_RUNTIME_ENVIRONMENT_TIMEOUT": "60"},
        passed_on=(TOKEN,),
    ),
    "floci": Emulator(
        "floci/floci:1.5.11",
        told={
            "FLOCI_SERVICES_LAMBDA_DOCKER_NETWORK": "{network}",
            "FLOCI_SERVICES_LAMBDA_EPHEMERAL": "true",
            "FLOCI_HOSTNAME": "{name}",
        },
    ),
    "ministack": Emulator(
        "ministackorg/ministack:1.5.33",
        health_path="/_ministack/health",
        starts_containers=False,
        told={"MINISTACK_HOST": "localhost"},
    ),
}
REPOSITORIES = {emulator.image.partition(":")[0]: emulator for emulator in KNOWN.values()}


def chosen(environment: Mapping[str, str]) -> Emulator | Running:
    """Read the setting: a name (`ministack`), an image (`floci/floci:1.6.0`) or a URL. Raises EmulatorUnknown."""
    said = environment.get(SETTING) or "localstack"
    if said in KNOWN:
        return KNOWN[said]
    if said.startswith(("http://", "https://")):
        if urlsplit(said).hostname not in LOOPBACK:
            raise EmulatorUnknown(f"{SETTING} is {said}: an emulator is on this machine, or it is none.")
        return Running(said.rstrip("/"))
    repository = said.rpartition("/")[0] + "/" + said.rpartition("/")[2].partition(":")[0].partition("@")[0]
    if repository not in REPOSITORIES:
        raise EmulatorUnknown(
            f"{SETTING} is {said!r}: write {', '.join(KNOWN)}, an image of one of them (as {KNOWN['floci'].image}), "
            "or the URL of one that runs on this machine."
        )
    found = REPOSITORIES[repository]
    if found is KNOWN["localstack"] and said != found.image and TOKEN not in environment:
        raise EmulatorUnknown(f"{said} needs an account: set {TOKEN}, or run {found.image}, the last that needs none.")
    return Emulator(said, found.health_path, found.starts_containers, found.told, found.passed_on)
