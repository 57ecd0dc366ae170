"""Words of an instruction that name nothing to learn beside the word that does: "the … algorithm", "my … skills".

They are of the topic where nothing else is ("algorithms"), and within a name ("algorithm design"); beside a content
word they say how or how well somebody wants to learn it, and a course that has only them is about something else.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.question.tokens import Token

_VERBS = frozenset(
    "acquire boost broaden deepen develop enhance expand gain hone improve increase master polish refine refresh "
    "sharpen strengthen upgrade".split()
)
"""At the beginning of a topic ("sharpen my time management skills")."""
_NOUNS = frozenset(
    "abilities ability algorithm capabilities competence competences concept concepts essentials expertise "
    "fundamentals knowledge method methods methodology phenomenon practices principles problems procedure process "
    "program programme skill skills technique techniques tips tool tools tricks".split()
)
"""At its end, or before "of", "in", "for"."""
_BEFORE_OF = frozenset("area art concept craft essentials field fundamentals method process science study subject "
                       "techniques topic use world".split())  # fmt: skip
_LINKS = frozenset(("of", "in", "for"))


def is_manner(sentence: Sequence[Token], place: int) -> bool:
    """Tell whether the word at a place of a topic is one of an instruction. English: others put it differently."""
    word = sentence[place].word
    following = sentence[place + 1].word if place + 1 < len(sentence) else ""
    if place == 0 and word in _VERBS:
        return True
    if word in _NOUNS and (not following or following in _LINKS):
        return True
    return (word in _BEFORE_OF and following == "of") or (word == "guide" and following == "to")
