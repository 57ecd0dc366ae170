"""Progress for a person at a terminal; nothing at all in a pod, where only the report's line is written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.catalog_sync.reading.listing import silent

Steps = Callable[[str], Callable[[int, int], None]]


@contextlib.contextmanager
def progress_on(console: Console) -> Iterator[Steps]:
    """Yield a maker of progress bars, one for each named step; on anything but a terminal they are silent."""
    if not console.is_terminal:
        yield lambda _name: silent
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:

        def step(name: str) -> Callable[[int, int], None]:
            task = progress.add_task(name, total=None, start=True, visible=False)

            def tell(done: int, total: int) -> None:
                progress.update(task, completed=done, total=max(done, total), visible=True)

            return tell

        yield step
