"""Talk to the adviser, with and without a model that talks nonsense."""

from __future__ import annotations

from lessons.room import Room
from lessons.solutions.writing import write_answers

ASKED = {"messages": [{"role": "user", "content": "I want to learn Python"}]}


def act(room: Room) -> None:
    """Ask twice."""
    plain = room.post("/chat", ASKED).json()
    room.order("break", name="model-nonsense")
    broken = room.post("/chat", ASKED).json()
    room.order("mend")
    write_answers(
        room,
        sentences_cut=broken["guardrails"]["ungrounded_cut"],
        first_tool=plain["tool_calls"][0]["name"],
    )
