"""For whom a request runs: its Authorization header, verified, as the tools want it."""

from __future__ import annotations

from collections.abc import Callable

from services.advisor.tools.tool import Asker
from services.web_edge.identity import Identity


def asker_by(identity: Identity) -> Callable[[str | None], Asker]:
    """Make the reader of Authorization headers; it raises `TokenRefused`. Staff have no history of their own."""

    def asker(authorization: str | None) -> Asker:
        caller = identity.caller(authorization)
        if caller is None:
            return Asker()
        return Asker(authorization, None if caller.staff else caller.learner_id, caller.staff)

    return asker
