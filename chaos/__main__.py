"""`nox -s chaos`: attack a sandbox of our own for some minutes, and print what held.

    nox -s chaos                              # 20 minutes at most, some 500 injections
    nox -s chaos -- --minutes 4 --seed 7      # the gate's part
    nox -s chaos -- --seed 7 --only 31        # one injection again

Loopback only, and on nothing but the sandbox that it starts. Exits 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from rich.console import Console

from chaos import heavy_faults, hostile_requests, leaks, promises
from chaos.schedule import Injection, Round, rounds
from chaos.system import ROOT, System, running
from chaos.tally import Tally
from chaos.traffic import LEARNERS, Traffic
from infra_pulumi.checkout.version import add_version

HELD, BROKEN = 0, 1
AT_ONCE = 6
KEPT_LOGS = ROOT / "build" / "chaos-logs"
console = Console(soft_wrap=True, highlight=False, markup=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Attack, and report."""
    options = _parser().parse_args(arguments)
    tally = Tally(options.seed)
    started = time.monotonic()
    with running(options.state, options.port_base) as system:
        if not system.recovered():
            console.print("The sandbox started and does not answer.")
            return BROKEN
        truth = truth_of(system)
        traffic = Traffic(system, truth, tally)
        traffic.start()
        for one in _chosen(options):
            if options.only is None and time.monotonic() - started > options.minutes * 60:
                break
            _round(one, system, truth, traffic, tally)
            if tally.total >= options.injections:
                break
        traffic.stop()
        _settle(system, traffic, tally)
        if tally.broken:
            shutil.rmtree(KEPT_LOGS, ignore_errors=True)
            shutil.copytree(system.state / "logs", KEPT_LOGS)
    console.print(tally.table())
    console.print(", ".join(f"{count} × {what}" for what, count in sorted(tally.answers.items())))
    console.print(f"{tally.total} injections in {time.monotonic() - started:.0f} s, seed {options.seed}")
    for text in tally.reproducers():
        console.print(f"\nBROKEN {text}")
    return BROKEN if tally.broken else HELD


def truth_of(system: System) -> promises.Truth:
    """Say what is so, from the fixtures, and from the quiet system where the fixtures leave a choice to it."""
    lines = (ROOT / "fixtures" / "courses.jsonl").read_text("utf-8").splitlines()
    titles = {course["key"]: course["title"] for course in map(json.loads, lines)}
    with (ROOT / "fixtures" / "enrollments.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    taken = {
        learner: frozenset(row["course_key"] for row in rows if row["student_id"] == learner)
        for learner in {row["student_id"] for row in rows}
    }
    for learner in LEARNERS:
        told = system.ask("/enrollments", {"student_id": learner}, learner=learner).json()
        shown = frozenset(one["course_key"] for one in told["enrollments"])
        if not shown <= taken[learner]:
            raise RuntimeError(f"the quiet system tells {learner} of {sorted(shown - taken[learner])}")
        taken[learner] = shown
    return promises.Truth(titles, taken)


def _round(one: Round, system: System, truth: promises.Truth, traffic: Traffic, tally: Tally) -> None:
    console.print(f"{tally.total:4} {one.heavy.kind}: {one.heavy.name} …", end=" ")
    began = time.monotonic()
    tally.now = one.heavy
    tally.begin(one.heavy)
    try:
        with (
            heavy_faults.broken(system, one.heavy.kind, one.heavy.name, one.heavy.random(), truth),
            ThreadPoolExecutor(max_workers=AT_ONCE) as pool,
        ):
            list(pool.map(lambda light: _light(light, system, truth, tally), one.light))
    except heavy_faults.NotHeld as error:
        tally.fail(str(error), one.heavy)
    _settle(system, traffic, tally)
    _read_the_logs(system, tally)
    tally.now = None
    console.print(f"{time.monotonic() - began:.0f} s" + (", BROKEN" if one.heavy.number in tally.broken else ""))


def _read_the_logs(system: System, tally: Tally) -> None:
    """Look through the logs after every round: a start cuts them, and the one that leaked is then known."""
    secrets = leaks.secrets_of(system.state, system.endpoints(), system.tokens)
    for found in leaks.found_in(system.state / "logs", secrets):
        tally.fail(f"a log: {found}", Injection(-2, "logs", "what was logged", ""))


def _light(light: Injection, system: System, truth: promises.Truth, tally: Tally) -> None:
    tally.begin(light)
    try:
        wrong = hostile_requests.carry_out(system, light.kind, light.name, light.random(), truth)
    except Exception as error:  # noqa: BLE001  an answer that our own reading did not expect is a finding too
        wrong = f"not understood: {error!r}"
    if wrong:
        tally.fail(wrong, light)


def _settle(system: System, traffic: Traffic, tally: Tally) -> None:
    """Wait until all is well again, and look for what was written."""
    if not system.recovered():
        tally.fail("it did not come back")
        return
    for attempt in range(5):
        try:
            for wrong in traffic.stored():
                tally.fail(wrong)
            return
        except Exception as error:  # noqa: BLE001  a part that is still coming back: anything may be said by its client
            if attempt == 4:
                tally.fail(f"what was written cannot be read: {type(error).__name__}")
            time.sleep(2)


def _chosen(options: argparse.Namespace) -> Iterator[Round]:
    planned = rounds(options.seed, heavy_faults.HEAVY, hostile_requests.LIGHT)
    if options.only is None:
        return planned
    return (
        one
        for one in islice(planned, 10_000)
        if options.only in {one.heavy.number, *(light.number for light in one.light)}
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    add_version(parser)
    parser.add_argument("--seed", type=int, default=int(time.time()) % 100_000, help="the same seed, the same faults")
    parser.add_argument("--minutes", type=float, default=19.0, help="begin no round after so many minutes")
    parser.add_argument("--injections", type=int, default=600, help="stop after so many")
    parser.add_argument("--only", type=int, help="do the round of one injection again")
    parser.add_argument("--state", type=Path, help="a folder for its state, thrown away (default: a temporary one)")
    parser.add_argument("--port-base", type=int, default=25_500)
    return parser


if __name__ == "__main__":
    sys.exit(main())
