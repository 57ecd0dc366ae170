"""Judge conversations that were had, count them by kind, and print what failed."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from evaluation.advisor.conversations import KINDS
from evaluation.advisor.having import Had
from evaluation.advisor.judging import Fault, Judge, Reply

ALL = "all"
SHOWN_CHARACTERS = 160
WHO = {
    "": "the model",
    "unfounded": "the adviser: what the model said did not hold",
    "idle": "the adviser: the model looked nothing up",
    "unfinished": "the adviser: the model came to no end",
}


@dataclass(frozen=True)
class Judged:
    """A conversation with the faults of each of its turns; turns that were never answered are faults, too."""

    had: Had
    faults: tuple[tuple[Fault, ...], ...]

    @property
    def passed(self) -> bool:
        return not any(self.faults)


@dataclass(frozen=True)
class Rate:
    """How many held, of how many."""

    held: int
    of: int

    @property
    def share(self) -> float:
        return self.held / self.of if self.of else 1.0

    def __str__(self) -> str:
        return f"{self.held}/{self.of} = {self.share:.3f}"


def judge(had: Had, by: Judge) -> Judged:
    """Judge a conversation."""
    replies = [Reply(came.text, came.shown) for came in had.came]
    faults = []
    for at, turn in enumerate(had.conversation.turns):
        if at < len(replies):
            learner = had.conversation.learner
            faults.append(by.faults(replies[at], turn.expect, learner=learner, before=replies[:at]))
        else:
            said = had.failed if at == len(replies) else "was not had, for the one before it failed"
            faults.append((Fault("answered", said),))
    return Judged(had, tuple(faults))


def rates(judged: Sequence[Judged]) -> dict[str, tuple[Rate, Rate]]:
    """Count conversations and turns that hold, by kind and for all."""
    found = {}
    for kind in (*KINDS, ALL):
        ours = [one for one in judged if kind in (ALL, one.had.conversation.kind)]
        turns = [not faults for one in ours for faults in one.faults]
        if ours:
            found[kind] = Rate(sum(one.passed for one in ours), len(ours)), Rate(sum(turns), len(turns))
    return found


def show(judged: Sequence[Judged], title: str, output: Console) -> None:
    """Print the rates by kind, and how long answers took."""
    table = Table(title=title)
    for column in ("kind", "conversations", "turns"):
        table.add_column(column, justify="left" if column == "kind" else "right")
    for kind, (conversations, turns) in rates(judged).items():
        table.add_row(kind, str(conversations), str(turns), end_section=kind == KINDS[-1])
    output.print(table)
    seconds = sorted(came.seconds for one in judged for came in one.had.came)
    if seconds:
        slow = seconds[min(len(seconds) - 1, round(0.95 * len(seconds)))]
        middle = statistics.median(seconds)
        output.print(f"An answer took {middle:.2f} s (median); one in twenty took more than {slow:.2f} s.")


def show_who_answered(judged: Sequence[Judged], output: Console) -> None:
    """Print whose words the answers were, and how many of them held."""
    table = Table(title="Who answered")
    for column in ("who", "turns", "held"):
        table.add_column(column, justify="left" if column == "who" else "right")
    for who, rate in who_answered(judged).items():
        table.add_row(who, str(rate.of), str(rate.held))
    output.print(table)


def who_answered(judged: Sequence[Judged]) -> dict[str, Rate]:
    """Count turns, and how many hold, by who gave the answer."""
    held: dict[str, list[bool]] = {}
    for one in judged:
        for came, faults in zip(one.had.came, one.faults, strict=False):
            unasked = not came.tokens and not came.instead
            who = "the adviser: no model was asked" if unasked else WHO.get(came.instead, came.instead)
            held.setdefault(who, []).append(not faults)
        if one.had.failed:
            held.setdefault(f"nobody: {_why(one.had.failed)}", []).append(False)
    return {who: Rate(sum(turns), len(turns)) for who, turns in sorted(held.items())}


def _why(failed: str) -> str:
    """Give a failure without when it came."""
    return failed.partition(" s: ")[2] or failed


def show_faults(judged: Sequence[Judged], output: Console) -> None:
    """Print each turn that broke a rule: what was said, what came, which rule."""
    for one in judged:
        for at, (turn, faults) in enumerate(zip(one.had.conversation.turns, one.faults, strict=True)):
            if not faults:
                continue
            who = f", learner {one.had.conversation.learner}" if one.had.conversation.learner else ""
            say = f"{one.had.conversation.id}.{at + 1} ({one.had.conversation.kind}{who}) {turn.say!r}"
            output.print(say, highlight=False, markup=False)
            if at < len(one.had.came):
                came = one.had.came[at]
                text = " ".join(came.text.split())
                cut = text if len(text) <= SHOWN_CHARACTERS else text[:SHOWN_CHARACTERS] + "…"
                output.print(f"    → {cut!r} [{', '.join(came.shown)}]", style="dim", highlight=False, markup=False)
            for fault in faults:
                output.print(f"    {fault}", style="red", highlight=False, markup=False)


def transcript(one: Judged) -> str:
    """Write a conversation as a reader would like it, with what is wrong in each turn."""
    conversation = one.had.conversation
    who = f"learner {conversation.learner}" if conversation.learner else "not signed in"
    lines = [f"{conversation.id}, {conversation.kind}, {who}"]
    for at, (turn, faults) in enumerate(zip(conversation.turns, one.faults, strict=True)):
        lines += ["", f"> {turn.say}"]
        if at < len(one.had.came):
            lines += [f"  {line}" for line in one.had.came[at].text.splitlines()]
            lines.append(f"  [{', '.join(one.had.came[at].shown)}]")
        lines.append(f"  expected: {json.dumps(turn.expect, ensure_ascii=False)}")
        lines += [f"  ✗ {fault}" for fault in faults] or ["  ✓"]
    return "\n".join(lines)


def below(judged: Sequence[Judged], floors: Mapping[str, float]) -> list[str]:
    """Say which kinds hold in fewer conversations than their floor."""
    found = rates(judged)
    return [
        f"{kind}: {found[kind][0]} of the conversations, below {floor:.3f}"
        for kind, floor in floors.items()
        if kind in found and found[kind][0].share < floor
    ]


def save(judged: Sequence[Judged], path: Path) -> None:
    """Write the rates and each conversation's faults as JSON."""
    counted = {
        kind: {
            "conversations": conversations.share,
            "turns": turns.share,
            "of_conversations": conversations.of,
            "of_turns": turns.of,
        }
        for kind, (conversations, turns) in rates(judged).items()
    }
    faults = {one.had.conversation.id: [[str(fault) for fault in turn] for turn in one.faults] for one in judged}
    who = {who: {"held": rate.held, "of": rate.of} for who, rate in who_answered(judged).items()}
    path.write_text(
        json.dumps({"rates": counted, "answered": who, "faults": faults}, indent=2, ensure_ascii=False) + "\n", "utf-8"
    )
