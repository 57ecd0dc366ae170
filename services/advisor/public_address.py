"""Where the world finds this API: the setting, or else what the request itself was sent to."""

from __future__ import annotations

from flask import request


def public_address(configured: str) -> str:
    """Return the API's base URL, without a slash at its end; behind API Gateway it ends in the stage."""
    if configured:
        return configured
    context = request.environ.get("apig_wsgi.request_context") or {}
    scheme = request.headers.get("X-Forwarded-Proto", request.scheme).split(",")[0].strip()
    whole = str(context.get("path") or "")
    stage = whole.removesuffix(request.path) if whole.endswith(request.path) else ""
    return f"{scheme}://{request.host}{stage}".rstrip("/")
