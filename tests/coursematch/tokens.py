"""Tokens as the LMS issues them, and what verifies them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import jwt

from services.web_edge.identity import Identity
from tests.learner_history.sources import AUDIENCE, ISSUER, SIGNING_KEY


def identity() -> Identity:
    """Verifies the tokens that `token` makes."""
    return Identity(lambda: SIGNING_KEY, ISSUER, AUDIENCE)


def token(learner_id: str, *, staff: bool = False, **claims: Any) -> str:
    """A token as the LMS issues it; `claims` replace its own, None takes one away."""
    now = int(datetime.now(UTC).timestamp())
    content: dict[str, Any] = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": learner_id,
        "preferred_username": learner_id,
        "iat": now,
        "exp": now + 3600,
        "administrator": staff,
    }
    content |= claims
    key = content.pop("key", SIGNING_KEY)
    return jwt.encode({name: value for name, value in content.items() if value is not None}, key, "HS256")


def bearer(learner_id: str, **claims: Any) -> dict[str, str]:
    """The header of a request in a learner's name."""
    return {"Authorization": f"Bearer {token(learner_id, **claims)}"}
