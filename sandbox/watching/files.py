"""Which files of services/ were saved since the last look: their times and sizes, read again and again."""

from __future__ import annotations

import os
from pathlib import Path

SUFFIXES = (".py", ".txt", ".json", ".js", ".css", ".html", ".yaml")
"""What the services are made of; an editor's own files are none of them."""

Seen = dict[str, tuple[int, int]]
"""Path → when it was written, and how large it is."""


def look(folder: Path) -> Seen:
    """Give every file as it is now."""
    seen: Seen = {}
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                path = os.path.join(place, name)
                try:
                    stat = os.stat(path)
                except FileNotFoundError:  # saved in this moment: by way of another file
                    continue
                seen[path] = (stat.st_mtime_ns, stat.st_size)
    return seen


def saved(before: Seen, now: Seen) -> list[str]:
    """Name what is new, changed or gone."""
    return sorted(path for path in before.keys() | now.keys() if before.get(path) != now.get(path))
