"""The three course levels of edX, and the words that people write for them."""

from __future__ import annotations

from typing import Literal, get_args

from services.course_record.languages import fold

Level = Literal["Introductory", "Intermediate", "Advanced"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the first to the last: a learner's next level is the one after."""

LEVEL_WORDS: dict[Level, tuple[str, ...]] = {
    "Introductory": (
        "introductory", "beginner", "beginners", "beginner level", "for beginners", "entry level", "novice",
        "from scratch", "no experience", "without experience", "for dummies", "absolute beginner",
        "principiantes", "para principiantes", "nivel basico", "desde cero",
        "debutant", "debutants", "pour debutants", "niveau debutant",
        "anfanger", "fur anfanger", "einsteiger",
        "iniciante", "iniciantes", "para iniciantes", "do zero",
        "入门", "初级", "零基础",
    ),
    "Intermediate": (
        "intermediate", "intermediate level", "mid level",
        "intermedio", "nivel intermedio", "intermediaire", "niveau intermediaire", "mittelstufe",
        "intermediario", "nivel intermediario", "中级",
    ),
    "Advanced": (
        "advanced", "advanced level", "expert level", "for experts", "graduate level",
        "avanzado", "nivel avanzado", "avance", "niveau avance", "fortgeschrittene", "fur fortgeschrittene",
        "avancado", "nivel avancado", "高级",
    ),
}  # fmt: skip
"""Lower case and without accents, as Algolia normalises a query; longer phrases contain the shorter ones."""

_CATALOGUE_NAMES: dict[str, Level] = {
    "introductory": "Introductory", "introduction": "Introductory", "beginner": "Introductory",
    "basic": "Introductory",
    "beginner level": "Introductory", "foundation": "Introductory", "foundational": "Introductory",
    "entry": "Introductory", "entry level": "Introductory", "1": "Introductory",
    "intermediate": "Intermediate", "intermediate level": "Intermediate", "medium": "Intermediate",
    "2": "Intermediate",
    "advanced": "Advanced", "advanced level": "Advanced", "expert": "Advanced", "3": "Advanced",
}  # fmt: skip


_OWN_NAMES: dict[Level, tuple[str, ...]] = {
    "Introductory": (
        "básico", "principiante", "inicial", "introductorio", "débutante", "élémentaire", "grundlagen", "einführung",
        "grundstufe", "iniciación", "introdutório", "introduttivo", "principianti", "base", "初學者", "初学者", "基础",
        "начальный", "начинающий", "базовый", "مبتدئ", "تمهيدي", "शुरुआती", "초급", "입문", "初心者", "初級", "入門",
        "початковий", "cơ bản", "начальный уровень", "базовый уровень", "початковий рівень", "nivel inicial",
        "beginners", "novice", "elementary", "100 level", "level 1",
    ),
    "Intermediate": (
        "medio", "moyen", "mittel", "fortgeschrittene anfänger", "intermédio", "médio", "средний", "متوسط", "मध्यम",
        "중급", "中級", "середній", "trung cấp", "средний уровень", "середній рівень", "mid level", "200 level",
        "level 2",
    ),
    "Advanced": (
        "avanzada", "experto", "avancée", "confirmé", "fortgeschritten", "experte", "avanzati", "avançada",
        "avanzato",
        "продвинутый", "متقدم", "उन्नत", "고급", "上級", "просунутий", "nâng cao", "продвинутый уровень",
        "просунутий рівень", "graduate", "level 3",
    ),
}  # fmt: skip
_MIXED = (
    "mixed", "mixed level", "mixed levels", "all levels", "all", "any level", "various", "todos los niveles",
    "tous niveaux", "alle stufen",
    "todos os níveis", "tutti i livelli", "mọi cấp độ", "усі рівні", "सभी स्तर", "所有级别", "不限", "все уровни",
    "جميع المستويات", "모든 수준", "全レベル",
)  # fmt: skip


def canonical_level(text: str | None) -> str | None:
    """Name a catalogue's level as edX does (`beginner` and `Débutant` are `Introductory`).

    A course for every level (`Mixed`, `All Levels`) is for none of the three: None. An unknown name stays as it is
    written.
    """
    if text is None or not text.strip():
        return None
    name = fold(text.replace("-", " "))
    return None if name in _FOR_ALL else _BY_NAME.get(name) or " ".join(text.split())


_FOR_ALL = frozenset(map(fold, _MIXED))
_BY_NAME: dict[str, Level] = {
    **{fold(word): level for words in (LEVEL_WORDS, _OWN_NAMES) for level, names in words.items() for word in names},
    **_CATALOGUE_NAMES,
}
