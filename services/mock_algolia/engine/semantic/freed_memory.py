"""Give freed memory back to the system: glibc keeps what a large batch took, often for as long as the process lives."""

from __future__ import annotations

import ctypes


def give_back() -> None:
    """Hand freed pages back, some milliseconds' work; where the C library is another than glibc nothing is done."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, TypeError, AttributeError):  # Windows loads no library without a name; macOS and musl lack it
        return
    trim(0)
