"""Hand out tokens that are not right, where a switch says so: expired, forged, or of a clock that is ahead."""

from __future__ import annotations

from collections.abc import Collection

from infra_pulumi.secret_text import Secret

HOUR = 3600


def broken(token: str, switched_on: Collection[str], signing_key: Secret) -> str:
    """Give the token as it is, or as a switch that is on wants it; the claims stay the LMS's."""
    import jwt

    shift = {"tokens-expired": -48 * HOUR, "clock-skew": HOUR}
    claims = jwt.decode(token, options={"verify_signature": False})
    for switch, seconds in shift.items():
        if switch in switched_on:
            times: dict[str, int] = {name: claims[name] + seconds for name in ("iat", "exp", "nbf") if name in claims}
            if seconds > 0:
                times["nbf"] = times.get("nbf", times["iat"])
            return jwt.encode(claims | times, signing_key.value, algorithm="HS256")
    if "tokens-forged" in switched_on:
        return jwt.encode(claims, "somebody else's key, long enough for HS256", algorithm="HS256")
    return token
