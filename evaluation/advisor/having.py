"""Have conversations, one turn after another, and keep what came: an interrupted run goes on where it was.

What is kept is what was said, not how it was judged, so that a run can be judged again without being had again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evaluation.advisor.chatting import Chat, ChatFailed, Message
from evaluation.advisor.conversations import Conversation


@dataclass(frozen=True)
class Came:
    """What came back in a turn, in how many seconds, for how many tokens; see `chatting.Answered`."""

    text: str
    shown: tuple[str, ...]
    seconds: float
    tokens: int
    instead: str = ""


@dataclass(frozen=True)
class Had:
    """A conversation as it went. `failed` says why it ended before its end; empty when it did not."""

    conversation: Conversation
    came: tuple[Came, ...]
    failed: str = ""


def have(conversation: Conversation, chat: Chat, clock: Callable[[], float]) -> Had:
    """Have one conversation; an error ends it, and only it."""
    said: list[Message] = []
    came: list[Came] = []
    for turn in conversation.turns:
        said.append(Message("user", turn.say))
        started = clock()
        try:
            answer = chat.send(said, conversation.learner)
        except ChatFailed as error:
            return Had(conversation, tuple(came), f"turn {len(came) + 1}, after {clock() - started:.1f} s: {error}")
        came.append(Came(answer.text, answer.shown, round(clock() - started, 3), answer.tokens, answer.instead))
        said.append(Message("assistant", answer.text))
    return Had(conversation, tuple(came))


class Kept:
    """A file of conversations that were had with one model. Those that failed are had again on the next run."""

    def __init__(self, path: Path, model: str, *, resume: bool) -> None:
        self._path = path
        self._model = model
        self._had: dict[str, dict[str, Any]] = {}
        if resume and path.is_file():
            for line in path.read_text("utf-8").splitlines():
                self._remember(line)
        path.parent.mkdir(parents=True, exist_ok=True)
        whole = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self._had.values())
        path.write_text(whole, "utf-8")

    def all(
        self, conversations: Sequence[Conversation], chat: Chat, clock: Callable[[], float]
    ) -> Iterator[tuple[Had, bool]]:
        """Yield each conversation as it went, and whether it was had before; new ones are kept at once."""
        for conversation in conversations:
            found = self._had.get(_digest(conversation, self._model))
            if found is not None:
                came = tuple(Came(**(one | {"shown": tuple(one["shown"])})) for one in found["came"])
                yield Had(conversation, came), True
                continue
            had = have(conversation, chat, clock)
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(self._line(had), ensure_ascii=False) + "\n")
            yield had, False

    def _line(self, had: Had) -> dict[str, Any]:
        digest = _digest(had.conversation, self._model)
        came = [asdict(one) for one in had.came]
        return {"id": had.conversation.id, "digest": digest, "failed": had.failed, "came": came}

    def _remember(self, line: str) -> None:
        try:
            one = json.loads(line)
        except ValueError:  # the last line of a run that was killed while it wrote
            return
        if not one["failed"]:
            self._had[one["digest"]] = one


def _digest(conversation: Conversation, model: str) -> str:
    said = [model, conversation.learner, *(turn.say for turn in conversation.turns)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]
