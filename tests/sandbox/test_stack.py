"""The declaration of the stack: what a step takes is what the steps before it give."""

from __future__ import annotations

import dataclasses
import inspect
from typing import get_type_hints

import pytest

from sandbox.embedded.ready import Started
from sandbox.embedded.start import Start
from sandbox.processes.steps import Step
from sandbox.stack import EMBEDDED

GIVES = {step.name: get_type_hints(step.run)["return"] for step in EMBEDDED}


def takes(step: Step) -> list[type]:
    hints = get_type_hints(step.run)
    return [hints[name] for name in inspect.signature(step.run).parameters]


@pytest.mark.parametrize("step", EMBEDDED, ids=lambda step: step.name)
def test_takes_the_results_of_the_steps_it_comes_after(step: Step) -> None:
    assert takes(step) == [Start, *(GIVES[name] for name in step.after)]


@pytest.mark.parametrize("step", EMBEDDED, ids=lambda step: step.name)
def test_gives_a_frozen_value_with_words(step: Step) -> None:
    given = GIVES[step.name]

    assert dataclasses.is_dataclass(given)
    assert given.__dataclass_params__.frozen
    assert get_type_hints(given).get("words") is str or isinstance(inspect.getattr_static(given, "words"), property)


def test_ends_with_the_started_system() -> None:
    assert GIVES[EMBEDDED[-1].name] is Started
