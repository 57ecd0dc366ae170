"""Languages and levels as catalogues write them: in their own words, whatever the case, the accents and the script."""

from __future__ import annotations

import pytest

from services.course_record.languages import LANGUAGE_NAMES, OWN_NAMES, canonical_language
from services.course_record.levels import LEVELS, canonical_level


@pytest.mark.parametrize(
    ("written", "language"),
    [
        ("Русский", "Russian"), ("العربية", "Arabic"), ("हिन्दी", "Hindi"), ("हिंदी", "Hindi"), ("한국어", "Korean"),
        ("Українська", "Ukrainian"), ("Tiếng Việt", "Vietnamese"), ("Español", "Spanish"), ("中文", "Chinese"),
        ("日本語", "Japanese"), ("Türkçe", "Turkish"), ("es-419", "Spanish"), ("Spanish - Mexico", "Spanish"),
        ("zh_Hans", "Chinese"), ("Português (Brasil)", "Portuguese"), ("Italiano", "Italian"), ("ελληνικά", "Greek"),
        ("Klingon", "Klingon"), ("uk", "Ukrainian"), ("  FRANÇAIS ", "French"), (None, None), (" ", None),
    ],
)  # fmt: skip
def test_names_a_language_in_english(written: str | None, language: str | None) -> None:
    assert canonical_language(written) == language


def test_no_name_of_a_language_stands_for_two() -> None:
    english = {name for name, _ in LANGUAGE_NAMES.values()} | set(OWN_NAMES)
    for name in english:
        assert canonical_language(name) == name
        for own in OWN_NAMES.get(name, ()):
            assert canonical_language(own) == name


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
