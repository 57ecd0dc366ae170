"""`GET /chat` and `GET /chat/course-adviser.js`: the adviser's page, and its web component for other people's pages."""

from __future__ import annotations

import base64
import hashlib
import re

from flask import Blueprint, Response, request

from services.advisor.page import component, page
from services.web_edge.parameters import Parameters


def page_views() -> Blueprint:
    """Build the blueprint; both texts are made once."""
    views = Blueprint("page", __name__)
    shown, script = page(), component()
    policy = content_security_policy(shown)

    @views.get("/chat")
    def show() -> Response:
        Parameters(request.args, known=())
        response = Response(shown, content_type="text/html; charset=utf-8")
        response.headers["Content-Security-Policy"] = policy
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @views.get("/chat/course-adviser.js")
    def send_component() -> Response:
        Parameters(request.args, known=())
        response = Response(script, content_type="text/javascript; charset=utf-8")
        response.headers["Cache-Control"] = "no-cache"
        # A page that isolates itself (Cross-Origin-Embedder-Policy) may hold the component too.
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        response.add_etag()
        response.make_conditional(request)
        return response

    return views


def content_security_policy(text: str) -> str:
    """Allow a page its own scripts and style, by their hashes, and requests to where it came from."""
    script, style = (_hashes(text, tag) for tag in ("script", "style"))
    return (
        f"default-src 'none'; script-src {script}; style-src {style}; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )


def _hashes(text: str, tag: str) -> str:
    found = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
    digests = (base64.b64encode(hashlib.sha256(content.encode()).digest()).decode() for content in found)
    return " ".join(f"'sha256-{digest}'" for digest in digests)
