"""Let a learner's client meet the running sandbox: `python meet.py FILE`, the deadline as JSON on stdin."""

from __future__ import annotations

import json
import random
import sys
import time

from lessons.asking import send_to_sandbox
from lessons.calls import learners_function, tell

if __name__ == "__main__":
    deadline = json.load(sys.stdin)
    sent: list[int] = []

    def send() -> tuple[int, dict[str, str]]:
        """Send, and remember the status."""
        status, headers = send_to_sandbox()
        sent.append(status)
        return status, headers

    status = learners_function(sys.argv[1], "fetch")(send, time.sleep, time.monotonic, random.random, deadline)
    tell({"status": status, "sent": sent})
