"""Machine code for the inner loops: numba where it is installed, the same Python otherwise (correct, far slower).

Importing numba takes longer than all else that a start does, so it waits for the first call, or for a thread of its
own. A new machine has no machine code yet, and numba needs ten seconds of CPU for it. Who cannot wait says
`as_python`, has another process compile, and says `as_machine_code` once that has kept what it made.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from sys import implementation
from types import FunctionType
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])


class Loop:
    """A loop in both forms; the one that is called may be changed while others call it."""

    def __init__(self, function: FunctionType) -> None:
        self.function = function
        self.compiled: Any = None
        self.call: Callable[..., Any] = self._as_first_called

    def __call__(self, *values: Any) -> Any:
        """Run the loop."""
        return self.call(*values)

    @property
    def machine_code(self) -> Any:
        """What numba makes of it; it compiles, or reads what was kept, at its first call."""
        if self.compiled is None:
            _hand_to_numba()
        return self.compiled

    def _as_first_called(self, *values: Any) -> Any:
        if _compile_beside is not None and could_be_compiled_ahead():
            as_python()
            _compile_beside()
        else:
            self.call = self.machine_code
        return self.call(*values)


_loops: list[Loop] = []
_handing = threading.Lock()
_SOURCES = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()[:12]
"""What all loops are written in. Numba looks at a loop's own file only, and would keep what it calls as it was."""
_compile_beside: Callable[[], None] | None = None


def compiled(function: F) -> F:
    """Compile a loop once per machine (kept beside the code or in the user's cache); releases the GIL."""
    _loops.append(Loop(cast(FunctionType, function)))
    return cast(F, _loops[-1])


def _hand_to_numba() -> None:
    """Give numba every loop so far, in order: one that calls another finds its machine code, not a `Loop`."""
    with _handing:
        try:
            import numba
        except ImportError:
            for loop in _loops:
                loop.compiled = loop.function
            return
        spaces: dict[str, dict[str, Any]] = {}
        for loop in _loops:
            function = loop.function
            space = spaces.setdefault(function.__module__, {})
            for name, value in function.__globals__.items():
                space.setdefault(name, value.compiled or value if isinstance(value, Loop) else value)
            if loop.compiled is None:
                of_numbas = FunctionType(function.__code__, space, function.__name__)
                of_numbas.__qualname__ = f"{function.__name__}_{_SOURCES}"  # part of the file's name that it is kept in
                try:
                    loop.compiled = numba.njit(cache=True, nogil=True, error_model="numpy")(of_numbas)
                except RuntimeError:  # no place for a cache: compile anew in each process
                    loop.compiled = numba.njit(nogil=True, error_model="numpy")(of_numbas)
            space[function.__name__] = loop.compiled


def compile_beside(begin: Callable[[], None]) -> None:
    """Let whoever calls a loop first on a new machine not wait for the compiler: it begins elsewhere, by this."""
    global _compile_beside
    _compile_beside = begin


def as_python() -> None:
    """Run every loop as the Python that it is written in."""
    for loop in _loops:
        loop.call = loop.function


def as_machine_code() -> None:
    """Run every loop as machine code: read from where it was kept, else made at its first call."""
    for loop in _loops:
        loop.call = loop.machine_code


def could_be_compiled_ahead() -> bool:
    """Tell whether another process should compile first: there is a place to keep it, and not all is kept there."""
    marks = _marks()
    return bool(marks) and not all(mark.exists() for mark in marks)


def all_is_compiled() -> None:
    """Leave a mark beside what is kept: one that was killed half-way has kept some loops, and leaves none."""
    for mark in _marks():
        mark.touch()


def _marks() -> set[Path]:
    """Give the mark of each place where loops are kept, of this text of theirs."""
    kept = [getattr(loop.machine_code, "stats", None) for loop in _loops]
    places = {stats.cache_path for stats in kept if stats is not None and stats.cache_path}
    return {Path(place) / f"whole-{_SOURCES}-{version('numba')}.{implementation.cache_tag}" for place in places}
