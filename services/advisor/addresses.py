"""The two addresses of this system's API: where the adviser asks it, and where the world finds it."""

from __future__ import annotations

import re

from flask import request

from services.advisor.settings import Settings
from services.web_edge.settings import SettingMissing

_PLAIN = re.compile(r"[A-Za-z0-9_$-]{1,64}")


def api_address(settings: Settings) -> str:
    """Return where to ask the API for the request at hand; raises `SettingMissing` without a setting and a gateway.

    The setting, or the REST API that called us, as the gateway's event names it; never what a client wrote (Host,
    X-Forwarded-…): learners' tokens travel to this address.
    """
    if settings.api_url:
        return settings.api_url
    context = request.environ.get("apig_wsgi.request_context") or {}
    api_id, stage = str(context.get("apiId") or ""), str(context.get("stage") or "")
    if not _PLAIN.fullmatch(api_id) or not _PLAIN.fullmatch(stage):
        raise SettingMissing("COURSEMATCH_API_URL is not set, and no gateway's event names the API.")
    if settings.gateway_url:
        return f"{settings.gateway_url}/restapis/{api_id}/{stage}/_user_request_"
    return f"https://{api_id}.execute-api.{settings.region}.amazonaws.com/{stage}"


def public_address(settings: Settings) -> str:
    """Return where the world finds this API, without a slash at its end; behind API Gateway it ends in the stage.

    The setting, or else what the request itself was sent to.
    """
    if settings.public_url:
        return settings.public_url
    if settings.gateway_url and "apig_wsgi.request_context" in request.environ:
        return api_address(settings)  # an emulator's stage has no address of its own
    context = request.environ.get("apig_wsgi.request_context") or {}
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme).split(",")[0].strip()
    whole = str(context.get("path") or "")
    stage = whole.removesuffix(request.path) if whole.endswith(request.path) else ""
    return f"{scheme}://{request.host}{stage}".rstrip("/")
