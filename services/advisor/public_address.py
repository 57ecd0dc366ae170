"""Where the world finds this API: the setting, or else what the request itself was sent to."""

from __future__ import annotations

from flask import request

from services.advisor.api_address import api_address
from services.advisor.settings import Settings


def public_address(settings: Settings) -> str:
    """Return the API's base URL, without a slash at its end; behind API Gateway it ends in the stage."""
    if settings.public_url:
        return settings.public_url
    if settings.gateway_url and "apig_wsgi.request_context" in request.environ:
        return api_address(settings)  # an emulator's stage has no address of its own
    context = request.environ.get("apig_wsgi.request_context") or {}
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme).split(",")[0].strip()
    whole = str(context.get("path") or "")
    stage = whole.removesuffix(request.path) if whole.endswith(request.path) else ""
    return f"{scheme}://{request.host}{stage}".rstrip("/")
