"""Who may see the console: somebody at this machine. Nobody who came through a tunnel, and no other page."""

from __future__ import annotations

import re

from sandbox.gateway.guard import Scope

# A tunnel may be told to send `Host: localhost` (docs/chatgpt.md recommends it); it still says that it forwards.
FORWARDED = re.compile(rb"forwarded|x-forwarded-.*|x-real-ip|x-original-.*|via|cf-.*|cdn-loop|true-client-ip|ngrok-.*")
SAFE = ("GET", "HEAD")


def refusal(scope: Scope, page: bool) -> tuple[int, str] | None:
    """Say why a request of the console is refused; None where it may pass. A `page` may be linked to from elsewhere.

    The front door has looked at the Host already: it is a loopback one.
    """
    headers = {name.lower(): value for name, value in scope["headers"]}
    if any(FORWARDED.fullmatch(name) for name in headers):
        return 404, "The console is shown on the sandbox's own machine only, not through a tunnel."
    if page:
        return None if scope["method"] in SAFE else (405, "A page is read with GET.")
    typed = headers.get(b"sec-fetch-site") == b"none" and scope["method"] in SAFE  # an address, by a person
    if headers.get(b"sec-fetch-site", b"same-origin") != b"same-origin" and not typed:
        return 403, "Other pages may not call the console."
    own = b"http://" + headers[b"host"].lower()
    if headers.get(b"origin", own).lower() != own:
        return 403, "Pages of other origins may not call the console."
    if scope["method"] == "POST" and headers.get(b"content-type", b"").split(b";")[0] != b"application/json":
        return 415, "Send application/json."  # what a page of another origin cannot send without asking first
    return None
