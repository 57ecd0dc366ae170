"""`up --detach`: a sandbox in a session of its own, which whoever typed the command leaves running."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from typing import Any

from sandbox.running.client import running_sandbox
from sandbox.setup.as_typed import as_typed
from sandbox.setup.state import ROOT, State

END_SECONDS = 60
INTERRUPTED = 130
FLAGS = ("fresh", "semantic", "rebuild-index", "watch", "light")
"""The options of `up` that say yes or no, passed on."""


def start_detached(options: argparse.Namespace) -> int:
    """Start `up` in a session of its own, pass on what it says, and return when it is ready or has failed."""
    argv = [sys.executable, "-m", "sandbox", "up", "--detached", "--state", os.path.abspath(options.state)]
    argv += [
        "--port-base",
        str(options.port_base),
        "--engine",
        options.engine,
        *(f"--{name}" for name in FLAGS if getattr(options, name.replace("-", "_"))),
    ]
    for name in ("catalog", "enrollments"):
        if path := getattr(options, name):
            argv += [f"--{name}", os.path.abspath(path)]
    session: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        session = {"creationflags": subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP}
    child = subprocess.Popen(  # noqa: S603 - our own command, no shell
        argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={**os.environ, "PYTHONUTF8": "1"}, **session,
    )  # fmt: skip
    try:
        assert child.stdout is not None  # noqa: S101 - PIPE above
        for line in child.stdout:
            sys.stdout.write(line.decode(errors="replace"))
            sys.stdout.flush()
        ended = child.poll()
        if ended is None and running_sandbox(State(options.state)) is None:
            ended = child.wait(10)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGTERM)
        child.wait(END_SECONDS)
        raise
    if ended is None:
        print(as_typed("It runs in the background; `python -m sandbox down` stops it."))
        return 0
    return ended or INTERRUPTED  # it ended before it was ready: whoever waits for it must not go on


def let_go_of_terminal(state: State) -> None:
    """From now on a detached sandbox writes to its log: whoever waited for it reads end-of-file, and goes."""
    sys.stdout.flush()
    log = os.open(state.logs / "sandbox.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    for stream in (1, 2):
        os.dup2(log, stream)
    os.close(log)
