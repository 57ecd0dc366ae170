"""Ask as a service of ours: course-discovery wants a token, and the LMS lets its bearers ask twice as often."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from services.catalog_sync.reading.polite_http import PoliteHttp, SiteRefused, SiteUnavailable, shown


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """An OAuth client of the LMS (`grant_type=client_credentials`)."""

    client_id: str
    client_secret: str = field(repr=False)


@dataclass(slots=True)
class SignedHttp:
    """A JSON client that signs its requests with a token of the LMS, got when first needed; unsigned, if no account.

    `lms_url` is the LMS's base: its `/oauth2/access_token` issues the tokens, as in Open edX.
    """

    http: PoliteHttp
    lms_url: str
    account: ServiceAccount | None = None
    _token: str | None = field(default=None, repr=False)

    def get(self, url: str) -> Any:
        """Fetch one JSON document; a token that has expired is replaced once. Raises as PoliteHttp.get does."""
        if self.account is None:
            return self.http.get(url)
        fresh = self._token is None
        if self._token is None:
            self._token = self._issued(self.account)
        try:
            return self.http.get(url, {"Authorization": f"JWT {self._token}"})
        except SiteRefused as error:
            if error.status != 401 or fresh:
                raise
            self._token = None
            return self.get(url)

    def _issued(self, account: ServiceAccount) -> str:
        parts = urlsplit(self.lms_url)
        address = urlunsplit((parts.scheme, parts.netloc, "/oauth2/access_token", "", ""))
        answer = self.http.post_form(
            address,
            {
                "grant_type": "client_credentials",
                "client_id": account.client_id,
                "client_secret": account.client_secret,
                "token_type": "jwt",
            },
        )
        token = answer.get("access_token") if isinstance(answer, dict) else None
        if not isinstance(token, str):
            raise SiteUnavailable(f"{shown(address)}: the answer has no access_token")
        return token
