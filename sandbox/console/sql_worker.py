"""`python -m sandbox.console.sql_worker`: a process that copies the tables and answers SQL, a JSON line for a line.

What a question can do to a process it does to this one, which may be ended: DuckDB's limit of memory does not count one
long text, nor is making it interrupted.
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import duckdb

from sandbox.console.bounded_sql import asked_of, bounded
from sandbox.console.tables import copied
from sandbox.setup.problem import SandboxProblem

MOST_MEMORY = 2 * 1024**3
"""Of addresses, libraries included."""


def main() -> None:
    """Answer until the other side closes the pipe."""
    with contextlib.suppress(ImportError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    copy = bounded()
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            if "copy" in asked:
                copy.close()
                copy = bounded()
            print(json.dumps(_answer(asked, copy)), flush=True)
        except SandboxProblem as problem:
            print(json.dumps({"problem": problem.what, "remedy": problem.remedy}), flush=True)
        except MemoryError:
            print(json.dumps({"problem": "The question needs too much memory.", "remedy": "Ask for less."}), flush=True)


def _answer(asked: dict[str, Any], copy: duckdb.DuckDBPyConnection) -> Any:
    return {"tables": copied(asked["copy"], copy)} if "copy" in asked else asked_of(copy, asked["sql"])


if __name__ == "__main__":
    main()
