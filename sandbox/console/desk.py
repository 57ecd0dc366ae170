"""A desk to ask the sandbox's tables in SQL: a copy, in a process of its own that is ended when it takes too long."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from sandbox.processes.process_spec import base_environment
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import ROOT, State, read_json

COPY_SECONDS = 60.0
ANSWER_SECONDS = 7.0
"""More than a question may take: what does not heed its interruption is ended."""
SAVED = Path(__file__).with_name("questions.sql")

Json = dict[str, Any]


class Desk:
    """One sandbox's tables. A copy is made when `tables` is asked, and questions are answered from it."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._worker: subprocess.Popen[str] | None = None
        self._one_at_a_time = threading.Lock()

    def tables(self) -> Json:
        """Copy the tables anew, and tell which there are and what may be asked. Raises `SandboxProblem`."""
        with self._one_at_a_time:
            return self._copy_anew() | {"saved": saved_questions()}

    def answer(self, asked: Json) -> Json:
        """Answer a SELECT: columns with their types, rows as texts. Raises `SandboxProblem`."""
        with self._one_at_a_time:
            if self._worker is None or self._worker.poll() is not None:
                self._copy_anew()
            return self._ask({"sql": str(asked.get("sql", ""))}, ANSWER_SECONDS)

    def close(self) -> None:
        """End the process."""
        if self._worker is not None:
            self._worker.kill()
            self._worker.communicate()
            self._worker = None

    def _copy_anew(self) -> Json:
        found = read_json(self._state.endpoints_file)
        if found is None:
            raise SandboxProblem("The sandbox is still starting, or does not run.", "Try again in a moment.")
        return self._ask({"copy": found["postgres"]}, COPY_SECONDS)

    def _ask(self, asked: Json, seconds: float) -> Json:
        if self._worker is None or self._worker.poll() is not None:
            self._worker = subprocess.Popen(
                [sys.executable, "-m", "sandbox.console.sql_worker"], cwd=ROOT, env=base_environment(),
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8",
            )  # fmt: skip
        worker = self._worker
        assert worker.stdin is not None  # noqa: S101 - pipes, above
        assert worker.stdout is not None  # noqa: S101 - the same
        clock = threading.Timer(seconds, worker.kill)
        clock.start()
        try:
            worker.stdin.write(json.dumps(asked) + "\n")
            worker.stdin.flush()
            line = worker.stdout.readline()
        except OSError:
            line = ""
        finally:
            clock.cancel()
        if not line:
            self.close()
            raise SandboxProblem("The question took too long, or too much memory.", "Ask for less at a time.")
        answer: Json = json.loads(line)
        if "problem" in answer:
            raise SandboxProblem(answer["problem"], answer["remedy"])
        return answer


def saved_questions() -> list[Json]:
    """Read the questions that are kept: a comment is the question, what follows its SQL."""
    parts = (part.partition("\n") for part in SAVED.read_text("utf-8").split("-- ")[1:])
    return [{"question": title.strip(), "sql": sql.strip()} for title, _, sql in parts]
