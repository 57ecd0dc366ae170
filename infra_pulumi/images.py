"""`python -m infra_pulumi.images [NAME…] [--tag T] [--base-image B] [--platform P] [--push]`: build and try the images.

Uses whatever engine with Docker's command line is there (`docker`, or `podman`). Each image is run as Kubernetes
will run it: as nobody, on a read-only root, without capabilities. `--base-image` names an image that the engine
already has, for where no registry can be reached.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from infra_pulumi.checkout.version import add_version

ROOT = Path(__file__).resolve().parents[1]
DOCKERFILE = ROOT / "infra_pulumi" / "Dockerfile"
ENGINES = ("docker", "podman")
AS_IN_KUBERNETES = ("--read-only", "--tmpfs", "/tmp:mode=1777", "--user", "10001:10001", "--cap-drop", "ALL")  # noqa: S108 - the container's own
MOST_OVER_BASE = 150_000_000


class ImageFailed(Exception):
    """An image cannot be built or does not run; the message says why."""


@dataclass(frozen=True)
class Image:
    """One image: its name, its room, and how to see that it runs (arguments, and for servers a port and a path)."""

    name: str
    room: str
    arguments: tuple[str, ...] = ()
    environment: tuple[str, ...] = ()
    health: tuple[int, str] | None = None
    exit_code: int = 0
    limit_over_base: int | None = None
    group: str | None = None
    """The dependency group it holds, if not the one of its name."""
    folders: tuple[str, ...] = ()
    """What its room imports beside itself; a test holds it to the import graph."""
    start: str | None = None
    """The module and arguments it runs when told nothing, if not the room alone."""

    def recipe(self) -> dict[str, str]:
        """Give the arguments that the one Dockerfile takes for this image."""
        folders = " ".join((f"services/{self.room}", *self.folders))
        made_of = {"ROOM": self.room, "GROUP": self.group or self.name, "FOLDERS": folders}
        return made_of | ({"START": self.start} if self.start else {})


IMAGES = (
    # Without settings it must say which are missing and end with its own code for that, not with a traceback.
    Image(
        "catalog-sync",
        "catalog_sync",
        exit_code=2,
        limit_over_base=MOST_OVER_BASE,
        folders=("services/course_record", "services/index_writer", "services/question", "services/telemetry"),
    ),
    Image(
        "lms",
        "lms",
        arguments=("python", "-m", "services.lms", "--help"),
        folders=("fixtures", "services/telemetry", "services/web_edge"),
        start="services.lms serve",
    ),
    Image(
        "mock-algolia",
        "mock_algolia",
        environment=(
            "ALGOLIA_APP_ID=SMOKE00000",
            "ALGOLIA_ADMIN_KEY=0123456789abcdef0123456789abcdef",
            "ALGOLIA_DATA_DIR=/tmp/data",
            "ALGOLIA_HOST=127.0.0.1",
            "ALGOLIA_PORT=8082",
        ),
        health=(8082, "/_mock/health"),
        folders=("services/telemetry",),
        group="semantic",  # the program asks the stand-in for neuralSearch
    ),
    Image(
        "recommendation-model",
        "recommendation_model",
        exit_code=2,
        folders=(
            "services/course_record",
            "services/index_writer",
            "services/learner_history",
            "services/telemetry",
            "services/web_edge",
        ),
    ),
)


@dataclass(frozen=True)
class Engine:
    """A container engine with Docker's command line."""

    program: str
    platform: tuple[str, ...] = ()
    """The `--platform` option of what is built and run; empty: this machine's."""

    def run(self, *arguments: str, check: bool = True, seconds: int = 900) -> subprocess.CompletedProcess[str]:
        """Run one command of the engine. Raises ImageFailed with its last words."""
        done = subprocess.run(  # noqa: S603 - the engine that main() found
            [self.program, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False
        )
        if check and done.returncode:
            raise ImageFailed(
                f"`{Path(self.program).name} {arguments[0]}` failed:\n{(done.stdout + done.stderr)[-3000:]}"
            )
        return done


def find_engine() -> Engine:
    """Give the first engine whose daemon answers. Raises ImageFailed with what to install."""
    found = [program for name in ENGINES if (program := shutil.which(name))]
    for program in found:
        if Engine(program).run("info", check=False, seconds=30).returncode == 0:
            return Engine(program)
    if found:
        raise ImageFailed(f"{', '.join(found)} is installed, but its daemon does not answer: start it")
    raise ImageFailed("no container engine: install Docker (https://docs.docker.com/engine/install/) or Podman")


def build(engine: Engine, image: Image, reference: str, base_image: str | None) -> int:
    """Build one image; answers how many bytes it adds to its base."""
    told = image.recipe() | ({"BASE_IMAGE": base_image} if base_image else {})
    arguments = [part for name, value in told.items() for part in ("--build-arg", f"{name}={value}")]
    engine.run("build", *engine.platform, "--file", str(DOCKERFILE), "--tag", reference, *arguments, ".")
    size = int(engine.run("inspect", "--format", "{{.Size}}", reference).stdout)
    below = base_image or _default_base()
    base_size = int(engine.run("inspect", "--format", "{{.Size}}", below).stdout)
    return size - base_size


def try_out(engine: Engine, image: Image, reference: str) -> str:
    """Run one image as Kubernetes would; answers what was seen. Raises ImageFailed."""
    environment = [part for variable in image.environment for part in ("--env", variable)]
    if image.health is None:
        done = engine.run(
            "run", "--rm", *engine.platform, *AS_IN_KUBERNETES, *environment, reference, *image.arguments,
            check=False, seconds=60,
        )  # fmt: skip
        if done.returncode != image.exit_code or "Traceback" in done.stdout + done.stderr:
            raise ImageFailed(f"{reference} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-2000:]}")
        return f"ended with {done.returncode} as it should"
    port, path = image.health
    started_as = (*engine.platform, *AS_IN_KUBERNETES, *environment)
    container = engine.run("run", "--detach", *started_as, reference).stdout.strip()
    try:
        ask = f"import urllib.request as r; print(r.urlopen('http://127.0.0.1:{port}{path}', timeout=2).status)"
        until = time.monotonic() + 60
        while time.monotonic() < until:
            if engine.run("exec", container, "python", "-c", ask, check=False).stdout.strip() == "200":
                return f"answers {path}"
            time.sleep(0.3)
        raise ImageFailed(
            f"{reference} did not get ready:\n{engine.run('logs', container, check=False).stderr[-2000:]}"
        )
    finally:
        started = time.monotonic()
        engine.run("stop", "--time", "8", container, check=False)
        seconds = time.monotonic() - started
        state = json.loads(engine.run("inspect", container).stdout)[0]["State"]
        engine.run("rm", "--force", container, check=False)
        if state["ExitCode"] == 137:
            raise ImageFailed(f"{reference} did not end on SIGTERM within {seconds:.0f} s")


def sync_tests(engine: Engine, reference: str) -> None:
    """Run the sync's tests with the container in its process's place (needs the `test` group). Raises ImageFailed."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/catalog_sync/test_command.py", "-q"],
        cwd=ROOT,
        env={**os.environ, "COURSEMATCH_SYNC_IMAGE": reference, "COURSEMATCH_ENGINE": engine.program},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise ImageFailed(f"the sync's tests fail in {reference}:\n{done.stdout[-3000:]}")


def main(argv: list[str] | None = None) -> int:
    """Build and try the images; 1 when one fails."""
    parser = argparse.ArgumentParser(prog="python -m infra_pulumi.images", description=__doc__)
    add_version(parser)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"some of {', '.join(i.name for i in IMAGES)}")
    parser.add_argument("--tag", default="local", help="the build's name (default: local)")
    parser.add_argument("--prefix", default="coursematch-", help="what stands before an image's name")
    parser.add_argument("--base-image", help="an image that the engine has, instead of the Dockerfile's")
    parser.add_argument("--platform", help="what the nodes are, if not this machine's (EKS as we make it: linux/arm64)")
    parser.add_argument("--sync-tests", action="store_true", help="run the sync's own tests on its container too")
    parser.add_argument("--push", action="store_true", help="push what was built and tried")
    options = parser.parse_args(argv)
    chosen = [image for image in IMAGES if not options.names or image.name in options.names]
    try:
        engine = find_engine()
        if options.platform:
            engine = Engine(engine.program, ("--platform", options.platform))
        for image in chosen:
            reference = f"{options.prefix}{image.name}:{options.tag}"
            added = build(engine, image, reference, options.base_image)
            if image.limit_over_base and added > image.limit_over_base:
                raise ImageFailed(
                    f"{reference} adds {added / 1e6:.0f} MB; the limit is {image.limit_over_base / 1e6:.0f}"
                )
            if options.sync_tests and image.name == "catalog-sync":
                sync_tests(engine, reference)
            print(f"{reference}: {added / 1e6:.0f} MB over its base, {try_out(engine, image, reference)}")
            if options.push:
                engine.run("push", reference)
    except ImageFailed as failure:
        print(failure, file=sys.stderr)
        return 1
    return 0


def _default_base() -> str:
    (line,) = [
        line for line in DOCKERFILE.read_text(encoding="utf-8").splitlines() if line.startswith("ARG BASE_IMAGE=")
    ]
    return line.partition("=")[2]


if __name__ == "__main__":
    sys.exit(main())
