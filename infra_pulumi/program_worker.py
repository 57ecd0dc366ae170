"""A process apart that runs programs: a question a line on its stdin, an answer a line on its stdout, both JSON.

Apart, because the Pulumi SDK keeps state and leaves event loops behind; kept, because its imports take seconds. The
process calls `serve`; who asks it writes `question(…)` to it and reads `answer(…)` from it: `Worker` does so here, the
sandbox's supervised child does so for `up`. Secrets stay marked on the way.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.secret_text import from_json, to_json

ROOT = Path(__file__).resolve().parents[1]


def serve(answer: Callable[[Any], Any]) -> None:
    """Answer the questions on stdin until it closes; what goes wrong is an answer too.

    Garbage is looked for between answers: while a program runs nearly all is alive, and looking is a third of its time.
    """
    answers, sys.stdout = sys.stdout, sys.stderr  # only answers may stand on stdout
    gc.freeze()  # what was imported stays
    for line in sys.stdin:
        gc.disable()
        try:
            reply = {"answer": to_json(answer(from_json(json.loads(line))))}
        except ProgramRefused as refused:
            reply = {"refused": str(refused)}
        except Exception as error:  # noqa: BLE001 - the other side of the pipe gets every reason
            traceback.print_exc()
            reply = {"refused": f"{type(error).__name__}: {error}"}
        print(json.dumps(reply), file=answers, flush=True)
        gc.enable()
        gc.collect()


def question(value: Any) -> bytes:
    """Write one question as a line."""
    return json.dumps(to_json(value)).encode() + b"\n"


def answer(line: bytes) -> Any:
    """Read one answer. Raises ProgramRefused with the program's own words, also when there is none."""
    if not line:
        raise ProgramRefused("the process that runs the program ended without an answer")
    reply = json.loads(line)
    if "refused" in reply:
        raise ProgramRefused(reply["refused"])
    return from_json(reply["answer"])


class Worker:
    """A process that runs `python -m MODULE`, which calls `serve`; it ends with this one."""

    def __init__(self, module: str) -> None:
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._lock = threading.Lock()
        self._process = subprocess.Popen(  # noqa: S603 - a module of ours
            [sys.executable, "-m", module], cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        atexit.register(self.close)

    def ask(self, value: Any) -> Any:
        """Give the answer to one question. Raises ProgramRefused."""
        with self._lock:
            assert self._process.stdin is not None  # noqa: S101 - piped above
            assert self._process.stdout is not None  # noqa: S101 - piped above
            self._process.stdin.write(question(value))
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        return answer(line)

    def close(self) -> None:
        """End the process; twice is as good as once."""
        self._process.communicate()
