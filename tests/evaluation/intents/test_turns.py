"""Turns that readers named teach a model what kind of turn it hears."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.intents.turns.named import READ, Named, read_named
from evaluation.intents.turns.training import KINDS, Fitted, to_json
from services.advisor.dialogue.steps import by_steps
from services.advisor.dialogue.turn_kinds import WEIGHTS, judge, kind_of


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> list[Named]:
    """Read the first conversations of one author: the whole takes half a minute."""
    folder = tmp_path_factory.mktemp("read")
    lines = (READ / "author-j.jsonl").read_text(encoding="utf-8").splitlines()[:40]
    (folder / "some.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_named(folder)


def test_every_turn_has_a_kind_that_the_model_knows() -> None:
    kinds = {
        turn["kind"]
        for path in READ.glob("*.jsonl")
        for line in path.read_text(encoding="utf-8").splitlines()
        for turn in json.loads(line)["turns"]
    }
    assert kinds <= set(KINDS)
    assert tuple(json.loads(WEIGHTS.read_text(encoding="utf-8"))["kinds"]) == KINDS


def test_the_weights_in_the_tree_name_more_turns_rightly_than_the_steps_alone(named: list[Named]) -> None:
    by_model = sum(judge(one.turn.state, one.turn).kind == one.kind for one in named)
    alone = sum(kind_of(by_steps(one.turn.state, one.turn)) == one.kind for one in named)

    assert by_model > alone


def test_a_model_learns_what_it_is_taught_and_is_read_as_written(named: list[Named], tmp_path: Path) -> None:
    fitted = Fitted([one.features for one in named], [one.kind for one in named])
    written = tmp_path / "weights.json"
    written.write_text(to_json(fitted.written()), encoding="utf-8")

    right = sum(fitted.model().judge(one.features).kind == one.kind for one in named)

    assert right > 0.9 * len(named)
    assert json.loads(written.read_text(encoding="utf-8"))["weights"] == fitted.written()["weights"]
