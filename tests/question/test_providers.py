"""What a sentence says of who offers a course, of the names that are known; and each row of the table."""

from __future__ import annotations

import pytest

from services.question.phrases import Row, read_rows
from services.question.providers import find_providers, may_say_provider, without_providers

NAMES = ("HaldenX", "MeridianX", "SerraClaraX", "LarkspurX", "LindenauX", "KaveriX", "RivesX", "OpenForge", "PythonX")
MANNERS = {
    "from": "wanted", "of": "wanted", "only": "wanted", "not": "refused", "not_after": "refused", "away": "refused",
    "also": "also", "also_before": "also", "theirs": "wanted", "any": "any", "more": "more", "others": "others",
}  # fmt: skip


@pytest.mark.parametrize("meaning", [*MANNERS])
def test_every_row_says_what_it_means(meaning: str) -> None:
    wrong = [row.sentence for row in read_rows("providers") if row.meaning == meaning and not _holds(row)]
    assert not wrong


def _holds(row: Row) -> bool:
    said = find_providers(row.sentence, NAMES)
    named = "MeridianX" in row.sentence
    meant = [one for one in said if one.names] if named else said
    left = without_providers(row.sentence, said)
    return (
        [one.manner for one in meant] == [MANNERS[row.meaning]]
        and "Meridian" not in left
        and (not named or may_say_provider(row.sentence) or row.meaning in ("away", "theirs"))
    )


@pytest.mark.parametrize(
    ("text", "manner", "names", "left"),
    [
        ("statistics but NOT from HaldenX", "refused", ["HaldenX"], "statistics"),
        ("design courses, only from Larkspur if possible", "wanted", ["LarkspurX"], "design courses,"),
        ("same thing from Serra Clara instead", "wanted", ["SerraClaraX"], "same thing"),
        ("Statistik, nichts von HaldenX oder MeridianX", "refused", ["HaldenX", "MeridianX"], "Statistik,"),
        ("I don't want anything from haldenx or larkspur", "refused", ["HaldenX", "LarkspurX"], ""),
        ("a row with HaldenX support so keep their stuff away from me", "refused", ["HaldenX"], ""),
        ("haldenx's courses are out", "refused", ["HaldenX"], ""),
        ("not only from HaldenX", "also", ["HaldenX"], ""),
        ("不要HaldenX的", "refused", ["HaldenX"], ""),
        ("only RivesX", "named", ["RivesX"], "only"),
        ("courses from OpenForge, please", "wanted", ["OpenForge"], "courses , please"),
    ],
)
def test_reads_a_name_with_the_words_beside_it(text: str, manner: str, names: list[str], left: str) -> None:
    said = find_providers(text, NAMES)

    assert [one.manner for one in said] == [manner]
    assert list(said[0].names) == names
    assert " ".join(without_providers(text, said).split()) == left


@pytest.mark.parametrize(
    "text",
    [
        "python from scratch",
        "courses from python to rust",  # a subject, though a provider be called so
        "HaldenX+CS101",
        "a meridian of acupuncture",
        "historia de Rives",  # without its X it is what the history is about
        "who offers it?",
        "",
    ],
)
def test_takes_nothing_else_for_a_provider(text: str) -> None:
    assert find_providers(text, NAMES) == []


def test_knows_no_provider_by_itself() -> None:
    assert find_providers("statistics from HaldenX", ()) == []
    assert not may_say_provider("linear algebra")
