"""Short pauses: what outlives a full garbage collection is not looked through again, request after request.

A full collection looks through all that lives while every thread waits: 20 to 110 ms in our processes, every few dozen
requests, and it finds next to nothing there, for what lives are modules, tables and an index. What it leaves is set
aside, so that the next one looks through what is new.
"""

from __future__ import annotations

import atexit
import gc
from typing import Literal

LOOKED_AT_AGAIN = 50
"""Of so many full collections one looks through all: what was set aside may have become unreachable in a circle."""


class _SettingAside:
    def __init__(self) -> None:
        self._collections = 0

    def __call__(self, phase: Literal["start", "stop"], info: dict[str, int]) -> None:
        if info["generation"] < 2:
            return
        if phase == "stop":
            gc.freeze()
        else:
            self._collections += 1
            if self._collections % LOOKED_AT_AGAIN == 0:
                gc.unfreeze()


def keep_pauses_short() -> None:
    """Set aside what outlives full collections, from now on in this process; at its end all is looked through."""
    if not any(isinstance(callback, _SettingAside) for callback in gc.callbacks):
        gc.callbacks.append(_SettingAside())
        atexit.register(look_through_all)


def look_through_all() -> None:
    """Set nothing aside any more: at its end a process frees all, or libraries in C++ tell of leaks."""
    gc.callbacks[:] = [callback for callback in gc.callbacks if not isinstance(callback, _SettingAside)]
    gc.unfreeze()
