"""`python -m sandbox.watching.spare`: a process that waits to become a workload, with the packages that one imports.

Most of what a start takes is the import of packages that nobody edits. A spare has done that before a save, imports our
own modules when it is told to, says what is wrong with them, and turns into the workload without a second import. It
reads a line of JSON at a time, and answers the first two kinds with one:

    {"warm": [modules]}      import packages; those that are not here are left out
    {"import": [modules]}    import our modules as they are saved now; {"fault": traceback} when one refuses
    {"run": argv, "env": …, "log": …}    be `python argv` (`ProcessSpec.order`), with that log

Standard library only: nothing of the sandbox is to be found in a workload's process.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import runpy
import sys
import traceback
import warnings
from collections.abc import Iterable
from typing import IO, Any


def main() -> None:
    """Answer until told what to become, then be that; end when nobody asks any more."""
    answers = _kept_for_answers()
    for line in sys.stdin:
        asked = json.loads(line)
        if "run" in asked:
            answers.close()
            _become(asked)
            return
        if "warm" in asked:
            _warm(asked["warm"])
        fault = _fault_of(asked.get("import", ()))
        answers.write(json.dumps({} if fault is None else {"fault": fault}) + "\n")
        answers.flush()


def _kept_for_answers() -> IO[str]:
    """Set standard output aside, so that nothing that an import prints is taken for an answer."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _warm(modules: Iterable[str]) -> None:
    for module in modules:
        with contextlib.suppress(Exception), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            importlib.import_module(module)


def _fault_of(modules: Iterable[str]) -> str | None:
    try:
        for module in modules:
            importlib.import_module(module)
    except BaseException as error:  # noqa: BLE001 - a saved `sys.exit()` too: whatever keeps it from being imported
        places = error.__traceback__.tb_next if error.__traceback__ else None  # without this line
        return "".join(traceback.format_exception(type(error), error, places))
    return None


def _become(order: dict[str, Any]) -> None:
    """Run the module as `python -m` does, with the streams of a process that was started with that log."""
    log = os.open(order["log"], os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for have, want in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(have, want)
    os.close(log)
    os.close(nothing)
    os.environ.update(order["env"])
    _, module, *arguments = order["run"]
    sys.argv = [module, *arguments]
    sys.modules.pop(f"{module}.__main__", None)  # it is run now, under another name
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
