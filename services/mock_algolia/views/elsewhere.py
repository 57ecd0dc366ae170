"""What cannot make sense on one local server: it answers a clear refusal, never silence."""

from __future__ import annotations

from typing import Any

from services.mock_algolia.errors import Refused
from services.mock_algolia.wire.route import Call, Route

_CLUSTERS = "Multi-cluster management is not available: this server is a single local stand-in"
_AB = "A/B testing is not available: this server is a local stand-in without traffic to split"
_ANALYTICS = "Analytics are not available: this server is a local stand-in"
_PERSONALIZATION = "Personalization is not available: this server is a local stand-in"


class ElsewhereViews:
    """`/1/clusters`, `/2/abtests`, analytics and personalization."""

    def routes(self) -> list[Route]:
        """List the refusals."""
        refusals = {
            "/1/clusters": ("admin", self.clusters),
            "/2/abtests": ("editSettings", self.ab_tests),
            "/3/abtests": ("editSettings", self.ab_tests),
            "/2": ("analytics", self.analytics),
            "/1/strategies": ("recommendation", self.personalization),
            "/1/profiles": ("recommendation", self.personalization),
            "/1/recommendation": ("recommendation", self.personalization),
        }
        return [
            Route("GET POST PUT DELETE", path, acl, view)
            for base, (acl, view) in refusals.items()
            for path in (base, f"{base}/<path:rest>")
        ]

    def clusters(self, call: Call, rest: str = "") -> Any:
        """Refuse multi-cluster management."""
        raise Refused(_CLUSTERS)

    def ab_tests(self, call: Call, rest: str = "") -> Any:
        """Refuse A/B tests."""
        raise Refused(_AB)

    def analytics(self, call: Call, rest: str = "") -> Any:
        """Refuse analytics."""
        raise Refused(_ANALYTICS)

    def personalization(self, call: Call, rest: str = "") -> Any:
        """Refuse personalization."""
        raise Refused(_PERSONALIZATION)
