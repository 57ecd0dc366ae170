"""How the suite is shared: nothing that is named is gone, and the edit loop is short and sees every room."""

from __future__ import annotations

import pytest

from tests.support.ports import FIRST, LAST, free_ports
from tests.support.sharing import ROOT, TOGETHER, is_quick, read_seconds, slowest_first, unit_of

SHORT = 80
"""Seconds of one core; on two, and with what collecting takes, less than a minute."""

WITHOUT = {"architecture", "enrollments", "learner_history", "notebooks", "system"}
"""Rooms that the edit loop has no time for: each of their files imports all of services/, or starts a server."""


def files() -> list[str]:
    return [path.relative_to(ROOT).as_posix() for path in sorted((ROOT / "tests").rglob("test_*.py"))]


def test_the_seconds_are_those_of_files_that_exist() -> None:
    gone = [path for path in read_seconds() if not (ROOT / path).is_file()]
    assert gone == [], "moved or deleted: take them out of tests/seconds.json (`nox -s tests -- --remember`)"
    assert [room for room in TOGETHER if not (ROOT / room).is_dir()] == []


def test_the_edit_loop_is_short_and_leaves_no_other_room_out() -> None:
    seconds = read_seconds()
    quick = [path for path in files() if is_quick(path, seconds)]
    assert sum(seconds.get(path, 0) for path in quick) <= SHORT
    rooms = {path.split("/")[1] for path in files()}
    assert rooms - {path.split("/")[1] for path in quick} <= WITHOUT


def test_hands_out_whole_files_and_rooms_the_longest_first() -> None:
    seconds = {
        "tests/a/test_a.py": 3.0,
        "tests/a/test_b.py": 30.0,
        "tests/system/test_x.py": 20,
        "tests/system/test_y.py": 20,
    }
    units = slowest_first([*seconds, "tests/a/test_new.py"], seconds)
    assert list(units) == ["tests/system", "tests/a/test_b.py", "tests/a/test_a.py", "tests/a/test_new.py"]
    assert unit_of("tests/system/test_x.py::test_one[a::b]") == "tests/system"
    assert unit_of("tests/a/test_a.py::test_one[tests/system]") == "tests/a/test_a.py"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_gives_each_worker_ports_of_its_own(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    monkeypatch.setenv("PYTEST_XDIST_WORKER", f"gw{number}")
    monkeypatch.setenv("PYTEST_XDIST_WORKER_COUNT", "3")
    width = (LAST - FIRST) // 3
    for _ in range(20):
        first = free_ports(5)
        assert FIRST + number * width <= first <= first + 4 < FIRST + (number + 1) * width
