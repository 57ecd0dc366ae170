"""One run of a job: whatever ends it, one line says so, and the exit code is the one that is written down."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.index_writer.batch_run import Interrupted, Report, interruptible, run_and_report
from services.telemetry.settings import NOT_RECORDED, TelemetrySettings


@dataclass(slots=True)
class Counted(Report):
    EVENT = "a_job"

    read: int = 0


@dataclass(frozen=True)
class Settings:
    report_file: Path | None = None
    telemetry: TelemetrySettings = NOT_RECORDED


class Refused(Exception):
    pass


class MoreThanRefused(Refused):
    pass


def ended_by(error: BaseException) -> Callable[[Settings], None]:
    def run(_: Settings) -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("run", "code", "status", "error"),
    [
        (lambda _: None, 0, "ok", None),
        (ended_by(Refused("no")), 5, "refused", "Refused"),
        (ended_by(MoreThanRefused("no")), 5, "failed", "MoreThanRefused"),
        (ended_by(RuntimeError("who knows")), 1, "failed", "RuntimeError"),
        (ended_by(Interrupted(signal.SIGTERM)), 143, "failed", "Interrupted"),
    ],
)
def test_tells_how_it_ended(
    run: Callable[[Settings], None], code: int, status: str, error: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    ends = {Refused: 5}
    assert run_and_report(Counted("r", "now"), Settings, run, ends, {Refused: "refused"}) == code
    (line,) = capsys.readouterr().out.splitlines()
    told = json.loads(line)
    assert (told["event"], told["status"], told["error"]) == ("a_job", status, error)


def test_writes_the_same_line_to_its_file_and_fails_where_it_cannot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "deep" / "report.json"
    assert run_and_report(Counted("r", "now"), lambda: Settings(file), lambda _: None, {}, {}) == 0
    assert file.read_text(encoding="utf-8") == capsys.readouterr().out
    assert run_and_report(Counted("r", "now"), lambda: Settings(file / "below"), lambda _: None, {}, {}) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no signals to catch; a run on Linux or macOS has")
def test_turns_a_signal_into_an_exception_and_hurries_and_puts_back_what_was_there() -> None:
    before = signal.getsignal(signal.SIGTERM)
    hurried = []
    with pytest.raises(Interrupted) as ended, interruptible(lambda: hurried.append(True)) as noted:
        os.kill(os.getpid(), signal.SIGTERM)
    assert (ended.value.number, hurried, noted) == (signal.SIGTERM, [True], [ended.value])
    assert signal.getsignal(signal.SIGTERM) == before
