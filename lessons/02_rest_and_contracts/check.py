"""Compare what the learner's function says of queries with what the running API says of them."""

from __future__ import annotations

from typing import Any

import yaml

from lessons.room import Room
from lessons.task import need, task

FILE, FUNCTION = "contract.py", "breaks_contract"
NAMES: list[dict[str, str]] = [
    {"keywords": "python"}, {}, {"limit": "3"}, {"keywords": "python", "colour": "red"}, {"keyword": "python"},
    {"keywords": "python", "language": "Spanish"},
]  # fmt: skip
VALUES: list[dict[str, str]] = [
    {"keywords": "python", "limit": limit} for limit in ("1", "100", "0", "101", "-1", "ten", "1.5", "")
] + [{"keywords": "x" * 512}, {"keywords": "x" * 513}, {"keywords": ""}]
CHOICES: list[dict[str, str]] = [
    {"keywords": "python", "level": level} for level in ("Introductory", "Advanced", "Expert", "12")
]


def parameters_of(room: Room) -> list[dict[str, Any]]:
    """Read the parameters of GET /coursematch from the contract that the running API serves."""
    contract = yaml.safe_load(room.get("/openapi.yaml").text)
    found = contract["components"]["parameters"]
    named = [one["$ref"].rpartition("/")[2] for one in contract["paths"]["/coursematch"]["get"]["parameters"]]
    return [{key: found[name][key] for key in ("name", "required", "schema")} for name in named]


def agree(room: Room, queries: list[dict[str, str]]) -> None:
    """Ask both about each query. Raises Missing for the first about which they differ."""
    parameters = parameters_of(room)
    said = room.call(FILE, FUNCTION, *([parameters, query] for query in queries))
    for query, breaks in zip(queries, said, strict=True):
        status = room.get("/coursematch", **query).status_code
        shown = {name: value if len(value) < 40 else f"{len(value)} letters" for name, value in query.items()}
        need(
            breaks is (status == 400),
            f"For {shown} the API answers {status}, and `{FUNCTION}` says {breaks!r}; it should say {status == 400}.",
        )


@task("Your function knows which parameters there are, and which must be there")
def names(room: Room) -> None:
    """Compare on names."""
    agree(room, NAMES)


@task("Your function knows numbers and lengths")
def values(room: Room) -> None:
    """Compare on bounds."""
    agree(room, VALUES)


@task("Your function knows which values can be chosen")
def choices(room: Room) -> None:
    """Compare on an enumeration."""
    agree(room, CHOICES)


@task("You know which methods the address takes")
def methods(room: Room) -> None:
    """Compare with the header of a refused POST."""
    told = {method.upper() for method in room.answer("allowed_methods", list)}
    truth = {method.strip() for method in room.post("/coursematch", {}).headers["allow"].split(",")}
    need(told == truth, f"`allowed_methods` has {sorted(told)}; the header `allow` of a POST says otherwise.")


@task("You saw that a broken API keeps its contract too")
def broken(room: Room) -> None:
    """Compare with the contract of failures."""
    status, kind = room.answer("broken_status", int), room.answer("broken_content_type")
    need(status == 503, f"`broken_status` is {status}. Break `functions-bad-deploy`, then ask with `curl -i`.")
    need(kind == "application/problem+json", f"`broken_content_type` is {kind!r}: copy it from the answer's head.")
    need("functions-bad-deploy" not in room.broken(), "The bad version is still live: `nox -s sandbox -- mend`.")
