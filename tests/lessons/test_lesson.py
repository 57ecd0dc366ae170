"""The lessons' files: whole, with commands and links that hold."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lessons.__main__ import parser as lesson_parser
from lessons.classroom import module_at
from lessons.lesson import FOLDER, Lesson, NoSuchLesson, lesson_of, lessons
from lessons.task import tasks
from sandbox.__main__ import parser as sandbox_parser
from sandbox.faults.switches import BY_NAME

HEADINGS = ("Goals", "The story", "Steps", "Break it", "Questions", "What the real world does", "Further reading")
LEVELS = ("beginner", "some Python")
PORT = re.compile(r"127\.0\.0\.1:(?!808[0-4]\b)\d+")
ALL = pytest.mark.parametrize("lesson", lessons(), ids=lambda lesson: lesson.name)


def text_of(lesson: Lesson) -> str:
    return (lesson.folder / "lesson.md").read_text(encoding="utf-8")


def commands(text: str, session: str) -> list[str]:
    """Give what stands behind `nox -s SESSION -- ` in text, up to the end of the code."""
    return [found.strip() for found in re.findall(rf"nox -s {session} -- ([^`\n|#&)]+)", text)]


def test_are_numbered_without_a_gap() -> None:
    assert [lesson.number for lesson in lessons()] == list(range(1, len(lessons()) + 1))


@ALL
def test_has_everything_a_lesson_has(lesson: Lesson) -> None:
    text = text_of(lesson)
    assert text.startswith(f"# {lesson.number}. {lesson.title}\n\n{lesson.minutes} minutes. ")
    assert tuple(re.findall(r"^## (.+)$", text, re.MULTILINE)) == HEADINGS
    assert lesson.level in LEVELS
    assert lesson.minutes in (15, 45, 90)
    assert len(lesson.hints) >= 3
    assert len(re.findall("<details><summary>.+\\?</summary>", text)) >= 3
    assert all(name in BY_NAME for name in lesson.faults)
    assert len(tasks(module_at(lesson.folder / "check.py"))) >= 3
    assert any((lesson.folder / "start").iterdir())
    assert (lesson.solution / "notes.md").is_file()


@ALL
def test_names_only_commands_and_faults_that_there_are(lesson: Lesson) -> None:
    text = text_of(lesson) + (lesson.folder / "hints.md").read_text(encoding="utf-8")
    assert f"nox -s lesson -- start {lesson.number}" in text
    assert f"nox -s lesson -- check {lesson.number}" in text
    for command in commands(text, "sandbox"):
        options = sandbox_parser().parse_args(shlex.split(command))
        assert options.command != "break" or options.name in BY_NAME, command
    for command in commands(text, "lesson"):
        lesson_parser().parse_args(shlex.split(command))
    assert not PORT.search(text), "learners' sandboxes listen at 8080 to 8084"


@ALL
def test_links_lead_somewhere(lesson: Lesson) -> None:
    for page in lesson.folder.glob("*.md"):
        targets = re.findall(r"\]\((?!https?:|#)([^)\s#]+)", page.read_text(encoding="utf-8"))
        assert [target for target in targets if not (page.parent / target).exists()] == []


def test_a_learners_files_are_never_overwritten(tmp_path: Path) -> None:
    lesson = lesson_of("1")
    assert [path.name for path in lesson.hand_out(tmp_path)] == ["answers.toml"]
    written = lesson.work(tmp_path) / "answers.toml"
    written.write_text("mine", encoding="utf-8")
    assert lesson.hand_out(tmp_path) == []
    assert lesson.set_aside(tmp_path) == tmp_path / f"{lesson.name}.before-1"
    lesson.hand_out(tmp_path)
    assert lesson.set_aside(tmp_path) == tmp_path / f"{lesson.name}.before-2"
    assert (tmp_path / f"{lesson.name}.before-1" / "answers.toml").read_text(encoding="utf-8") == "mine"
    assert lesson.set_aside(tmp_path) is None


@pytest.mark.parametrize("number", ["99", "x", "", "../1"])
def test_a_number_that_is_none_is_told_so(number: str) -> None:
    with pytest.raises(NoSuchLesson, match=f"«{re.escape(number)}»"):
        lesson_of(number)


def test_the_readme_lists_every_lesson() -> None:
    text = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| \[(.+?)\]\((.+?)/lesson\.md\) \| (\d+) \|", text, re.MULTILINE)
    assert rows == [(str(one.number), one.title, one.name, str(one.minutes)) for one in lessons()]
