"""Where this system's own API is: the setting, or the REST API that called us, as the gateway's event names it.

Never what a client wrote (Host, X-Forwarded-…): learners' tokens travel to this address.
"""

from __future__ import annotations

import re

from flask import request

from services.advisor.settings import Settings
from services.web_edge.settings import SettingMissing

_PLAIN = re.compile(r"[A-Za-z0-9_$-]{1,64}")


def api_address(settings: Settings) -> str:
    """Return the API's base URL for the request at hand; raises `SettingMissing` without a setting and a gateway."""
    if settings.api_url:
        return settings.api_url
    context = request.environ.get("apig_wsgi.request_context") or {}
    api_id, stage = str(context.get("apiId") or ""), str(context.get("stage") or "")
    if not _PLAIN.fullmatch(api_id) or not _PLAIN.fullmatch(stage):
        raise SettingMissing("COURSEMATCH_API_URL is not set, and no gateway's event names the API.")
    if settings.gateway_url:
        return f"{settings.gateway_url}/restapis/{api_id}/{stage}/_user_request_"
    return f"https://{api_id}.execute-api.{settings.region}.amazonaws.com/{stage}"
