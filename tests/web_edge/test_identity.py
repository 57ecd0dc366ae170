"""A token tells who asks; anything that is not one of ours is refused."""

from __future__ import annotations

import base64
import json
import time

import jwt
import pytest

from services.web_edge.identity import Caller, Identity, TokenMissing, TokenRefused

KEY = "a signing key of more than thirty-two characters"
NOW = int(time.time())
CLAIMS = {
    "iss": "lms",
    "aud": "coursematch",
    "sub": "7",
    "iat": NOW,
    "exp": NOW + 86_400,
}  # made when tests are collected: outlives any run


def _identity() -> Identity:
    return Identity(lambda: KEY, "lms", "coursematch")


def _token(**changes: object) -> str:
    claims = {name: value for name, value in {**CLAIMS, **changes}.items() if value is not None}
    return jwt.encode(claims, KEY, "HS256")


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "JWT"])
def test_reads_a_learner_from_a_token(scheme: str) -> None:
    assert _identity().caller(f"{scheme} {_token()}") == Caller("7", staff=False)


def test_lets_a_learner_read_only_their_own_data_and_staff_anyones() -> None:
    assert Caller("7", staff=False).may_read("7")
    assert not Caller("7", staff=False).may_read("8")
    assert _identity().required_caller(f"Bearer {_token(administrator=True)}").may_read("8")


@pytest.mark.parametrize("administrator", ["true", 1, "yes", None])
def test_takes_nothing_but_true_for_staff(administrator: object) -> None:
    assert not _identity().required_caller(f"Bearer {_token(administrator=administrator)}").staff


def test_lets_the_public_pass_where_no_token_is_needed() -> None:
    assert _identity().caller(None) is None
    with pytest.raises(TokenMissing):
        _identity().required_caller(None)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "other"},
        {"aud": "other"},
        {"exp": NOW - 3600},
        {"iat": NOW + 86_400},
        {"sub": None},
        {"exp": None},
        {"iat": None},
    ],
)
def test_refuses_a_token_whose_claims_do_not_hold(changes: dict[str, object]) -> None:
    with pytest.raises(TokenRefused):
        _identity().caller(f"Bearer {_token(**changes)}")


def _unsigned() -> str:
    def part(content: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(content).encode()).rstrip(b"=").decode()

    return f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}."


@pytest.mark.parametrize(
    "header",
    [
        "Basic dXNlcjpwYXNz",
        "Bearer",
        "Bearer   ",
        "Bearer not.a.token",
        "Bearer é.é.é",
        f"Bearer {_unsigned()}",
        f"Bearer {jwt.encode(CLAIMS, 'another key of more than thirty-two characters', 'HS256')}",
        f"Bearer {jwt.encode(CLAIMS, KEY * 2, 'HS512')}",
        f"Bearer {_token()}, Bearer {_token()}",
    ],
)
def test_refuses_what_is_no_token_of_ours(header: str) -> None:
    with pytest.raises(TokenRefused):
        _identity().caller(header)
