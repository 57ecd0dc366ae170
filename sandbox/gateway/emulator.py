"""`python emulator.py --port N`: MiniStack behind the guard, on loopback; runs in the emulator's own environment.

A script, not a module of a package: started by path, it has this folder on its import path and not the repository,
so nothing of ours can stand in for what a Lambda's zip lacks.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path

LOOK_EVERY = 5.0


def main() -> None:
    """Serve until SIGTERM or Ctrl-C; the emulator reads its port and folders from the environment at import."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    os.environ["GATEWAY_PORT"] = str(port)
    os.environ["BIND_HOST"] = "127.0.0.1"

    # This folder is on the path only when run as a script.
    from guard import Call, Guard, Turnstile  # type: ignore[import-not-found]
    from hypercorn.asyncio import serve
    from hypercorn.config import Config
    from ministack.app import app  # type: ignore[import-not-found]  # lives in the emulator's environment only
    from signatures import fault  # type: ignore[import-not-found]

    key_id, secret_key = os.environ["AWS_ACCESS_KEY_ID"], os.environ["AWS_SECRET_ACCESS_KEY"]

    def fault_of(call: Call) -> str | None:
        said: str | None = fault(call, key_id, secret_key, datetime.now(UTC))
        return said

    show_the_functions_logs()
    share_code()
    end_old_versions()
    turnstile = Turnstile(app, places=min(8, 2 * (os.cpu_count() or 1)))
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    asyncio.run(_serve(serve(Guard(turnstile, fault_of), config, shutdown_trigger=_stop_requested)))


def show_the_functions_logs() -> None:
    """Print what functions log, beside sending it to CloudWatch, and wait 2 ms for it instead of 50.

    Later lines come with the next invocation.
    """
    from ministack.core.lambda_runtime import Worker  # type: ignore[import-not-found]  # emulator's environment only

    drain = Worker._drain_stderr_bounded  # a missing name must fail here: then the pinned emulator has changed

    def drained(worker: object, **waits: float) -> str:
        said: str = drain(worker, **{"first_line_wait": 0.002, "idle_confirm": 0.001, **waits})
        if said.strip():
            with contextlib.suppress(OSError):  # a disk that is full takes no log, and costs no answer
                print(said.strip("\n"), flush=True)
        return said

    Worker._drain_stderr_bounded = drained


def share_code() -> None:
    """Let all workers of a function stand on one unpacked and compiled copy of its zip (`shared_code`)."""
    from ministack.core import lambda_runtime  # type: ignore[import-not-found]  # emulator's environment only
    from shared_code import shared  # type: ignore[import-not-found]  # this folder is on the path as a script only

    _ = lambda_runtime.zipfile  # a missing name must fail here: then the pinned emulator has changed
    lambda_runtime.zipfile = shared(Path(os.environ["SHARED_CODE"]))


def end_old_versions() -> None:
    """Let the emulator's reaper, which looks twice a minute, end what is no longer live too (`old_versions`)."""
    from ministack.core import lambda_runtime  # it lives in the emulator's environment only
    from ministack.services import lambda_svc  # type: ignore[import-not-found]  # as above
    from old_versions import live_versions, take_out_idle  # type: ignore[import-not-found]  # as `shared_code`

    reap, seconds = lambda_svc.reap_idle_workers, lambda_runtime._LOCAL_WORKER_TTL
    functions = lambda_svc._functions._data  # a missing name must fail here: then the pinned emulator has changed

    def reaped() -> int:
        with lambda_runtime._lock:
            old = take_out_idle(
                lambda_runtime._workers, lambda name: live_versions(functions, name), time.time(), seconds
            )
        lambda_runtime.kill_workers(old)
        return len(old) + int(reap())

    lambda_svc.reap_idle_workers = reaped


async def _serve(server: object) -> None:
    await server  # type: ignore[misc]  # hypercorn types its coroutine as object-like across versions


def keep_what_is_there() -> None:
    """Write what was created to STATE_DIR, where the next process finds it; `kept` says that all of it is written."""
    from ministack.app import _build_persistence_save_dict
    from ministack.core.persistence import save_all  # type: ignore[import-not-found]

    folder = Path(os.environ["STATE_DIR"])
    (folder / "kept").unlink(missing_ok=True)
    save_all(_build_persistence_save_dict())
    (folder / "kept").touch()


async def end_idle_workers() -> None:
    """End what a burst has started soon after it: the emulator itself looks every half minute only."""
    from ministack.core.lambda_runtime import reap_idle_workers

    while True:
        await asyncio.sleep(LOOK_EVERY)
        await asyncio.to_thread(reap_idle_workers)


async def _stop_requested() -> None:
    stop = asyncio.Event()
    looking = asyncio.ensure_future(end_idle_workers())
    loop = asyncio.get_running_loop()
    if hasattr(signal, "SIGUSR1"):
        loop.add_signal_handler(signal.SIGUSR1, keep_what_is_there)
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
    except NotImplementedError:  # Windows has no such handlers; there the process is ended outright
        pass
    await stop.wait()
    looking.cancel()


if __name__ == "__main__":
    main()
