"""In which language somebody asks to be answered: "please answer me in English", "réponds-moi en français". Pure."""

from __future__ import annotations

from services.question.acts import find_acts
from services.question.attitudes import CODES
from services.question.taught_in import language_named
from services.question.tokens import tokens

BETWEEN = 1
"""So many words may stand between the asking and the language ("auf bitte Deutsch")."""


def reply_language(text: str) -> tuple[str, str]:
    """Give the code of the language that answers shall have, empty where none is asked for, and the text without."""
    sentence = [token for token in tokens(text) if not token.sign]
    for act in find_acts(text):
        if act.name != "answer_in":
            continue
        after = [place for place, token in enumerate(sentence) if token.start >= act.end][: 1 + BETWEEN]
        before = [place for place, token in enumerate(sentence) if token.end <= act.start][-2:]
        for place in (*after, *before):
            named = language_named(sentence, place)
            if named and named[0] in CODES:
                start, end = min(act.start, sentence[place].start), max(act.end, sentence[named[1] - 1].end)
                return CODES[named[0]], text[:start] + "," + text[end:]
    return "", text
