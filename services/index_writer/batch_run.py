"""One run of a job that fills an index: its log, the end by a signal, its exit code, and its report of one line."""

from __future__ import annotations

import contextlib
import json
import logging
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import ClassVar, Protocol, TypeVar

from services import VERSION
from services.telemetry.provider import flush, install
from services.telemetry.settings import TelemetrySettings
from services.telemetry.steps import step, tell, trace_id

FLUSH_SECONDS = 2.0
"""How long the end of a run waits for its last spans to be taken."""


class Interrupted(BaseException):
    """The process was asked to end; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(f"ended by {signal.Signals(number).name}")
        self.number = number


@dataclass(slots=True)
class Report:
    """What every run tells; a job's own report adds its counts and names its event."""

    EVENT: ClassVar[str]

    run: str
    started_at: str
    dry_run: bool = False
    status: str = "failed"
    error: str | None = None
    message: str | None = None
    seconds: float = 0.0
    trace_id: str | None = None
    """Under which the run's spans are found, where they are recorded."""

    def counts(self) -> dict[str, int]:
        """Give the numbers of the run by name."""
        return {name: value for name, value in asdict(self).items() if type(value) is int}

    def to_line(self) -> str:
        """Write the report as one line of JSON."""
        return json.dumps({"event": self.EVENT, **asdict(self)}, ensure_ascii=False)

    def write(self, path: Path) -> None:
        """Put the report into a file, whole: a reader never finds half of one."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{self.run}.part")
        part.write_text(self.to_line() + "\n", encoding="utf-8")
        part.replace(path)


class JobSettings(Protocol):
    """What a run reads of its job's settings itself."""

    @property
    def report_file(self) -> Path | None:
        """Where the report goes too."""

    @property
    def telemetry(self) -> TelemetrySettings:
        """Where spans go."""


S = TypeVar("S", bound=JobSettings)


@contextlib.contextmanager
def interruptible(hurry: Callable[[], None] = lambda: None) -> Iterator[list[Interrupted]]:
    """Turn SIGTERM and SIGINT into an exception, noted too, so that locks are given back; a second ends at once."""
    ended: list[Interrupted] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        del frame
        signal.signal(number, signal.SIG_DFL)
        hurry()
        ended.append(Interrupted(number))
        raise ended[0]

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield ended
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def log_to_stderr(level: int = logging.INFO) -> None:
    """Log to standard error, and leave out what libraries tell of each request."""
    logging.basicConfig(stream=sys.stderr, level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for chatty in ("urllib3", "requests", "filelock"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def run_and_report(
    report: Report,
    read_settings: Callable[[], S],
    run: Callable[[S], None],
    exit_codes: Mapping[type[BaseException], int],
    statuses: Mapping[type[BaseException], str],
) -> int:
    """Run once, and print the report: answers the exit code.

    0 is success, 1 an error nobody foresaw, 128 + N the end by signal N; `exit_codes` has the others, `statuses` those
    of them after which a run has another status than `failed`.
    """
    log = logging.getLogger(report.EVENT)
    began = time.monotonic()
    settings: S | None = None
    code = 0
    try:
        settings = read_settings()
        install(report.EVENT.replace("_", "-"), settings.telemetry, VERSION)
        with step(report.EVENT.replace("_", " ")):
            report.trace_id = trace_id()
            try:
                run(settings)
            finally:
                tell({f"{report.EVENT}.{name}": value for name, value in report.counts().items()})
        report.status = "ok"
    except (Interrupted, Exception) as error:
        report.error, report.message = type(error).__name__, str(error)
        kind = next((kind for kind in exit_codes if isinstance(error, kind)), None)
        report.status = statuses.get(type(error), report.status)
        if isinstance(error, Interrupted):
            code = 128 + error.number
        elif kind is not None:
            code = exit_codes[kind]
        else:
            log.exception("the run failed")
            code = 1
    flush(FLUSH_SECONDS)
    report.seconds = round(time.monotonic() - began, 3)
    print(report.to_line(), flush=True)
    if settings is not None and settings.report_file is not None:
        try:
            report.write(settings.report_file)
        except OSError as error:
            log.error("the report could not be written to its file: %s", error)
            code = code or 1
    return code
