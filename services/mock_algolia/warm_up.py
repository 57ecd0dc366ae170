"""`python -m services.mock_algolia.warm_up`: have every loop of a search compiled before anybody waits for it.

Numba compiles a loop at its first call: ten seconds of CPU on a new machine, and half a second to read what was kept
from an earlier start. A search that comes first would wait for it, longer than its caller does. Nobody waits: on a new
machine a process of its own compiles while searches run as plain Python (1 to 80 ms each among 250 courses).
"""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread
from typing import Any

from services.mock_algolia.engine.index import SMALL, TAIL, Index
from services.mock_algolia.engine.kernels.compile import (
    all_is_compiled,
    as_machine_code,
    as_python,
    compile_beside,
    could_be_compiled_ahead,
)

WHILE_STDIN_IS_OPEN = "--while-stdin-is-open"
STDIN = 0
_log = logging.getLogger(__name__)
SETTINGS: dict[str, Any] = {"searchableAttributes": ["title", "text"], "attributesForFaceting": ["kind"]}
RECORDS = [
    {
        "objectID": str(number),
        "title": f"Word {number} of many",
        "text": "some more words",
        "kind": f"kind {number % 3}",
    }
    for number in range(2 * max(SMALL, TAIL))
]
SEARCHES: tuple[dict[str, Any], ...] = (
    {"query": "word", "facets": ["*"]},
    {"query": "wrod of mani", "filters": "kind:0 OR kind:1", "facets": ["kind"]},
    {"query": "", "filters": "kind:0", "facets": ["*"]},
)


def begin(*, something_to_search: bool = True) -> Callable[[], None]:
    """Begin to warm up; call what it returns before anybody is let in: at most a second goes by.

    With nothing to search yet nobody waits at all: the first searches run as Python.
    """
    if not something_to_search:
        as_python()
        Thread(target=_become_quick, name="warm-up", daemon=True).start()
        return lambda: None
    ahead = could_be_compiled_ahead()
    if ahead:
        as_python()
    warming = Thread(target=_have_it_compiled if ahead else warm_up, name="warm-up", daemon=True)
    warming.start()
    return (lambda: None) if ahead else warming.join


def let_nobody_wait() -> None:
    """Have this process, on a new machine, begin to compile beside its first search rather than within it."""
    compile_beside(lambda: Thread(target=_have_it_compiled, name="warm-up", daemon=True).start())


def _become_quick() -> None:
    if could_be_compiled_ahead():
        _have_it_compiled()
    else:
        as_machine_code()
        warm_up()


def _have_it_compiled() -> None:
    """Have another process compile, beside the searches, then take what it has made; it ends when this one does."""
    command = [sys.executable, "-m", __name__, WHILE_STDIN_IS_OPEN]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as compiling:  # noqa: S603 - this interpreter, this module
        code = compiling.wait()
    if code != 0:
        _log.warning("the search loops were not compiled (exit %d) and run as Python", code)
        return
    as_machine_code()
    warm_up()


def warm_up() -> None:
    """Search a small index of invented records: among the postings, and among records newer than they are."""
    index = Index(SETTINGS)
    try:
        index.apply(RECORDS[:-1])
        _search(index)
        index.apply(RECORDS[-1:])
        _search(index)
    finally:
        index.close()


def _search(index: Index) -> None:
    for search in SEARCHES:
        index.search(search, index_name="warm_up")


def _compile() -> None:
    """Compile as a process of its own, behind everything else that wants the processor."""
    if hasattr(os, "nice"):
        os.nice(10)
    if WHILE_STDIN_IS_OPEN in sys.argv:
        Thread(target=_end_with_the_other_process, daemon=True).start()
    compile_now()


def compile_now() -> None:
    """Compile every loop and keep it, unless it is kept already."""
    warm_up()
    all_is_compiled()


def _end_with_the_other_process() -> None:
    while os.read(STDIN, 4096):  # not by sys.stdin: Python could not end in order while a thread waits in there
        pass
    os._exit(1)


if __name__ == "__main__":
    _compile()
