"""Machine code for the inner loops: numba where it is installed, the same Python otherwise (correct, far slower)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a loop once per machine (cached beside the code or in the user's cache); releases the GIL."""
    try:
        import numba
    except ImportError:
        return function
    try:
        return cast(F, numba.njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # no place for a cache: compile anew in each process
        return cast(F, numba.njit(nogil=True, error_model="numpy")(function))
