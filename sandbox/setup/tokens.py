"""Tokens for people at a terminal: a learner's comes from the LMS, as any client gets it; staff's is signed here."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import httpx

from sandbox.setup.credentials import IDENTITY_AUDIENCE, IDENTITY_ISSUER, LMS_CLIENT_ID, Credentials
from sandbox.setup.loopback_http import client
from sandbox.setup.problem import SandboxProblem

SECONDS_VALID = 3600


class NoToken(SandboxProblem):
    """No token can be had for this id."""


def learner_token(endpoints: Mapping[str, Any], credentials: Credentials, student_id: str) -> str:
    """Get a learner's token by the LMS's password grant. Raises `NoToken` for somebody the LMS does not know."""
    form = {
        "grant_type": "password",
        "client_id": LMS_CLIENT_ID,
        "client_secret": credentials.lms_client_secret.value,
        "username": student_id,
        "password": credentials.lms_learner_password.value,
        "token_type": "jwt",
    }
    url = f"{endpoints['lms']}/oauth2/access_token"
    try:
        with client(10) as http:
            response = http.post(url, data=form)
        if response.status_code == 400:
            raise NoToken(
                f"The LMS knows no learner «{student_id}».", "The fixtures' learners are in fixtures/learners.csv."
            )
        if response.status_code != 200:
            raise NoToken(
                f"The LMS answered {response.status_code} to {url}.", "`python -m sandbox logs lms` may say why."
            )
        return str(response.json()["access_token"])
    except (httpx.HTTPError, ValueError, KeyError) as error:
        raise NoToken(
            f"The LMS did not answer at {url}: {error!r}", "Is the sandbox running? `python -m sandbox up`"
        ) from error


def staff_token(credentials: Credentials, student_id: str) -> str:
    """Sign a token of an hour in this id's name with the staff role (docs/formats.md): it may read any learner."""
    import jwt

    now = int(time.time())
    claims = {
        "iss": IDENTITY_ISSUER, "aud": IDENTITY_AUDIENCE, "sub": student_id, "preferred_username": student_id,
        "iat": now, "exp": now + SECONDS_VALID, "administrator": True,
    }  # fmt: skip
    return jwt.encode(claims, credentials.identity_signing_key.value, algorithm="HS256")
