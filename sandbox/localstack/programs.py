"""The programs that this substrate needs: are they here, and running them."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sandbox.setup.problem import SandboxProblem


class ProgramMissing(SandboxProblem):
    """Something must be installed first; the message says what and how."""


class ProgramFailed(SandboxProblem):
    """A program that was started ended badly; the message has its last words."""


@dataclass(frozen=True)
class Requirement:
    """A program, what it is for, how to see that it works, and how to get it."""

    program: str
    purpose: str
    probe: tuple[str, ...]
    install: str


REQUIREMENTS = (
    Requirement(
        "docker",
        "runs LocalStack, the cluster and the images",
        ("info", "--format", "{{.ServerVersion}}"),
        "install Docker Engine or Docker Desktop and start it: https://docs.docker.com/engine/install/",
    ),
    Requirement(
        "kind",
        "makes the Kubernetes cluster",
        ("version",),
        "install kind 0.29 or later: https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
    ),
    Requirement(
        "pulumi",
        "deploys the program",
        ("version",),
        "install the Pulumi CLI, version 3.272 or later: https://www.pulumi.com/docs/iac/download-install/",
    ),
)


def missing(
    find: Callable[[str], str | None] = shutil.which, needed: Sequence[Requirement] = REQUIREMENTS
) -> list[str]:
    """Say what keeps what needs these programs from running, a sentence each; empty when nothing does."""
    found = []
    for need in needed:
        path = find(need.program)
        if path is None:
            found.append(f"{need.program} is not installed ({need.purpose}): {need.install}")
            continue
        probed = subprocess.run(  # noqa: S603 - a program from the list above
            [path, *need.probe], capture_output=True, text=True, timeout=30, check=False
        )
        if probed.returncode:
            found.append(f"{need.program} is installed but does not work ({need.purpose}): {need.install}")
    return found


def check_cli() -> None:
    """Raise ProgramMissing where the Pulumi CLI is not at hand."""
    if found := missing(needed=[need for need in REQUIREMENTS if need.program == "pulumi"]):
        raise ProgramMissing(found[0], "Without it the sandbox deploys by itself: `python -m sandbox up`.")


def check() -> None:
    """Raise ProgramMissing with everything that has to be installed, all at once."""
    if found := missing():
        raise ProgramMissing(
            "The localstack substrate needs:\n"
            + "\n".join(f"  - {sentence}" for sentence in found)
            + "\nWithout them everything runs on the embedded substrate: `nox -s sandbox`."
        )


def run(
    program: str,
    *arguments: str,
    text: str | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: int = 600,
    check: bool = True,
) -> str:
    """Run a program to its end and answer what it printed; `text` goes to its stdin. Raises ProgramFailed."""
    try:
        done = subprocess.run(  # noqa: S603 - one of the programs above
            [program, *arguments],
            input=text,
            env=environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except FileNotFoundError:
        raise ProgramMissing(f"{program} is not installed") from None
    except subprocess.TimeoutExpired:
        raise ProgramFailed(f"`{program} {' '.join(arguments[:2])}` did not end within {seconds} s") from None
    if check and done.returncode:
        words = (done.stderr or done.stdout).strip()[-1500:]
        raise ProgramFailed(f"`{program} {' '.join(arguments[:2])}` ended with {done.returncode}:\n{words}")
    return done.stdout
