"""The heavy faults: a part is killed, stopped, starved or lied to while light ones come, and then all is well again."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from random import Random

from chaos import hostile_requests, promises
from chaos.system import System

PARTS = ("seams", "aws", "front-door", "postgres", "lms", "mock-algolia", "telemetry")
SWITCHES = (
    "lms-slow", "lms-throttled", "lms-errors", "lms-hangs", "index-slow", "index-throttled", "index-down",
    "database-down", "database-slow", "database-no-connections", "functions-bad-deploy", "functions-cold",
)  # fmt: skip
HOSTILE_SYNCS = (
    "lms-throttled", "lms-errors", "lms-slow", "lms-hangs", "lms-wrong-counts", "lms-hostile-next",
    "catalogue-instructs", "index-down", "index-throttled", "index-half-filled", "lms-wrong-counts + index-throttled",
    "lms-errors + index-down", "lms-slow + database-slow", "catalogue-instructs + index-half-filled",
)  # fmt: skip
"""Two at once where a plus stands: the site lies while the index, or the site's own database, fails."""
DAMAGES = (
    "its pid file is garbage",
    "its endpoints are garbage",
    "the run folder is gone",
    "the end of the index's log is noise",
)
KILLED = "killed and started again"
HEAVY: Mapping[str, tuple[str, ...]] = {
    "kills": PARTS,
    "stops": PARTS,
    "faults at seams": SWITCHES,
    "faults now and then": tuple(name for name in SWITCHES if name.split("-")[0] in ("lms", "index", "database")),
    "hostile syncs": HOSTILE_SYNCS,
    "bursts": hostile_requests.BURSTS,
    "disk full": ("while it is used", "while a part starts"),
    "the whole sandbox": (KILLED, *DAMAGES),
}


class NotHeld(Exception):
    """The system did not do what it promises during a heavy fault; the message says what it did."""


@contextmanager
def broken(system: System, kind: str, name: str, chance: Random, truth: promises.Truth) -> Iterator[None]:
    """Break it, let the caller do what it likes, and mend it. Raises `NotHeld`."""
    acts: Mapping[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
        "kills": lambda: _killed(system, name),
        "stops": lambda: _stopped(system, name, chance.uniform(4, 14)),
        "bursts": lambda: _burst(system, name, truth),
        "faults at seams": lambda: _switched(system, name),
        "faults now and then": lambda: _switched(system, name, "--rate", f"{chance.uniform(0.2, 0.7):.2f}"),
        "hostile syncs": lambda: _hostile_sync(system, name),
        "disk full": lambda: _disk_full(system, name),
        "the whole sandbox": lambda: _whole(system, name, chance),
    }
    with acts[kind]():
        yield


@contextmanager
def _away(system: System, name: str) -> Iterator[None]:
    """Ask no answer of the front door while it is broken itself."""
    system.away = system.away or name in ("front-door", "sandbox")
    try:
        yield
    finally:
        system.recovered()
        system.away = False


@contextmanager
def _killed(system: System, name: str) -> Iterator[None]:
    with _away(system, name):
        pid = system.pids().get(name)
        if pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        yield


@contextmanager
def _stopped(system: System, name: str, seconds: float) -> Iterator[None]:
    with _away(system, name):
        pid = system.pids().get(name)
        if pid is None or not hasattr(signal, "SIGSTOP"):
            yield
            return

        def go_on() -> None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

        os.kill(pid, signal.SIGSTOP)
        later = threading.Timer(seconds, go_on)
        later.start()
        try:
            yield
        finally:
            later.cancel()
            go_on()


@contextmanager
def _burst(system: System, name: str, truth: promises.Truth) -> Iterator[None]:
    with ThreadPoolExecutor(max_workers=1) as pool:
        asked = pool.submit(hostile_requests.burst, system, name, truth)
        yield
        wrong = asked.result()
    if wrong:
        raise NotHeld(wrong)


@contextmanager
def _switched(system: System, name: str, *more: str) -> Iterator[None]:
    done = system.command("break", name, "--for", "15s", *more)
    if done.returncode != 0:
        raise NotHeld(f"the switch {name} was refused: {done.stdout}{done.stderr}")
    try:
        yield
    finally:
        system.command("mend")


@contextmanager
def _hostile_sync(system: System, name: str) -> Iterator[None]:
    with contextlib.ExitStack() as switches, ThreadPoolExecutor(max_workers=1) as pool:
        for switch in name.split(" + "):
            switches.enter_context(_switched(system, switch))
        running = pool.submit(system.command, "sync")  # while readers ask, and the light ones come
        yield
        done = running.result()
    wrong = promises.synced(done.stdout, done.stderr)
    if wrong:
        raise NotHeld(wrong)


@contextmanager
def _disk_full(system: System, name: str) -> Iterator[None]:
    if not system.small_disk:
        if sys.platform != "linux":
            yield
            return
        with _switched(system, "index-disk-full"):
            yield
        return
    filler = system.state.parent / "filler"
    try:
        with filler.open("wb") as file, contextlib.suppress(OSError):
            while True:
                file.write(b"\0" * 1_048_576)
                file.flush()
        if name == "while a part starts":
            with _killed(system, "mock-algolia"):
                yield
                filler.unlink(missing_ok=True)
        else:
            yield
    finally:
        filler.unlink(missing_ok=True)


@contextmanager
def _whole(system: System, name: str, chance: Random) -> Iterator[None]:
    """End the sandbox, by force or by its command, damage what it keeps, and start it again."""
    with _away(system, "sandbox"):
        if name in (KILLED, DAMAGES[3]):
            pid = system.pids().get("sandbox")
            if pid:
                os.kill(pid, signal.SIGKILL)
            time.sleep(2)  # its children end themselves
        else:
            system.command("down")
        sizes = {path: path.stat().st_size for path in (system.state / "algolia").rglob("*.wal")}
        if name != KILLED:
            _damage(system, name, chance)
        yield
        done = system.up()
        said = done.stdout + done.stderr
        if name == DAMAGES[3] and done.returncode != 0 and "is damaged" in said and "Traceback" not in said:
            for path, size in sizes.items():  # nothing was changed, so the right file brings all back
                os.truncate(path, size)
            done = system.up()
            said = done.stdout + done.stderr
        if done.returncode != 0 or "Traceback" in said:
            system.command("down")
            again = system.up()
            raise NotHeld(f"up ended with {done.returncode}, then with {again.returncode}: {said[-600:]}")


def _damage(system: System, name: str, chance: Random) -> None:
    state = system.state
    noise = chance.randbytes(200)
    if name == DAMAGES[0]:
        (state / "sandbox.pid").write_bytes(noise)
    elif name == DAMAGES[1]:
        (state / "endpoints.json").write_bytes(noise)
    elif name == DAMAGES[2]:
        for path in sorted((state / "run").rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
    else:  # what a machine that loses its current leaves: a record of which only the beginning was written
        for path in (state / "algolia").rglob("*.wal"):
            with path.open("ab") as file:
                file.write(noise)
