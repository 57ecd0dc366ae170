"""Lesson 7: read a token, and believe it only if you may. Nothing but the standard library. `nox -s lesson -- try 7`."""

import base64
import hashlib
import hmac
import json


def unpack(part: str) -> bytes:
    """Give the bytes of one part of a token: base64url without its padding (RFC 7515)."""
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def verify(token: str, key: str, issuer: str, audience: str, now: int) -> str:
    """Give the id of the learner whom the token names (`sub`).

    Raises ValueError with a reason for a token that is no token, has another algorithm than HS256, was signed with another
    key, was issued by somebody else (`iss`), for another API (`aud`), has expired (`exp`, seconds since 1970), or lacks one of these.
    """
    header, claims, signature = token.split(".")
    return json.loads(unpack(claims))["sub"]  # it believes whatever it is told: your work begins here


def may_read(caller: str, staff: bool, student_id: str) -> bool:
    """Say whether somebody may read a learner's history: their own, or anybody's for staff."""
    return True


if __name__ == "__main__":
    print("What HS256 is:", hmac.new(b"key", b"message", hashlib.sha256).hexdigest())
    token = input("Paste a token (nox -s sandbox -- token 1): ")
    print("header:", json.loads(unpack(token.split(".")[0])))
    print("claims:", json.loads(unpack(token.split(".")[1])))
