"""A secret stays one from where it is made to where it is used, and no list anywhere has to know its name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra_pulumi.examples import INVENTED_SECRET, STACKS, SYSTEM, resources, settings
from infra_pulumi.program_worker import Worker, answer, question
from infra_pulumi.refusal import ProgramRefused
from infra_pulumi.secret_text import Secret, from_json, holds_secret, revealed, to_json

MADE_UP = "a-made-up-secret-that-no-list-knows"
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.builds(Secret, st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
WHERE_SECRETS_ARE_KEPT = ("aws:secretsmanager/secretVersion:SecretVersion", "kubernetes:core/v1:Secret")


def clear_texts(value: Any) -> Iterator[str]:
    """Every text in a value that is not marked as secret."""
    if isinstance(value, dict):
        for item in value.values():
            yield from clear_texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from clear_texts(item)
    elif isinstance(value, str):
        yield value


@given(VALUES)
def test_comes_back_from_json_as_it_went(value: Any) -> None:
    assert from_json(json.loads(json.dumps(to_json(value)))) == value
    assert not holds_secret(revealed(value))


def test_shows_itself_nowhere() -> None:
    secret = Secret(MADE_UP)
    assert MADE_UP not in f"{secret} {secret!r} {[secret]} { {'key': secret} }"


@pytest.fixture(scope="module")
def made_up() -> Iterator[dict[str, Any]]:
    """What a program made of a secret that was made up for it, given as `up` gives its settings."""
    worker = Worker("tests.support.made_up_program")
    yield worker.ask({"coursematch:madeUpKey": Secret(MADE_UP), "coursematch:madeUpName": "in the clear"})
    worker.close()


def test_is_marked_in_everything_that_a_program_declares(made_up: dict[str, Any]) -> None:
    inputs = made_up["inputs"]
    assert inputs["kubernetes:core/v1:Secret mounted"]["stringData"]["MADE_UP_KEY"] == Secret(MADE_UP)
    assert inputs["aws:secretsmanager/secretVersion:SecretVersion kept"]["secretString"] == Secret(
        json.dumps({"key": MADE_UP, "name": "in the clear"})
    )
    assert not [text for text in clear_texts(inputs) if MADE_UP in text]
    assert inputs["kubernetes:core/v1:ConfigMap told"]["data"] == {"NAME": "in the clear"}


def test_is_marked_in_what_a_program_exports(made_up: dict[str, Any]) -> None:
    assert made_up["outputs"] == {"key": Secret(MADE_UP), "name": "in the clear"}


def test_is_marked_on_the_way_to_the_process_that_deploys() -> None:
    asked = json.loads(question({"values": {"madeUpKey": Secret(MADE_UP)}}))
    assert asked["values"]["madeUpKey"] != MADE_UP
    assert from_json(asked) == {"values": {"madeUpKey": Secret(MADE_UP)}}


@pytest.mark.parametrize("stack", STACKS)
def test_the_system_keeps_every_secret_where_secrets_are_kept(stack: str) -> None:
    model = {"advisorModel": "openai", "advisorModelId": "m", "advisorModelUrl": "https://model.example"}
    declared = resources(SYSTEM, stack, **model, advisorModelKey=Secret(MADE_UP))
    hidden = [found for found in declared if MADE_UP in json.dumps(revealed(found.inputs))]
    assert {found.type for found in hidden} == {"aws:secretsmanager/secretVersion:SecretVersion"}
    for found in declared:
        assert not [text for text in clear_texts(found.inputs) if MADE_UP in text or INVENTED_SECRET.value in text]
        if found.type not in WHERE_SECRETS_ARE_KEPT and not found.type.startswith("pulumi:providers:"):
            assert not holds_secret(found.inputs), found


@pytest.mark.parametrize("stack", STACKS)
def test_the_program_itself_says_which_of_its_settings_are_secret(stack: str) -> None:
    secret = {key.partition(":")[2] for key, value in settings(SYSTEM, stack).items() if isinstance(value, Secret)}
    assert secret >= {"databaseUrl", "lmsDatabaseUrl", "algoliaAdminKey", "identitySigningKey", "lmsClientSecret"}


def test_says_why_a_worker_gave_no_answer() -> None:
    with pytest.raises(ProgramRefused, match="ended without an answer"):
        answer(b"")
