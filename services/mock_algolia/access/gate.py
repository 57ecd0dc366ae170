"""From credentials to a caller: the one place that decides whether a key is good, here, now, from there."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from services.mock_algolia.access import secured
from services.mock_algolia.access.caller import ADMIN_RIGHTS, Caller, matches
from services.mock_algolia.access.quota import Quota
from services.mock_algolia.errors import Refused
from services.mock_algolia.parameters import typed

KEYS = "keys"
DELETED_KEYS = "deleted keys"
SOURCES = "sources"
_SECURED_FOREVER = 1000


class Gate:
    """Authenticates requests against the application's keys.

    `documents` is the store's live view of keys and allowed sources. Raises Refused(403) for whatever is not allowed,
    with Algolia's own words, and Refused(429) over a key's hourly limit.
    """

    def __init__(
        self,
        app_id: str,
        admin_key: str,
        documents: Mapping[str, Mapping[str, Any]],
        clock: Callable[[], float],
    ) -> None:
        self._app_id = app_id
        self._admin_key = admin_key
        self._documents = documents
        self._clock = clock
        self._quota = Quota(clock)
        self._secured: dict[str, tuple[str, secured.Restrictions]] = {}

    def is_admin(self, key: str) -> bool:
        """Tell whether this is the admin key."""
        return hmac.compare_digest(key.encode(), self._admin_key.encode())

    def authenticate(self, app_id: str, key: str, ip: str, referer: str, user_token: str = "") -> Caller:
        """Tell who is calling. `ip` is the peer's address, `referer` the Referer header."""
        if app_id.upper() != self._app_id.upper() or not key:
            raise _unknown()
        if not self.is_admin(key):  # the admin key can always mend a list that shut everyone out
            self._allow_source(ip)
        caller = self._plain(key, ip, referer, user_token) or self._from_secured(key, ip, referer, user_token)
        if caller is None:
            raise _unknown()
        return caller

    def _allow_source(self, ip: str) -> None:
        sources = self._documents.get(SOURCES)
        if sources and not any(within(ip, source) for source in sources):
            raise Refused("IP address not allowed: it is not in the application's list of allowed sources", 403)

    def _plain(self, key: str, ip: str, referer: str, user_token: str) -> Caller | None:
        if self.is_admin(key):
            return Caller(key, ADMIN_RIGHTS, is_admin=True, ip=ip)
        stored = self._documents.get(KEYS, {}).get(key)
        if stored is None:
            return None
        validity = stored.get("validity") or 0
        if validity and stored["createdAt"] / 1000 + validity <= self._clock():
            return None
        if stored.get("referers") and not any(matches(pattern, referer) for pattern in stored["referers"]):
            raise Refused("Referer not allowed with this API key", 403)
        limit = stored.get("maxQueriesPerIPPerHour") or 0
        if limit:
            self._quota.spend(f"{key} {user_token or ip}", limit)
        forced = parameters_of(stored)
        source = forced.pop("restrictSources", "")
        if source and not within(ip, source):
            raise Refused("IP address not allowed with this API key", 403)
        filters = forced.pop("filters", "")
        return Caller(
            key,
            frozenset(stored.get("acl") or ()),
            index_patterns=(tuple(stored["indexes"]),) if stored.get("indexes") else (),
            forced=forced,
            filters=(filters,) if filters else (),
            max_hits=stored.get("maxHitsPerQuery") or 0,
            ip=ip,
        )

    def _from_secured(self, key: str, ip: str, referer: str, user_token: str) -> Caller | None:
        found = self._verified(key)
        if found is None:
            return None
        parent_key, limits = found
        parent = self._plain(parent_key, ip, referer, limits.user_token or user_token)
        if parent is None:
            return None
        if limits.valid_until is not None and limits.valid_until <= self._clock():
            raise Refused('"validUntil" parameter expired (less than current date)')
        if limits.source and not within(ip, limits.source):
            raise Refused("IP address not allowed with this API key", 403)
        return replace(
            parent,
            key=key,
            made_from=parent_key,
            is_admin=False,
            index_patterns=(*parent.index_patterns, *((limits.indices,) if limits.indices else ())),
            forced={**limits.params, **parent.forced},
            filters=(*parent.filters, *((limits.filters,) if limits.filters else ())),
        )

    def _verified(self, key: str) -> tuple[str, secured.Restrictions] | None:
        known = self._secured.get(key)
        if known is not None:
            return known
        parts = secured.split(key)
        if parts is None:
            return None
        digest, restrictions = parts
        for parent in self._documents.get(KEYS, {}):
            if secured.signed_by(parent, digest, restrictions):
                if len(self._secured) >= _SECURED_FOREVER:
                    self._secured.clear()
                self._secured[key] = (parent, secured.read(restrictions))
                return self._secured[key]
        if secured.signed_by(self._admin_key, digest, restrictions):
            raise Refused("Secured API keys cannot be made from the admin API key", 403)
        return None


def _unknown() -> Refused:
    return Refused("Invalid Application-ID or API key", 403)


def parameters_of(key: Mapping[str, Any]) -> dict[str, Any]:
    """Read the `queryParameters` of a key."""
    return typed(dict(parse_qsl(key.get("queryParameters") or "", keep_blank_values=True)))


def within(ip: str, source: str) -> bool:
    """Tell whether an address is in a network; what is no network holds none."""
    try:
        return ipaddress.ip_address(ip) in ipaddress.ip_network(source.strip(), strict=False)
    except ValueError:
        return False
