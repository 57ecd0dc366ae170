"""Begin a lesson, look at what was done, and put everything back: what the commands do to a room."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import httpx
import pg8000

from lessons.room import Room
from lessons.task import Finding, Missing, tasks
from sandbox.setup.problem import SandboxProblem

BEFORE = ".before.snapshot"
"""In a learner's folder: what the sandbox held before a lesson that changes it."""

AWAY = "A part of the sandbox does not answer just now ({error}). `nox -s sandbox -- status` shows which; check again."


def begin(room: Room, state_of: Path | None = None) -> list[Path]:
    """Bring the sandbox into the lesson's state and hand out its files; gives the new ones.

    `state_of`: a snapshot to begin with, such as the one a teacher gave to all.
    """
    room.order("mend")
    new = room.lesson.hand_out(room.work.parent)
    if state_of is not None:
        room.order("restore", file=str(state_of.resolve()))
        (room.work / BEFORE).unlink(missing_ok=True)
    if room.lesson.sync:
        room.order("sync")
    if room.lesson.keeps and not put_back(room):
        room.order("snapshot", file=str((room.work / BEFORE).resolve()))
    act(room, room.lesson.folder / "scene.py", "begin")
    for fault in room.lesson.faults:
        room.order("break", name=fault)
    return new


def look(room: Room) -> Iterator[Finding]:
    """Look at the running system and the learner's files; yields a finding for each task."""
    for sentence, check in tasks(module_at(room.lesson.folder / "check.py")):
        try:
            check(room)
        except Missing as missing:
            yield Finding(sentence, str(missing))
        except (httpx.TransportError, pg8000.exceptions.InterfaceError) as error:
            yield Finding(sentence, AWAY.format(error=error))
        except SandboxProblem as problem:  # no token, say
            yield Finding(sentence, str(problem))
        else:
            yield Finding(sentence)


def end(room: Room) -> Path | None:
    """Mend every fault, put the data back, and move the learner's files aside."""
    room.order("mend")
    act(room, room.lesson.folder / "scene.py", "end")
    if put_back(room):
        (room.work / BEFORE).unlink()
    return room.lesson.set_aside(room.work.parent)


def put_back(room: Room) -> bool:
    """Put back what the sandbox held before the lesson, and sync; tells whether anything was kept."""
    kept = room.work / BEFORE
    if not kept.is_file():
        return False
    room.order("restore", file=str(kept.resolve()))
    room.order("sync")
    return True


def solve(room: Room) -> None:
    """Do what the instructor's solution does: files over the learner's, then the acts at the terminal."""
    for path in room.lesson.solution.iterdir():
        if path.is_file() and path.name not in ("act.py", "notes.md"):
            shutil.copyfile(path, room.work / path.name)
    act(room, room.lesson.solution / "act.py", "act")


def act(room: Room, file: Path, name: str) -> None:
    """Call a function of a lesson's own module with the room, where the lesson has such a thing."""
    if file.is_file() and (found := getattr(module_at(file), name, None)) is not None:
        found(room)


def module_at(path: Path) -> ModuleType:
    """Load a module of a lesson's folder, whose name is no package's."""
    specification = importlib.util.spec_from_file_location(f"lesson_{path.parent.name}_{path.stem}", path)
    assert specification is not None  # noqa: S101 - a path that ends in .py
    assert specification.loader is not None  # noqa: S101 - as above
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module
