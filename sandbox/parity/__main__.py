"""`python -m sandbox.parity`: deploy the program to another emulator beside a running sandbox, and compare the answers.

The other is LocalStack, which this starts, or the one at the URL that `COURSEMATCH_AWS_EMULATOR` gives. Both gateways
stand before the same database, index and LMS, so that only the substrates can differ. Ends with 1 when an answer
differs in a way that `known.py` does not explain, and with 77 where the other cannot run: nothing was compared then.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from infra_pulumi.checkout.version import add_version
from sandbox.embedded.pulumi_engine.deployment import deploy_once
from sandbox.localstack.emulators import KNOWN as EMULATORS
from sandbox.localstack.emulators import SETTING, Emulator, EmulatorUnknown, Running, chosen
from sandbox.parity.comparison import QUESTIONS, Difference, differences
from sandbox.parity.known import KNOWN, Known
from sandbox.parity.localstack import ROOT, LocalStackUnavailable, environment, running
from sandbox.setup.credentials import load_credentials
from sandbox.setup.database import database_urls
from sandbox.setup.not_run import not_run
from sandbox.setup.ports import free_base, free_port
from sandbox.setup.stack_values import StackValues, stack_values
from sandbox.setup.state import State

LEARNER = "1"


def main(argv: list[str] | None = None) -> int:
    """Compare; 1 for a difference that nobody has explained, 77 where nothing could be compared."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.parity", description=__doc__)
    add_version(parser)
    parser.add_argument("--state", type=Path, help="the state folder of a sandbox that runs; default: start one")
    parser.add_argument(
        "--install-only", action="store_true", help="make LocalStack's environment, and compare nothing"
    )
    options = parser.parse_args(argv)
    console = Console()
    try:
        other = chosen(os.environ)
    except EmulatorUnknown as unknown:
        print(unknown, file=sys.stderr)
        return 1
    if isinstance(other, Emulator) and other is not EMULATORS["localstack"]:
        return not_run(
            f"a container of {other.image} cannot reach the sandbox's parts, which listen on loopback only",
            f"start it on the host's network, and give its URL: {SETTING}=http://127.0.0.1:4566",
        )
    if isinstance(other, Emulator):
        try:
            environment()
        except LocalStackUnavailable as missing:
            return not_run(str(missing), missing.to_run)
        if options.install_only:
            return 0
    folder = Path(tempfile.mkdtemp(prefix="coursematch-parity-"))
    state = options.state or folder / "state"
    try:
        if options.state is None:
            _sandbox("up", "--detach", "--state", str(state), "--port-base", str(free_base(21_000)))
        if isinstance(other, Running):
            return _compare(console, state, other.endpoint, other.endpoint, (), folder)
        with running(free_port(), folder / "localstack") as endpoint:
            return _compare(console, state, "LocalStack 4.14", endpoint, KNOWN, folder)
    finally:
        if options.state is None:
            _sandbox("down", "--state", str(state))
        shutil.rmtree(folder, ignore_errors=True)


def _compare(console: Console, state: Path, name: str, endpoint: str, known: Sequence[Known], folder: Path) -> int:
    endpoints = json.loads((state / "endpoints.json").read_text(encoding="utf-8"))
    started = time.monotonic()
    deployed = deploy_once(_values(state, endpoints), endpoint, folder)
    console.print(f"Deployed to {name} in {time.monotonic() - started:.0f} s.")
    bearer = {"Authorization": f"Bearer {_sandbox('token', LEARNER, '--state', str(state)).strip()}"}
    found = [
        difference
        for question in QUESTIONS
        for difference in differences(question, bearer, endpoints["gateway"], deployed.outputs["apiUrl"])
    ]
    unexplained = [difference for difference in found if _reason(difference, known) is None]
    table = Table(title=f"{len(QUESTIONS)} questions, {len(found)} differences, {len(unexplained)} unexplained")
    for column in ("question", "where", "MiniStack", name, "why"):
        table.add_column(column, overflow="fold")
    for difference in found:
        why = _reason(difference, known) or "UNEXPLAINED"
        table.add_row(difference.question, difference.where, difference.ministack, difference.localstack, why)
    console.print(table)
    return 1 if unexplained else 0


def _reason(difference: Difference, known: Sequence[Known]) -> str | None:
    for one in known:
        if difference.question in one.questions and difference.where in one.where:
            return one.reason
    return None


def _values(state: Path, endpoints: dict[str, Any]) -> StackValues:
    """Give the settings of the running sandbox's own deployment."""
    credentials, _ = load_credentials(State(state))
    address = endpoints["postgres"].rpartition("@")[2].partition("/")[0]
    return stack_values(credentials, database_urls(credentials, address), endpoints["lms"]) | {
        "algoliaIndex": endpoints["algolia"]["index"],
        "algoliaHosts": endpoints["algolia"]["url"],
        "advisorPublicUrl": endpoints["api"],
    }


def _sandbox(*arguments: str) -> str:
    done = subprocess.run(  # noqa: S603 - this interpreter, a module of ours
        [sys.executable, "-m", "sandbox", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"`sandbox {arguments[0]}` failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
