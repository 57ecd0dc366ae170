"""What every view asks of a request: who is calling, how often, and where its links begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import request

from services.lms.identity import Caller, InvalidToken, Tokens
from services.lms.pages import Links
from services.lms.problems import Refused, developer, forbidden, throttled, unauthenticated
from services.lms.settings import Rate
from services.lms.throttle import Throttle

# Open edX allows staff so many times a learner's rate: 40 to 20 a minute for courses, and twice and six times the
# course rate for enrollments (40 and 120 a minute).
COURSE_LIST = (1, 2)
ENROLLMENTS = (2, 6)


@dataclass(frozen=True)
class RequestContext:
    """Answers those questions; `clock` returns the present time in UTC."""

    tokens: Tokens
    public_url: str
    throttle: Throttle
    rate: Rate | None
    clock: Callable[[], datetime]

    def caller(self) -> Caller:
        """Return who is calling, nobody if there is no Authorization. Raises Refused (401) for a bad token."""
        header = request.headers.get("Authorization", "")
        scheme, _, token = header.partition(" ")
        if scheme.casefold() not in ("bearer", "jwt"):
            return Caller()
        try:
            return self.tokens.caller(token.strip())
        except InvalidToken as error:
            raise unauthenticated(str(error)) from error

    def known_caller(self) -> Caller:
        """Return who is calling. Raises Refused (401) for nobody."""
        caller = self.caller()
        if caller.anonymous:
            raise unauthenticated()
        return caller

    def staff_caller(self) -> Caller:
        """Return the member of staff who is calling. Raises Refused (401 or 403) for anybody else."""
        caller = self.known_caller()
        if not caller.staff:
            raise forbidden()
        return caller

    def limit(self, caller: Caller, scope: str, factors: tuple[int, int]) -> None:
        """Count the request against its caller's rate. Raises Refused (429)."""
        if self.rate is None:
            return
        rate = Rate(self.rate.requests * factors[caller.staff], self.rate.seconds)
        who = f"{scope}:{caller.username}" if caller.username else f"{scope}@{request.remote_addr}"
        seconds = self.throttle.wait(who, rate)
        if seconds:
            raise throttled(seconds)

    @property
    def base(self) -> str:
        """The LMS's public URL, without a slash at its end."""
        return self.public_url or request.host_url.rstrip("/")

    def links(self) -> Links:
        return Links(self.base, request.path, request.query_string.decode("utf-8", "replace"))


def invalid_page(message: str) -> Refused:
    """Answer as the course list does to a page that is not there."""
    return developer(404, message)
