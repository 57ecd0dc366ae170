"""The benchmark over HTTP: ours is measured, and a rival that is not there is named."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from benchmarks import search_over_http
from benchmarks.algolia import SETTINGS, records, typing
from benchmarks.search_dialects import DIALECTS

RIVALS = {dialect.name: dialect for dialect in DIALECTS if dialect.setting}


def test_measures_ours_and_names_who_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    for dialect in RIVALS.values():
        monkeypatch.delenv(f"{dialect.setting}_URL", raising=False)
    made = records(20)

    lines = list(search_over_http.measure(made, typing(made, 8), SETTINGS, repeat=1))

    assert [name for name in RIVALS if any("not measured" in line and name in line for line in lines)] == list(RIVALS)
    assert [line.split()[2] for line in lines if "p50" in line] == ["mock-algolia"]


def test_sends_nothing_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TYPESENSE_URL", "http://search.example:8108")

    with pytest.raises(SystemExit, match="TYPESENSE_URL must name a port of this machine"):
        list(search_over_http.measure([], [], {}, repeat=1))


@pytest.mark.parametrize("name", RIVALS)
def test_fills_a_rival_with_every_record(name: str) -> None:
    sent: list[Any] = []

    def ask(_method: str, path: str, body: bytes | None = None) -> bytes:
        if "settings" not in path and body is not None:
            sent.extend(orjson.loads(line) for line in body.splitlines())
        return orjson.dumps({"taskUid": 1, "taskID": 1, "status": "published" if name == "Flapjack" else "succeeded"})

    RIVALS[name].fill(ask, records(3), SETTINGS)

    assert [f'"course-{at}"' in orjson.dumps(sent).decode() for at in range(4)] == [True, True, True, False]
