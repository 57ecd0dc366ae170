"""Read the replies of bad and of good models, and fill in the courses they speak of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PARTS = ("", "_apart")
QUESTIONS = {
    "en": "machine learning",
    "es": "quiero un curso de programación con python",
    "fr": "je cherche un cours de français",
    "de": "ich suche einen Kurs über Klimawandel",
    "pt": "quero aprender programação",
    "zh": "我想学习机器学习",
    "ar": "أريد دورات البرمجة",
}
"""What is asked in each language; the courses that answer it stand in the replies."""
SEARCHED = {
    "en": "machine learning", "es": "programación", "fr": "français", "de": "Klimawandel", "pt": "programação",
    "zh": "机器学习", "ar": "البرمجة",
}  # fmt: skip
Json = dict[str, Any]


@dataclass(frozen=True)
class Reply:
    """What a model says; `invented` is the title of no course in it, empty in an honest one."""

    language: str
    text: str
    invented: str = ""

    def about(self, courses: list[Json]) -> str:
        """Write the reply with the courses that were found."""
        text = self.text.replace("\\n", "\n").replace("{x}", self.invented)
        for at, course in enumerate((courses * 2)[:2], start=1):
            text = text.replace(f"{{t{at}}}", course["title"]).replace(f"{{k{at}}}", course["course_key"])
        return text


def honest(part: str) -> list[Reply]:
    """Give the replies of a good model."""
    return [Reply(language, text) for language, text in _rows(f"honest{part}")]


def inventions(part: str) -> list[Reply]:
    """Give the replies of a bad model: each way of saying with each title of its language."""
    titles = list(_rows("titles"))
    return [
        Reply(language, text, title)
        for language, text in _rows(f"inventions{part}")
        for spoken, title in titles
        if spoken == language
    ]


def _rows(name: str) -> Iterator[tuple[str, str]]:
    for line in (FOLDER / f"{name}.txt").read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            language, _, text = line.partition("|")
            yield language.strip(), text.strip()
