"""`POST /oauth2/access_token`: Open edX's tokens for services and learners (RFC 6749, sections 4.3, 4.4 and 5.2)."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request

from services.lms.identity import LIFETIME
from services.lms.problems import Refused
from services.lms.request_context import RequestContext


@dataclass(frozen=True)
class OAuthClient:
    """The one registered client. `learner_password` opens every learner's account; empty, that grant is off."""

    client_id: str
    client_secret: str
    learner_password: str


def token_views(client: OAuthClient, learner_exists: Callable[[str], bool], context: RequestContext) -> Blueprint:
    """Make the token view."""
    views = Blueprint("tokens", __name__)

    @views.post("/oauth2/access_token")
    @views.post("/oauth2/access_token/", endpoint="token_slash")
    def access_token() -> Response:
        grant = request.form.get("grant_type", "")
        kind = request.form.get("token_type", "bearer").casefold()
        if not grant:
            raise _refused(400, "invalid_request", "Missing grant_type parameter.")
        if kind not in ("jwt", "bearer"):
            raise _refused(400, "invalid_request", "token_type must be jwt or bearer.")
        client_id, secret = _credentials()
        secret_known = bool(client.client_secret) and _same(secret, client.client_secret)
        if not client.client_id or not _same(client_id, client.client_id) or (secret and not secret_known):
            raise _refused(401, "invalid_client")
        if grant == "client_credentials":
            if not secret_known:
                raise _refused(401, "invalid_client")
            username, staff = client_id, True
        elif grant == "password" and client.learner_password:
            username, staff = request.form.get("username", ""), False
            right = _same(request.form.get("password", ""), client.learner_password)
            if not (right and learner_exists(username)):
                raise _refused(400, "invalid_grant", "Invalid credentials given.")
        else:
            raise _refused(400, "unsupported_grant_type")
        token = context.tokens.issue(username, staff=staff, grant_type=grant, now=context.clock())
        answer = jsonify(
            {
                "access_token": token,
                "expires_in": int(LIFETIME.total_seconds()),
                "token_type": "JWT" if kind == "jwt" else "Bearer",
                "scope": "read write email profile",
            }
        )
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return views


def _credentials() -> tuple[str, str]:
    """Read the client's id and secret, from the form or from Basic authentication."""
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        return basic.username or "", basic.password or ""
    return request.form.get("client_id", ""), request.form.get("client_secret", "")


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), right.encode())


def _refused(status: int, error: str, description: str = "") -> Refused:
    body = {"error": error} | ({"error_description": description} if description else {})
    headers = {"WWW-Authenticate": 'Basic realm="api"'} if status == 401 else {}
    return Refused(status, body, headers)
