"""Ctrl-C, SIGTERM and a closed terminal, while a sandbox runs."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType

from rich.console import Console


@contextlib.contextmanager
def signals_stop(stop: asyncio.Event, console: Console) -> Iterator[None]:
    """Have signals ask for a stop; asking twice changes nothing."""
    loop = asyncio.get_running_loop()

    def handle(_: int, __: FrameType | None) -> None:
        loop.call_soon_threadsafe(stopping)

    def stopping() -> None:
        with contextlib.suppress(OSError):
            console.print("Still stopping …" if stop.is_set() else "Stopping …")
        stop.set()

    names = ("SIGINT", "SIGTERM", "SIGHUP") if sys.platform != "win32" else ("SIGINT", "SIGTERM", "SIGBREAK")
    before = {name: signal.signal(getattr(signal, name), handle) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
