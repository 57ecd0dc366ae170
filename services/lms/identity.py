"""Issue and check access tokens: HS256 JWTs (docs/formats.md, "Identity"; RFC 7519)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from services.lms.field_values import BadValue, refuse_unstorable

LIFETIME = timedelta(hours=1)


class InvalidToken(Exception):
    """A token that cannot be believed; the message is Open edX's and says no more than that."""


@dataclass(frozen=True)
class Caller:
    """Who is asking. An empty username is nobody: an anonymous request."""

    username: str = ""
    staff: bool = False

    @property
    def anonymous(self) -> bool:
        return not self.username


@dataclass(frozen=True)
class Tokens:
    """The issuer: one key, one issuer name, one audience."""

    signing_key: str
    issuer: str
    audience: str

    def issue(self, username: str, *, staff: bool, grant_type: str, now: datetime) -> str:
        """Return a signed token for a learner, or for a service when `staff`."""
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.audience,
            "sub": username,
            "preferred_username": username,
            "iat": now,
            "exp": now + LIFETIME,
            "administrator": staff,
            "grant_type": grant_type,
            "scopes": ["read", "write"],
            "version": "1.2.0",
        }
        return jwt.encode(claims, self.signing_key, algorithm="HS256")

    def caller(self, token: str) -> Caller:
        """Return whom a token speaks for. Raises InvalidToken."""
        try:
            claims = jwt.decode(
                token,
                self.signing_key,
                algorithms=["HS256"],
                audience=self.audience,
                issuer=self.issuer,
                leeway=5,
                options={"require": ["exp", "sub"]},
            )
        except jwt.ExpiredSignatureError as error:
            raise InvalidToken("Token has expired.") from error
        except jwt.InvalidTokenError as error:
            raise InvalidToken("Error decoding token.") from error
        username = claims["sub"]
        try:
            refuse_unstorable(username)
        except BadValue as error:
            raise InvalidToken("Invalid payload.") from error
        if not username:
            raise InvalidToken("Invalid payload.")
        return Caller(username, staff=claims.get("administrator") is True)
