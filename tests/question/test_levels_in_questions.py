"""A level or a subject that is said in any of our languages is understood, and what is not said stays unsaid."""

from __future__ import annotations

import pytest

from services.question import read_question


@pytest.mark.parametrize(
    ("said", "topic", "level"),
    [
        ("mixed level python", "python", None),
        ("Python tous niveaux", "Python", None),
        ("cursos de python para todos los niveles", "python", None),
        ("python, not for all levels", "python", None),
        ("python for beginners, any level", "python", "Introductory"),
        ("mixed martial arts", "mixed martial arts", None),
        ("mixed methods research", "mixed methods research", None),
        ("पायथन शुरुआती लोगों के लिए", "पायथन", "Introductory"),
        ("मध्यम स्तर का पायथन कोर्स", "पायथन", "Intermediate"),
        ("मुझे उन्नत पायथन सीखना है", "पायथन", "Advanced"),
        ("toán học cho người mới bắt đầu", "toán học", "Introductory"),
        ("lịch sử", "lịch sử", None),
        ("tôi muốn học lịch sử nâng cao", "lịch sử", "Advanced"),
        ("su historia", "historia", None),
    ],
)
def test_is_read_apart_from_the_subject(said: str, topic: str, level: str | None) -> None:
    asked = read_question(said)

    assert (asked.topic, asked.level) == (topic, level)
    assert not asked.not_levels
