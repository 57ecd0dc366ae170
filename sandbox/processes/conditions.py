"""What is known of each part that runs, for `status`: written by whoever looks after it, read by whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Condition:
    """One part as it stands; `kind` is a manifest's, or `process`."""

    kind: str
    state: str = "starting"
    restarts: int = 0
    last_result: str | None = None
    next_run: datetime | None = None
    suspended: bool = False


Conditions = dict[str, Condition]
"""By the part's name, in the order in which the parts were started."""
