"""`python -m evaluation.advisor`: have every scripted conversation with the adviser, and print how it did.

    nox -s evaluate -- advisor                      # the offline model, on the fixtures
    nox -s evaluate -- advisor --show thread-02     # and one transcript
    ADVISOR_MODEL=bedrock ADVISOR_MODEL_ID=… nox -s evaluate -- advisor     # any model that the adviser can use

Exit 1 when a share is under its floor (`--floor`, for the offline model 1.0).
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.advisor.conversations import CONVERSATIONS, Conversation, read_conversations
from evaluation.advisor.judging import Judgment, judge
from evaluation.advisor.system import running, token
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from fixtures import files
from services.advisor.app import model_of
from services.advisor.conversation.adviser import Adviser, Answer, Event, Said, ToolCalled
from services.advisor.settings import model_settings
from services.advisor.tools.registry import build_tools
from services.advisor.tools.tool import Asker
from services.lms.enrollments_file import read_enrollments
from services.lms.file_rows import InvalidFile
from services.web_edge.secrets import Secrets


@dataclass(frozen=True)
class Had:
    """A conversation as it went: the events of each turn, and their judgments."""

    conversation: Conversation
    turns: tuple[tuple[Event, ...], ...]
    judgments: tuple[Judgment, ...]

    @property
    def passed(self) -> bool:
        return all(judgment.passed for judgment in self.judgments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Have the conversations and report; returns 0, 1 below the floor, 2 for a file that is refused."""
    options = _parser().parse_args(arguments)
    try:
        had = converse(read_conversations(options.conversations))
    except InvalidFile as error:
        print(error, file=sys.stderr)
        return 2
    output = Console()
    shares = _report(had, output)
    for one in had:
        if one.conversation.id == options.show:
            output.print(transcript(one), highlight=False, markup=False)
    options.report.mkdir(parents=True, exist_ok=True)
    saved = options.report / "advisor.json"
    saved.write_text(json.dumps({name: share for name, (share, _) in shares.items()}, indent=2) + "\n", "utf-8")
    output.print(f"saved {saved}", style="dim", highlight=False)
    return 0 if all(share >= options.floor for share, _ in shares.values()) else 1


def converse(conversations: Sequence[Conversation]) -> list[Had]:
    """Have conversations over the fixtures, with the model that the environment names."""
    courses = read_courses(files.COURSES, datetime.now(UTC))
    history = FileHistory(read_enrollments(files.ENROLLMENTS, courses.catalogue).rows, {})
    model = model_of(model_settings(os.environ), Secrets(time.monotonic))
    with running(courses.records, history) as api:
        adviser = Adviser(model, build_tools(lambda: "https://courses.example.org"), api, time.monotonic)
        return [_have(adviser, conversation, history) for conversation in conversations]


def transcript(had: Had) -> str:
    """Write a conversation as a reader would like it: who said what, and which tools were called in between."""
    lines = []
    for turn, events in zip(had.conversation.turns, had.turns, strict=True):
        lines.append(f"> {turn.say}")
        for event in events:
            if isinstance(event, ToolCalled):
                arguments = ", ".join(f"{name}={value!r}" for name, value in event.arguments.items())
                lines.append(f"  [{event.name}({arguments})]")
            elif isinstance(event, Answer):
                lines.extend(f"  {line}" for line in event.text.splitlines())
        lines.append("")
    return "\n".join(lines)


def _have(adviser: Adviser, conversation: Conversation, history: FileHistory) -> Had:
    learner = conversation.learner
    asker = Asker(f"Bearer {token(learner)}", learner) if learner else Asker()
    taken = frozenset(one.course_key for one in history.enrollments_of(learner)) if learner else frozenset()
    said: list[Said] = []
    turns, judgments = [], []
    for turn in conversation.turns:
        said.append(Said("user", turn.say))
        events = tuple(adviser.answer(said, asker))
        answer = events[-1]
        assert isinstance(answer, Answer)  # noqa: S101  every turn ends with one
        said.append(Said("assistant", answer.text))
        turns.append(events)
        judgments.append(judge(events, turn.expected, taken))
    return Had(conversation, tuple(turns), tuple(judgments))


def _report(had: Sequence[Had], output: Console) -> dict[str, tuple[float, int]]:
    judgments = [judgment for one in had for judgment in one.judgments]
    shares = {
        "as expected": _share([one.passed for one in had]),
        "groundedness": _share([judgment.grounded for judgment in judgments]),
        "constraint satisfaction": _share([judgment.constrained for judgment in judgments]),
        "refusal": _share([judgment.refused_rightly for judgment in judgments]),
        "no false refusal": _share([not any("refused instead" in fault for fault in one.faults) for one in judgments]),
    }
    table = Table(title=f"The adviser in {len(had)} conversations, {len(judgments)} turns")
    for column in ("measure", "share", "of"):
        table.add_column(column, justify="left" if column == "measure" else "right")
    for name, (share, count) in shares.items():
        table.add_row(name, f"{share:.3f}", str(count))
    output.print(table)
    output.print(f"passages cut by the grounding check: {sum(judgment.cut for judgment in judgments)}")
    for one in had:
        for turn, judgment in zip(one.conversation.turns, one.judgments, strict=True):
            for fault in judgment.faults:
                told = f"{one.conversation.id}: {turn.say!r}: {fault}"
                output.print(told, style="red", highlight=False, markup=False)
    return shares


def _share(outcomes: Sequence[bool | None]) -> tuple[float, int]:
    counted = [outcome for outcome in outcomes if outcome is not None]
    return (sum(counted) / len(counted) if counted else 1.0), len(counted)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evaluation advisor", description=__doc__)
    parser.add_argument("--conversations", type=Path, default=CONVERSATIONS, metavar="FILE")
    parser.add_argument("--show", metavar="ID", help="print the transcript of one conversation")
    parser.add_argument("--floor", type=float, default=1.0, help="exit 1 when a share is under this (default 1.0)")
    parser.add_argument("--report", type=Path, default=Path("build/evaluation"), metavar="DIR")
    return parser


if __name__ == "__main__":
    sys.exit(main())
