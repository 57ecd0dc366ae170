"""`python -m lessons list | start N | check N | hint N | try N [FILE] | reset N`: the course (lessons/README.md)."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from infra_pulumi.checkout.version import add_version
from lessons.classroom import begin, end, look
from lessons.lesson import FOLDER, Lesson, NoSuchLesson, lesson_of, lessons
from lessons.proof import doubts
from lessons.room import NoSandbox, Room
from sandbox.setup.problem import SandboxProblem
from sandbox.setup.state import State

ROOT = FOLDER.parent
STATE = "COURSEMATCH_STATE"


def parser() -> argparse.ArgumentParser:
    """Make the command line."""
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--state", type=Path, default=Path(os.environ.get(STATE) or ROOT / ".sandbox"), metavar="DIR",
                        help="the sandbox's state folder (default: .sandbox)")  # fmt: skip
    shared.add_argument("--work", type=Path, default=ROOT / "my_lessons", metavar="DIR",
                        help="where your files lie (default: my_lessons)")  # fmt: skip
    top = argparse.ArgumentParser(prog="python -m lessons", description=(__doc__ or "").partition(":")[2].strip())
    add_version(top)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")

    def command(name: str, what: str, number: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, parents=[shared], help=what, description=what)
        if number:
            made.add_argument("number", metavar="N", help="the lesson's number")
        return made

    command("list", "list the lessons, their minutes and how far you are", number=False)
    command("start", "bring the sandbox into the lesson's state, and hand out its files").add_argument(
        "--from", dest="snapshot", type=Path, metavar="FILE", help="put this snapshot into the sandbox first"
    )
    command("check", "look at the running system and at your files, and say what is missing")
    command("hint", "give the next hint, one step at a time")
    command("try", "run your file").add_argument("file", nargs="?", metavar="FILE")
    command("reset", "mend everything, and move your files aside")
    command("prove", "for instructors: refuse what was handed out, take the solution").add_argument(
        "more", nargs="*", metavar="N"
    )
    return top


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command. Exit codes: 0 done, 1 something is missing (it is said), 2 wrong usage."""
    options = parser().parse_args(arguments)
    commands: dict[str, Callable[[argparse.Namespace], int]] = {
        "list": show_list, "start": start, "check": check, "hint": hint, "try": try_, "reset": reset, "prove": prove,
    }  # fmt: skip
    try:
        return commands[options.command](options)
    except (NoSuchLesson, NoSandbox, SandboxProblem) as problem:
        print(f"\n{problem}", file=sys.stderr)
        if isinstance(problem, NoSandbox):
            print("Start one with `nox -s sandbox -- up --detach`.", file=sys.stderr)
        return 1


def room_of(options: argparse.Namespace) -> Room:
    """Open the room of the lesson that was named."""
    return Room(lesson_of(options.number), State(options.state), options.work)


def show_list(options: argparse.Namespace) -> int:
    """List the lessons."""
    for lesson in lessons():
        begun = "begun" if lesson.work(options.work).exists() else ""
        print(f"{lesson.number:>3}  {lesson.title:<58} {lesson.minutes:>3} min  {lesson.level:<12} {begun}".rstrip())
    print("\nBegin with `nox -s lesson -- start 1`.")
    return 0


def start(options: argparse.Namespace) -> int:
    """Begin a lesson."""
    room = room_of(options)
    new = begin(room, options.snapshot)
    lesson = room.lesson
    print(f"{lesson.number}. {lesson.title} ({lesson.minutes} minutes)\n")
    print(f"  read       {shown(lesson.folder / 'lesson.md')}")
    print(f"  your files {shown(room.work)}/: {', '.join(sorted(path.name for path in room.work.glob('[!.]*.*')))}")
    if not new:
        print("             (they were there already, and are as you left them; `reset` begins anew)")
    print(f"  when done  nox -s lesson -- check {lesson.number}")
    return 0


def check(options: argparse.Namespace) -> int:
    """Look at everything, and say of each task whether it is done, or what is missing."""
    room = room_of(options)
    began(room.lesson, options)
    left = 0
    for finding in look(room):
        print(f"{'✓' if finding.done else '✗'} {finding.task}")
        if not finding.done:
            print(f"    {finding.missing}")
            left += 1
    if left:
        print(f"\n{left} to do. `nox -s lesson -- hint {room.lesson.number}` helps on.")
        return 1
    print(f"\nLesson {room.lesson.number} is done. `nox -s lesson -- reset {room.lesson.number}` puts everything back.")
    return 0


def hint(options: argparse.Namespace) -> int:
    """Give the next hint; after the last one the first again."""
    lesson = lesson_of(options.number)
    began(lesson, options)
    counter = lesson.work(options.work) / ".hints"
    given = int(counter.read_text()) if counter.is_file() else 0
    number = given % len(lesson.hints)
    print(f"Hint {number + 1} of {len(lesson.hints)}\n\n{lesson.hints[number]}")
    counter.write_text(str(number + 1))
    return 0


def try_(options: argparse.Namespace) -> int:
    """Run a learner's file, the first one without a name, in its own folder."""
    lesson = lesson_of(options.number)
    began(lesson, options)
    work = lesson.work(options.work)
    file = options.file or min((path.name for path in work.glob("*.py")), default="")
    if not (work / file).is_file():
        raise NoSuchLesson(f"There is no file {file or 'ending in .py'} in {shown(work)}.")
    argv = [sys.executable, file]
    environment = {**os.environ, STATE: str(options.state.resolve()), "PYTHONPATH": str(ROOT)}
    return subprocess.run(argv, cwd=work, env=environment, check=False).returncode  # noqa: S603 - the learner's own file


def reset(options: argparse.Namespace) -> int:
    """Put everything back."""
    room = room_of(options)
    aside = end(room)
    print("Everything is mended." + (f" Your files are in {shown(aside)} now." if aside else ""))
    return 0


def prove(options: argparse.Namespace) -> int:
    """Prove lessons in a folder that is thrown away."""
    wrong = 0
    for number in [options.number, *options.more]:
        began_at = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="lesson-") as folder:
            room = Room(lesson_of(number), State(options.state), Path(folder))
            found = list(doubts(room))
        print(f"{room.lesson.name}: {len(found)} doubts, {time.monotonic() - began_at:.1f} s", flush=True)
        for doubt in found:
            print(f"  {doubt}", flush=True)
        wrong += len(found)
    return 1 if wrong else 0


def began(lesson: Lesson, options: argparse.Namespace) -> None:
    """Refuse to look at a lesson that was not begun. Raises `NoSuchLesson`."""
    if not lesson.work(options.work).is_dir():
        raise NoSuchLesson(f"You have not begun this lesson: `nox -s lesson -- start {lesson.number}`.")


def shown(path: Path) -> str:
    """Give a path as short as it can be typed here."""
    return os.path.relpath(path, ROOT) if path.is_relative_to(ROOT) else str(path)


if __name__ == "__main__":
    sys.exit(main())
