"""Tokens for people at a terminal: a learner's comes from the LMS, as any client gets it; staff's is signed here."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping
from typing import Any

from sandbox.setup.credentials import IDENTITY_AUDIENCE, IDENTITY_ISSUER, LMS_CLIENT_ID, Credentials
from sandbox.setup.problem import SandboxProblem

SECONDS_VALID = 3600

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class NoToken(SandboxProblem):
    """No token can be had for this id."""


def learner_token(endpoints: Mapping[str, Any], credentials: Credentials, student_id: str) -> str:
    """A learner's token by the LMS's password grant. Raises `NoToken` for somebody the LMS does not know."""
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
        with _direct.open(url, urllib.parse.urlencode(form).encode(), timeout=10) as response:
            token = json.load(response)["access_token"]
    except urllib.error.HTTPError as error:
        if error.code == 400:
            raise NoToken(
                f"The LMS knows no learner «{student_id}».", "The fixtures' learners are in fixtures/learners.csv."
            ) from error
        raise NoToken(
            f"The LMS answered {error.code} to {url}.", "`python -m sandbox logs lms` may say why."
        ) from error
    except (OSError, ValueError, KeyError) as error:
        raise NoToken(
            f"The LMS did not answer at {url}: {error}", "Is the sandbox running? `python -m sandbox up`"
        ) from error
    return str(token)


def staff_token(credentials: Credentials, student_id: str) -> str:
    """A token of an hour in this id's name with the staff role, which may read any learner (docs/formats.md)."""
    import jwt

    now = int(time.time())
    claims = {
        "iss": IDENTITY_ISSUER, "aud": IDENTITY_AUDIENCE, "sub": student_id, "preferred_username": student_id,
        "iat": now, "exp": now + SECONDS_VALID, "administrator": True,
    }  # fmt: skip
    return jwt.encode(claims, credentials.identity_signing_key.value, algorithm="HS256")
