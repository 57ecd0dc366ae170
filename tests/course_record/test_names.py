"""Languages and levels as catalogues write them: in their own words, whatever the case, the accents and the script."""

from __future__ import annotations

import pytest

from services.course_record.languages import LANGUAGE_CODES, canonical_language, names_by_language
from services.course_record.levels import LEVELS, canonical_level
from services.question import read_question


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("Русский", "Russian"), ("العربية", "Arabic"), ("हिन्दी", "Hindi"), ("हिंदी", "Hindi"), ("한국어", "Korean"),
        ("Українська", "Ukrainian"), ("Tiếng Việt", "Vietnamese"), ("Español", "Spanish"), ("中文", "Chinese"),
        ("日本語", "Japanese"), ("Türkçe", "Turkish"), ("es-419", "Spanish"), ("Spanish - Mexico", "Spanish"),
        ("zh_Hans", "Chinese"), ("Português (Brasil)", "Portuguese"), ("Italiano", "Italian"), ("ελληνικά", "Greek"),
        ("Klingon", "Klingon"), ("uk", "Ukrainian"), ("  FRANÇAIS ", "French"),
        ("Spagnolo", "Spanish"), ("Sueco", "Swedish"), ("Giapponese", "Japanese"), ("nb", "Norwegian"),
        (None, None), (" ", None),
    ],
)  # fmt: skip
def test_names_a_language_in_english(written: str | None, language: str | None) -> None:
    assert canonical_language(written) == language


def test_no_name_of_a_language_stands_for_two() -> None:
    assert names_by_language().keys() == LANGUAGE_CODES.keys()
    for english, names in names_by_language().items():
        assert {canonical_language(name) for name in (english, LANGUAGE_CODES[english], *names)} == {english}
        assert len(names) == len(set(names))


def test_what_catalogues_call_a_language_is_understood_in_questions_too() -> None:
    asked = {english: read_question(f"cooking taught in {names[-1]}") for english, names in names_by_language().items()}
    asked.pop("Romanian")  # "română", which without its marks is a word of Spanish and Italian
    assert {english: question.language for english, question in asked.items()} == {one: one for one in asked}
    assert {question.topic for question in asked.values()} == {"cooking"}
    assert read_question("arquitectura romana por favor").language is None


@pytest.mark.parametrize(
    ("written", "level"),
    [
        ("Débutant", "Introductory"), ("Fortgeschritten", "Advanced"), ("Mixed", None), ("All Levels", None),
        ("beginner", "Introductory"), ("BEGINNER-LEVEL", "Introductory"), ("Avanzado", "Advanced"),
        ("中级", "Intermediate"),
        ("Средний", "Intermediate"), ("متقدم", "Advanced"), ("초급", "Introductory"), ("Mittelstufe", "Intermediate"),
        ("Weekend", "Weekend"), ("", None), (None, None), *((level, level) for level in LEVELS),
    ],
)  # fmt: skip
def test_names_a_level_as_edx_does(written: str | None, level: str | None) -> None:
    assert canonical_level(written) == level
