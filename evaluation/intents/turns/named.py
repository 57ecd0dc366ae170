"""Read the turns that readers named (`read/*.jsonl`): a conversation a line, with what the adviser answered then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.advisor.dialogue.hearing import hear
from services.advisor.dialogue.reading import Turn
from services.advisor.dialogue.state import NamedCourse, State
from services.advisor.dialogue.tracker import follow, read
from services.advisor.dialogue.turn_kinds import features_of

READ = Path(__file__).with_name("read")


@dataclass(frozen=True)
class Named:
    """A turn as the adviser reads it, in the state before it, and what a reader called it. `author` wrote its words."""

    author: str
    said: str
    kind: str
    turn: Turn

    @property
    def features(self) -> dict[str, float]:
        """What the model looks at."""
        return features_of(self.turn.state, self.turn)


def read_named(folder: Path = READ) -> list[Named]:
    """Read every named turn, each in its conversation."""
    found: list[Named] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            found += _turns(json.loads(line))
    return found


def _turns(conversation: dict[str, Any]) -> Iterator[Named]:
    state, told = State(), list[NamedCourse]()
    for one in conversation["turns"]:
        turn, _ = read(state, one["say"], told)
        yield Named(conversation["id"][0], one["say"], one["kind"], turn)
        state, _ = follow(state, one["say"], told)
        told = [*told, *hear(State(), one["answer"]).named]
        state = hear(state, one["answer"])
