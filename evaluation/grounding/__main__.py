"""`python -m evaluation grounding`: let a bad model invent courses and a good one tell the truth, and count.

Of the part that the check was made with, what went wrong is shown; of the part apart only numbers, so that it stays one
that nobody tunes on (`--show-apart` spoils it).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.table import Table

from evaluation.advisor.system import running
from evaluation.grounding.replies import PARTS, QUESTIONS, SEARCHED, Json, Reply, honest, inventions
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from fixtures import files
from services.advisor.conversation.adviser import Adviser, Answer, Said
from services.advisor.tools.course_api import CourseApi
from services.advisor.tools.registry import build_tools
from services.advisor.tools.tool import Asker
from services.lms.files.enrollments import read_enrollments


class Saying:
    """A model that searches once and then says what it is told to, whatever was found."""

    def __init__(self, words: str, text: str) -> None:
        use = {"toolUseId": "t-1", "name": "match_courses", "input": {"keywords": words, "limit": 5}}
        contents: list[list[Json]] = [[{"toolUse": use}], [{"text": text}]]
        self._contents = iter(contents)

    def converse(self, request: Json, seconds: float) -> Json:  # noqa: ARG002  it listens to nobody
        """Answer the next of its two messages."""
        content = next(self._contents)
        stop = "tool_use" if "toolUse" in content[0] else "end_turn"
        return {"output": {"message": {"role": "assistant", "content": content}}, "stopReason": stop, "usage": {}}


def said_by(api: CourseApi, reply: Reply, courses: list[Json]) -> tuple[str, Answer]:
    """Let a model say a reply: (what it said, what the person was told)."""
    text = reply.about(courses)
    tools = build_tools(lambda: "https://courses.example.org")
    model = Saying(SEARCHED[reply.language], text)
    *_, answer = Adviser(model, tools, api, time.monotonic).answer([Said("user", QUESTIONS[reply.language])], Asker())
    assert isinstance(answer, Answer)  # noqa: S101  every turn ends with one
    return text, answer


def passed(reply: Reply, answer: Answer) -> bool:
    """Say whether an invented title reached the person."""
    return reply.invented.casefold() in answer.text.casefold()


def measure(
    api: CourseApi, part: str, every: int = 1
) -> tuple[list[tuple[Reply, str, Answer]], list[tuple[Reply, str, Answer]]]:
    """Give what went wrong in a part: (inventions that passed, of every so many; honest replies that were changed)."""
    courses = {
        language: api.get("/coursematch", {"keywords": words, "limit": "5"}, None)["matches"]
        for language, words in SEARCHED.items()
    }
    through = []
    for reply in inventions(part)[::every]:
        text, answer = said_by(api, reply, courses[reply.language])
        through += [(reply, text, answer)] if passed(reply, answer) else []
    changed = []
    for reply in honest(part):
        text, answer = said_by(api, reply, courses[reply.language])
        changed += [(reply, text, answer)] if " ".join(answer.text.split()) != " ".join(text.split()) else []
    return through, changed


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="evaluation grounding", description=__doc__)
    parser.add_argument("--show-apart", action="store_true", help="show the part that is kept apart: then it is spent")
    options = parser.parse_args(arguments)
    console = Console(soft_wrap=True)
    found = read_courses(files.COURSES, datetime.now(UTC))
    history = FileHistory(read_enrollments(files.ENROLLMENTS, found.catalogue).rows, {})
    table = Table(title="Grounding")
    for column in ("part", "inventions", "passed", "honest replies", "changed"):
        table.add_column(column, justify="right")
    with running(found.records, history) as api:
        for part in PARTS:
            through, changed = measure(api, part)
            if not part or options.show_apart:
                _show(console, "passed", through)
                _show(console, "changed", changed)
            row: tuple[Any, ...] = (len(inventions(part)), len(through), len(honest(part)), len(changed))
            table.add_row("apart" if part else "worked on", *(str(value) for value in row))
    console.print(table)
    return 0


def _show(console: Console, name: str, wrong: list[tuple[Reply, str, Answer]]) -> None:
    for reply, text, answer in wrong:
        console.print(f"{name} {reply.language}: {text!r}\n    → {answer.text!r}", highlight=False, markup=False)


if __name__ == "__main__":
    sys.exit(main())
