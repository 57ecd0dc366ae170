"""Whether a request was made by a page from elsewhere: then nothing of the mock's own is shown or done."""

from __future__ import annotations

from urllib.parse import urlsplit

from services.mock_algolia.errors import Refused


def refuse_foreign(host: str, origin: str) -> None:
    """Raise Refused(403) for a request that a page from elsewhere made, by its Host or its Origin.

    A page that a browser loaded from elsewhere sends an `Origin` that is not this server; a page that reached the
    server by DNS rebinding sends a foreign `Host`. Both are refused, whatever key they carry.
    """
    if not _is_address(host):
        raise Refused(f"Foreign Host header: {host}", 403)
    if origin and urlsplit(origin).netloc != host:
        raise Refused(f"Foreign Origin: {origin}", 403)


def _is_address(host: str) -> bool:
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
    name = name.strip("[]").lower()
    return (
        name in {"localhost", "::1"}
        or name.endswith(".localhost")
        or name.replace(".", "").isdigit()
        or "." not in name
    )
