"""The instructor's solution of lesson 11."""

from collections.abc import Callable

Answer = tuple[int, dict[str, str]]


class GaveUp(Exception):
    """It was tried often enough, or for long enough."""


def fetch(
    send: Callable[[], Answer],
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    random: Callable[[], float],
    deadline: float,
) -> int:
    """Send until there is an answer worth having, and give its status."""
    began = clock()
    repetition = 0
    while True:
        status, headers = send()
        if status != 429 and status < 500:
            return status
        wait = 2**repetition * random()
        if "retry-after" in headers:
            wait = max(wait, float(headers["retry-after"]))
        if clock() - began + wait > deadline:
            raise GaveUp(f"{status} after {repetition + 1} requests")
        sleep(wait)
        repetition += 1


class Circuit:
    """Stops asking a part that has failed `limit` times in a row, for `seconds`; then lets one request try."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self.limit, self.seconds, self.clock = limit, seconds, clock
        self.failures = 0
        self.open_since = 0.0

    def allows(self) -> bool:
        """Say whether a request may be sent now."""
        if self.failures < self.limit:
            return True
        if self.clock() - self.open_since < self.seconds:
            return False
        self.open_since = self.clock()  # this one may try; the next ones wait for how it ends
        return True

    def note(self, ok: bool) -> None:
        """Take note of how a request ended."""
        self.failures = 0 if ok else self.failures + 1
        self.open_since = self.clock()
