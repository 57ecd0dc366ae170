"""Lesson 11: a client that tries again, and knows when not to. `nox -s lesson -- try 11` meets a throttled index."""

from collections.abc import Callable

Answer = tuple[int, dict[str, str]]
"""Status and headers (names in small letters)."""


class GaveUp(Exception):
    """It was tried often enough, or for long enough."""


def fetch(
    send: Callable[[], Answer],
    sleep: Callable[[float], None],
    clock: Callable[[], float],
    random: Callable[[], float],
    deadline: float,
) -> int:
    """Send until there is an answer worth having, and give its status.

    - 2xx, and every 4xx but 429: give the status at once. Trying again would not change it.
    - 429 and 5xx: wait, and send again. Where the header `retry-after` says how many seconds, at least those. Otherwise 1, 2,
      4, 8 … seconds before the 1st, 2nd, 3rd … repetition, times `random()` (0.0 to 1.0), so that not all clients return at once.
    - Never sleep beyond `deadline` seconds after the call began (by `clock()`): raise GaveUp instead, at once.
    """
    status, _headers = send()
    return status  # your work begins here


class Circuit:
    """Stops asking a part that has failed `limit` times in a row, for `seconds`; then lets one request try."""

    def __init__(self, limit: int, seconds: float, clock: Callable[[], float]) -> None:
        self.limit, self.seconds, self.clock = limit, seconds, clock

    def allows(self) -> bool:
        """Say whether a request may be sent now."""
        return True

    def note(self, ok: bool) -> None:
        """Take note of how a request ended."""


if __name__ == "__main__":
    import random
    import time

    from lessons.asking import send_to_sandbox

    began = time.monotonic()
    try:
        print("status", fetch(send_to_sandbox, time.sleep, time.monotonic, random.random, deadline=30))
    except GaveUp as error:
        print("gave up:", error)
    print(f"after {time.monotonic() - began:.1f} s")
