"""Processes of versions that no alias points at end once nobody calls them; all others stay."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.gateway.old_versions import live_versions, take_out_idle

NOW, SECONDS = 1000.0, 15.0


@dataclass(eq=False)
class Worker:
    """What is asked of an emulator's worker."""

    last_used: float = 900.0
    in_use: bool = False


def test_ends_what_is_old_and_idle_and_nothing_else() -> None:
    live, busy, just_called, old, unknown = Worker(), Worker(in_use=True), Worker(last_used=990.0), Worker(), Worker()
    pool = {
        "1:eu:search:3": [live],
        "1:eu:search:2": [busy, old],
        "1:eu:search:1": [just_called],
        "1:eu:gone:1": [unknown],
    }
    taken = take_out_idle(pool, lambda name: {"1:eu:search": ["3"]}.get(name, []), NOW, SECONDS)
    assert taken == [old, unknown]
    assert pool == {"1:eu:search:3": [live], "1:eu:search:2": [busy], "1:eu:search:1": [just_called]}


def test_knows_what_is_live_by_the_aliases() -> None:
    functions = {("1", "eu", "search"): {"aliases": {"live": {"FunctionVersion": "3"}}}, ("1", "eu", "new"): {}}
    assert live_versions(functions, "1:eu:search") == ["3"]
    assert live_versions(functions, "1:eu:new") == live_versions(functions, "1:eu:none") == []
