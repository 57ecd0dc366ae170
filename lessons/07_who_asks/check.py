"""Forge tokens in every way the lesson names, and compare the learner's verdicts with the running API's."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from lessons.room import Room
from lessons.task import Missing, need, task

FILE = "tokens.py"
KEY, ISSUER, AUDIENCE = "a key of this lesson only, no system knows it", "lesson-lms", "lesson-api"


def packed(value: bytes) -> str:
    """Write bytes as base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def token_of(key: str, algorithm: str = "HS256", **claims: Any) -> str:
    """Sign a token; with the algorithm `none` there is no signature."""
    now = int(time.time())
    whole = {"iss": ISSUER, "aud": AUDIENCE, "sub": "1", "iat": now - 10, "exp": now + 600, **claims}
    head = ".".join(packed(json.dumps(part).encode()) for part in ({"alg": algorithm, "typ": "JWT"}, whole))
    if algorithm == "none":
        return f"{head}."
    return f"{head}.{packed(hmac.new(key.encode(), head.encode(), hashlib.sha256).digest())}"


def verdict(room: Room, token: str, now: int) -> str:
    """Give what the learner's function says: `learner 1`, or `refused`. Raises Missing for anything else."""
    try:
        (found,) = room.call(FILE, "verify", [token, KEY, ISSUER, AUDIENCE, now])
    except Missing as missing:
        # A ValueError is the promise; json's and base64's errors are ValueErrors too.
        need("ValueError" in str(missing) or "binascii.Error" in str(missing) or "JSONDecodeError" in str(missing)
             or "UnicodeDecodeError" in str(missing), str(missing))  # fmt: skip
        return "refused"
    return f"learner {found}"


def judged(room: Room, tokens: dict[str, tuple[str, str]]) -> None:
    """Compare verdicts. Raises Missing for the first that is wrong."""
    now = int(time.time())
    for name, (token, wanted) in tokens.items():
        try:
            said = verdict(room, token, now)
        except Missing as missing:
            raise Missing(f"A token {name}: {missing}") from None
        need(said == wanted, f"A token {name}: `verify` says {said}, and it should be {wanted}.")


@task("You read what is in a token")
def read(room: Room) -> None:
    """Compare with a real token."""
    claims = json.loads(base64.urlsafe_b64decode(room.token("1").split(".")[1] + "=="))
    for name, claim in (("issuer", "iss"), ("audience", "aud")):
        told = room.answer(name)
        need(told == claims[claim], f"`{name}` is {told!r}; the claim `{claim}` of a token says otherwise.")


@task("`verify` believes what was signed with the key, and nothing else")
def signed(room: Room) -> None:
    """Try forged signatures."""
    good = token_of(KEY, sub="7")
    head, _, signature = good.split(".")
    other = token_of(KEY, sub="8").split(".")[1]
    judged(room, {
        "that is in order": (good, "learner 7"),
        "signed with another key": (token_of("another key"), "refused"),
        "whose claims were changed afterwards": (f"{head}.{other}.{signature}", "refused"),
        "that says `alg: none` and has no signature": (token_of(KEY, "none"), "refused"),
        "that says HS512 above a signature of HS256": (token_of(KEY, "HS512"), "refused"),
        "that is no token": ("python", "refused"),
        "with four parts": (f"{good}.x", "refused"),
    })  # fmt: skip


@task("`verify` looks whom a token is from, whom it is for, and until when")
def claimed(room: Room) -> None:
    """Try claims that do not hold."""
    now = int(time.time())
    judged(room, {
        "for learner 3": (token_of(KEY, sub="3"), "learner 3"),
        "from another issuer": (token_of(KEY, iss="somebody"), "refused"),
        "for another API": (token_of(KEY, aud="another-api"), "refused"),
        "that expired an hour ago": (token_of(KEY, exp=now - 3600), "refused"),
        "without an end": (token_of(KEY, exp=None), "refused"),
        "without a learner": (token_of(KEY, sub=None), "refused"),
    })  # fmt: skip


@task("`may_read` lets people read their own, and staff anybody's")
def allowed(room: Room) -> None:
    """Try all four."""
    cases = [["1", False, "1"], ["1", False, "3"], ["9", True, "3"], ["1", False, "10"], ["", False, "1"]]
    for case, value in zip(cases, room.call(FILE, "may_read", *cases), strict=True):
        truth = case[1] or case[0] == case[2]
        need(value is truth, f"`may_read({case[0]!r}, {case[1]}, {case[2]!r})` is {value}; it should be {truth}.")


@task("You asked the API for somebody else's history, and with an old token")
def asked(room: Room) -> None:
    """Compare with the running API."""
    token = room.token("1")
    for name, truth, how in (
        ("status_for_anothers_history", room.get("/enrollments", token=token, student_id="3").status_code,
         "ask for student_id=3 with learner 1's token"),
        ("status_of_an_expired_token", 401,
         "break `tokens-expired` before you get a token"),
    ):  # fmt: skip
        told = room.answer(name, int)
        need(told == truth, f"`{name}` is {told}; {how}.")
    need("tokens-expired" not in room.broken(), "Tokens still come expired: `nox -s sandbox -- mend`.")
