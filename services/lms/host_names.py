"""By which names this server may be asked, as Django's ALLOWED_HOSTS decides for Open edX.

A web page that had its own name resolved to this machine (DNS rebinding) sends that name as `Host`; so does a request
that was meant for somebody else. Neither gets an answer.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(?::\d{1,5})?", re.ASCII)


@dataclass(frozen=True)
class HostNames:
    """The names that are ours: this machine's own, and `names` (one that begins with a dot means all below it too).

    `any_address`: also every address, because the server listens on all of them (in a pod, whose probes come by its
    address). No name can be made to stand for an address, so none of them is a rebound one.
    """

    names: frozenset[str]
    any_address: bool = False

    @classmethod
    def of(cls, listening: str, public_url: str, allowed: str) -> HostNames:
        """Gather the names from what the settings say; `allowed` is a list between commas."""
        given = {name.strip().casefold() for name in allowed.split(",") if name.strip()}
        public = urlsplit(public_url).hostname
        address = _address(listening)
        everywhere = address is not None and address.is_unspecified
        own = {listening.casefold()} if address is None or not everywhere else set()
        return cls(frozenset(given | own | ({public} if public else set())), everywhere)

    def include(self, host: str) -> bool:
        """Say whether a `Host` header names this server; what is no host at all does not."""
        match = _HOST.fullmatch(host)
        if match is None:
            return False
        name = match[1].strip("[]").casefold().removesuffix(".")
        address = _address(name)
        if address is not None and (address.is_loopback or self.any_address):
            return True
        if name == "localhost" or name.endswith(".localhost"):
            return True
        return any(name == one or (one[0] == "." and (name.endswith(one) or name == one[1:])) for one in self.names)


def _address(name: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(name)
    except ValueError:
        return None
