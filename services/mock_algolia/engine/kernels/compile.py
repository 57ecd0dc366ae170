"""Machine code for the inner loops: numba where it is installed, the same Python otherwise (correct, far slower).

A new machine has none yet, and numba needs ten seconds of CPU for it. Who cannot wait says `as_python`, has another
process compile, and says `as_machine_code` once that has kept what it made.
"""

from __future__ import annotations

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

    def __init__(self, function: FunctionType, machine_code: Any) -> None:
        self.function = function
        self.machine_code = machine_code
        self.call = machine_code

    def __call__(self, *values: Any) -> Any:
        """Run the loop."""
        return self.call(*values)


_loops: list[Loop] = []
_spaces: dict[str, dict[str, Any]] = {}
"""Of each module the names as numba sees them: a loop that calls another finds its machine code, not a `Loop`."""
_SOURCES = sha256(b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))).hexdigest()[:12]
"""What all loops are written in. Numba looks at a loop's own file only, and would keep what it calls as it was."""


def compiled(function: F) -> F:
    """Compile a loop once per machine (kept beside the code or in the user's cache); releases the GIL."""
    try:
        import numba
    except ImportError:
        return function
    space = _spaces.setdefault(function.__module__, {})
    for name, value in function.__globals__.items():
        space.setdefault(name, value.machine_code if isinstance(value, Loop) else value)
    of_numbas = FunctionType(function.__code__, space, function.__name__)
    of_numbas.__qualname__ = f"{function.__name__}_{_SOURCES}"  # part of the file's name that numba keeps it in
    try:
        machine_code = numba.njit(cache=True, nogil=True, error_model="numpy")(of_numbas)
    except RuntimeError:  # no place for a cache: compile anew in each process
        machine_code = numba.njit(nogil=True, error_model="numpy")(of_numbas)
    space[function.__name__] = machine_code
    _loops.append(Loop(cast(FunctionType, function), machine_code))
    return cast(F, _loops[-1])


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
    mark = f"whole-{_SOURCES}-{version('numba')}.{implementation.cache_tag}"
    return {Path(place) / mark for loop in _loops if (place := loop.machine_code.stats.cache_path)}
