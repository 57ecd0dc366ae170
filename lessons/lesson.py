"""A lesson's folder: what is declared in `lesson.toml`, and its files. Nothing here needs a running sandbox."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent
SOLUTIONS = FOLDER / "solutions"


class NoSuchLesson(Exception):
    """No lesson has this number."""


@dataclass(frozen=True)
class Lesson:
    """One lesson. `faults` are switched on by its start, `sync` says that it begins with a sync.

    `keeps` says that it changes tables or index: its start takes a snapshot, which starting again and `reset` put back.
    """

    folder: Path
    title: str
    minutes: int
    level: str
    faults: tuple[str, ...] = ()
    sync: bool = False
    keeps: bool = False

    @property
    def name(self) -> str:
        """Give the folder's name, `01_one_request`."""
        return self.folder.name

    @property
    def number(self) -> int:
        """Give the number people type."""
        return int(self.name[:2])

    @property
    def solution(self) -> Path:
        """Give the instructor's folder; the learners' kit has none."""
        return SOLUTIONS / self.name

    @property
    def hints(self) -> list[str]:
        """Give the hints, one step at a time."""
        text = (self.folder / "hints.md").read_text(encoding="utf-8")
        return [hint.strip() for hint in re.split(r"^## .*$", text, flags=re.MULTILINE)[1:]]

    def work(self, root: Path) -> Path:
        """Give the learner's folder for this lesson."""
        return root / self.name

    def hand_out(self, root: Path) -> list[Path]:
        """Copy what the learner begins with; a file that is there already is the learner's, and stays."""
        given = self.folder / "start"
        work = self.work(root)
        work.mkdir(parents=True, exist_ok=True)
        new = [path for path in sorted(given.iterdir()) if path.is_file() and not (work / path.name).exists()]
        return [Path(shutil.copyfile(path, work / path.name)) for path in new]

    def set_aside(self, root: Path) -> Path | None:
        """Move the learner's files away, so that the lesson can begin anew; None where there are none."""
        work = self.work(root)
        if not work.exists():
            return None
        number = 1
        while (aside := root / f"{self.name}.before-{number}").exists():
            number += 1
        return work.rename(aside)


def lessons() -> list[Lesson]:
    """Read all lessons in order."""
    return [read(path) for path in sorted(FOLDER.glob("[0-9][0-9]_*"))]


def read(folder: Path) -> Lesson:
    """Read one lesson's declaration."""
    said = tomllib.loads((folder / "lesson.toml").read_text(encoding="utf-8"))
    start = said.get("start", {})
    return Lesson(
        folder, said["title"], said["minutes"], said["level"], tuple(start.get("faults", ())),
        start.get("sync", False), start.get("keeps", False),
    )  # fmt: skip


def lesson_of(number: str) -> Lesson:
    """Find a lesson by its number, `3` or `03`, or its name. Raises `NoSuchLesson`."""
    for lesson in lessons():
        if number == lesson.name or (number.isdecimal() and int(number) == lesson.number):
            return lesson
    raise NoSuchLesson(f"There is no lesson «{number}». The lessons are 1 to {len(lessons())}; `list` shows them.")
