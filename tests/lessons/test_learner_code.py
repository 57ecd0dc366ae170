"""What a learner wrote is run apart: whatever it does, a sentence says what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lessons import learner_code
from lessons.learner_code import results
from lessons.task import Missing


def written(folder: Path, text: str) -> Path:
    file = folder / "mine.py"
    file.write_text(text, encoding="utf-8")
    return file


def test_gives_a_result_for_each_call_whatever_is_printed(tmp_path: Path) -> None:
    file = written(tmp_path, "def double(x):\n    print('hé', x)\n    return [x, x]\n")
    assert results(file, "double", [["a"], [2]]) == [["a", "a"], [2, 2]]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("def other(): ...", "has no function `asked`"),
        ("def asked(x):\n    return nothing", r"NameError.*\(line 2\)"),
        ("def asked(x)\n    return 1", r"SyntaxError.*\(line 1\)"),
        ("def asked(x):\n    return max([])", r"ValueError.*\(line 2\), called as `asked\('x'\)`"),
        ("import sys\ndef asked(x): sys.exit(0)", "ended before it gave a result"),
        ("def asked(x): return {1, 2}", "cannot be written as JSON"),
        ("def asked(): return 1", "TypeError"),
        ("1/0", "ZeroDivisionError"),
    ],
)
def test_says_what_to_mend(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(Missing, match=sentence):
        results(written(tmp_path, text), "asked", [["x"]])


def test_does_not_wait_for_an_endless_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learner_code, "SECONDS", 0.5)
    with pytest.raises(Missing, match="loop without an end"):
        results(written(tmp_path, "def asked(x):\n    while True: pass"), "asked", [["x"]])


def test_says_that_a_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Missing, match=r"mine\.py is not there"):
        results(tmp_path / "mine.py", "asked", [])


def test_hands_over_no_setting_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSEMATCH_TOKEN", "secret")
    file = written(tmp_path, "import os\ndef asked(): return sorted(k for k in os.environ if 'COURSEMATCH' in k)")
    found: list[Any] = results(file, "asked", [[]])
    assert found == [[]]
