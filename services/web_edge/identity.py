"""Who asks: a bearer token (JWT, HS256) issued by the LMS, as `docs/formats.md` lays down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import jwt

from services.telemetry.personal import LEARNER
from services.telemetry.steps import tell

LEEWAY_SECONDS = 10
"""How far the clocks of the LMS and of a Lambda may differ."""


class TokenMissing(Exception):
    """The request needs a token and has none."""


class TokenRefused(Exception):
    """The token is malformed, expired, or not one of ours."""


@dataclass(frozen=True)
class Caller:
    """A verified token's holder: a learner by id, or staff, who may read any learner."""

    learner_id: str
    staff: bool

    def may_read(self, learner_id: str) -> bool:
        """Answer whether this caller may see that learner's data."""
        return self.staff or self.learner_id == learner_id


class Identity:
    """Verifies tokens against the signing key, which is fetched when the first token comes."""

    def __init__(self, signing_key: Callable[[], str], issuer: str, audience: str) -> None:
        self._signing_key = signing_key
        self._issuer = issuer
        self._audience = audience

    def caller(self, authorization: str | None) -> Caller | None:
        """Read an Authorization header: None where there is none; raises `TokenRefused` where it does not hold."""
        if authorization is None or not authorization.strip():
            return None
        scheme, _, token = authorization.strip().partition(" ")
        if scheme.lower() not in {"bearer", "jwt"} or not token.strip():
            raise TokenRefused("Send the token as `Authorization: Bearer <token>`.")
        return self._verified(token.strip())

    def required_caller(self, authorization: str | None) -> Caller:
        """Read an Authorization header that has to be there; raises `TokenMissing` where it is not."""
        caller = self.caller(authorization)
        if caller is None:
            raise TokenMissing(
                "Send a token as `Authorization: Bearer <token>`; the LMS issues one at POST /oauth2/access_token."
            )
        return caller

    def _verified(self, token: str) -> Caller:
        try:
            claims = jwt.decode(
                token,
                self._signing_key(),
                algorithms=["HS256"],
                issuer=self._issuer,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["iss", "aud", "sub", "iat", "exp"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise TokenRefused("The token has expired; ask the LMS for a new one.") from error
        except (jwt.PyJWTError, ValueError) as error:  # ValueError: bytes that are no token at all
            raise TokenRefused("The token is not one that this system's LMS issued for this API.") from error
        tell({LEARNER: claims["sub"]})
        return Caller(learner_id=claims["sub"], staff=claims.get("administrator") is True)
