"""Show a start while it happens: live lines with durations in a terminal, one plain line a step elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

PLAIN_EVERY = 10.0
"""Seconds between two lines about one step where there is no terminal."""


@dataclass
class Line:
    """One step as it stands."""

    name: str
    started: float
    seconds: float | None = None
    mark: str = "✓"
    words: str | None = None
    said: float = 0.0


class Progress:
    """Use as a context manager around the start. `note` is for what people should know, at any time."""

    def __init__(self, console: Console) -> None:
        self.lines: list[Line] = []
        self._console = console
        self._began = time.monotonic()
        self._live = Live(console=console, get_renderable=self._picture, refresh_per_second=8, transient=True)
        self._shown = False

    @property
    def seconds(self) -> float:
        """Seconds since the start began."""
        return time.monotonic() - self._began

    def __enter__(self) -> Progress:
        if self._console.is_terminal:
            self._live.start()
            self._shown = True
        return self

    def __exit__(self, *_: object) -> None:
        if self._shown:
            self._live.stop()
            self._shown = False

    @contextlib.contextmanager
    def step(self, name: str) -> Iterator[Line]:
        """Show a step from now until the block ends; its line says how it ended and how long it took."""
        line = Line(name, time.monotonic())
        self.lines.append(line)
        try:
            yield line
        except BaseException as error:
            line.mark = "✗" if isinstance(error, Exception) else "–"  # given up, because another failed
            raise
        finally:
            line.seconds = time.monotonic() - line.started
            if line in self.lines:
                self.lines.remove(line)
            self._say(_ended(line))

    def note(self, text: str) -> None:
        """Say something that stays on the screen."""
        self._say(Text.assemble(("! ", "yellow"), text))

    def detail(self, name: str, words: str) -> None:
        """Say how far a running step is: live in a terminal, elsewhere a line now and then."""
        for line in self.lines:
            if line.name == name:
                line.words = words
                if not self._shown and time.monotonic() - max(line.started, line.said) > PLAIN_EVERY:
                    line.said = time.monotonic()
                    self._say(Text(f"… {name:<12}{line.said - line.started:6.1f} s  {words}"))

    def _say(self, text: Text) -> None:
        with contextlib.suppress(OSError):  # the terminal has been closed
            self._console.print(text, soft_wrap=True, highlight=False)

    def _picture(self) -> Group:
        now = time.monotonic()
        return Group(*(_Running(line, now) for line in self.lines))


def _ended(line: Line) -> Text:
    style = {"✓": "green", "✗": "red"}.get(line.mark, "dim")
    words = f"  {line.words}" if line.words else ""
    return Text.assemble((line.mark, style), f" {line.name:<12}", (f"{line.seconds:6.1f} s", "cyan"), (words, "dim"))


def _Running(line: Line, now: float) -> Spinner:  # noqa: N802 - builds a renderable, reads as one
    words = f"  {line.words}" if line.words else ""
    spinner = Spinner(
        "dots", Text.assemble(f"{line.name:<12}", (f"{now - line.started:6.1f} s", "cyan"), (words, "dim"))
    )
    spinner.start_time = 0.0
    return spinner
