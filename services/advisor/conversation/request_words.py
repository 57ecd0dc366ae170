"""Understand what a person asks an adviser for, by rules: topic, level, language, how many, which courses."""

from __future__ import annotations

import re
from dataclasses import dataclass

from services.course_record.languages import LANGUAGE_NAMES, fold
from services.course_record.levels import LEVEL_WORDS
from services.question.course_keys import find_keys

"""A course key (ORG+NUM) or run id in running text; C++ and 2+2 are none."""

_NUMBERS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
}
_LIMIT = re.compile(
    rf"\b(?:top|best|up to|at most|only|just)?\s*(\d{{1,3}}|{'|'.join(_NUMBERS)})\s+"
    r"(?:(?:good|great|short|free|online|new|popular|different|best|more|other|introductory|beginner|intermediate|advanced)\s+)*"
    r"(?:courses?|classes|options|suggestions|recommendations|results)\b"
)
_TOP = re.compile(r"\btop\s+(\d{1,3})\b")
_LANGUAGE_NAMES = sorted(
    {english.casefold() for english, _ in LANGUAGE_NAMES.values()}
    | {name for _, others in LANGUAGE_NAMES.values() for name in others},
    key=len,
    reverse=True,
)
_ENGLISH = {name: english for english, others in LANGUAGE_NAMES.values() for name in (english.casefold(), *others)}
_IN_LANGUAGE = re.compile(
    rf"\b(?:(?:that (?:is|are) )?(?:taught|given|held|available|offered|presented)\s+)?"
    rf"(?:in|en|auf|em|på|po)\s+({'|'.join(map(re.escape, _LANGUAGE_NAMES))})\b(?!\s+(?:literature|history|cuisine|art|law|cinema|grammar))"
    rf"|\b({'|'.join(map(re.escape, _LANGUAGE_NAMES))})[- ]language (?:courses?|classes)\b"
)
_SPEAKS = re.compile(
    rf"\bi (?:only |just )?(?:speak|understand|read)(?: only| just)? ({'|'.join(map(re.escape, _LANGUAGE_NAMES))})\b(?: only)?"
)
_NOT = re.compile(r"\b(?:no|not|nothing|non|never)\s+(?:(?:for|too|any|one|an?|taught|so|the)\s+)?$")
_LEVELS = [
    (
        level,
        re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(word) for word in sorted(words, key=len, reverse=True))})(?!\w)"),
    )
    for level, words in LEVEL_WORDS.items()
]
_MORE_LEVELS = (
    (
        "Introductory",
        re.compile(
            r"\b(?:i(?:'m| am)? (?:a )?(?:complete |total |absolute )?(?:beginner|newbie)|(?:i(?: a|\')m )?(?:completely |totally )?new to|never (?:done|tried|studied|programmed|coded)|starting out|basics of|start from (?:zero|nothing)|easy|easier|simpler)\b"
        ),
    ),
    (
        "Advanced",
        re.compile(
            r"\b(?:expert|experts|harder|more difficult|challenging|i(?:'m| am) experienced|already know a lot)\b"
        ),
    ),
)
_FILLER = re.compile(
    r"\b(?:please|pls|hi|hello|hey|good (?:morning|afternoon|evening)|thanks|thank you|ok|okay|so|well|actually|maybe|"
    r"i(?:'d| would) (?:really )?(?:like|love)(?: to)?|i(?:'m| am) (?:interested|looking|trying|hoping|keen)(?: (?:in|for|to|on))?|"
    r"i(?:'m| am) (?:a|an)|i(?:'ve| have)|i want(?: to)?|i need(?: to)?|i wish(?: to)?|"
    r"can you|could you|would you|will you|do you (?:have|know|offer)|are there|is there|have you got|what about|how about|"
    r"how (?:do|can|could|should) i (?:become|get into|get started with|start with|learn|study)?|how to (?:become|learn|get into)?|"
    r"what (?:should|can|could|do) i (?:take|learn|study|do)|where (?:do|should|can) i (?:start|begin)|what (?:is|are) (?:the|a|your)?|what|which|"
    r"help me|tell me|show me|give me|find me|get me|point me|suggest|recommend|advise|find|search|list|show|look(?:ing)? (?:for|up)|"
    r"learn(?: about| more about| how to)?|learning (?:about|how to)|study|why|teach me|understand|master|improve(?: my)?|take|taking|enrol+ in|"
    r"(?:some |any |a few |the )?(?:best |good |great |top |new |other |more |different |online |free |short |popular )*"
    r"(?:courses?|class(?:es)?|trainings?|lessons?|moocs?|tutorials?|options|suggestions|recommendations)(?: (?:on|about|in|for|to|that|which|with|covering|called|named))?|"
    r"about|something|anything|things?|stuff|someone|somebody|my|me|us|we|you|your|it|its|this|that|these|those|there|"
    r"a|an|the|some|any|of|on|at|to|in|is|are|be|am|was|i|and|or|for|with|but|if|just|only|also|really|very|too|more|else|other|another|again|instead|"
    r"interested|learning more|(?:absolute|complete|total)(?= |$)|friendly|best way|way|yourself|teaches|explain(?: to)?|who|when|similar|comes?|"
    r"how (?:long|much|many|does|do)|took|taken|finished|completed|done|most|popular|somewhere|right|place|going|looking|thinking|"
    r"level|next|now|after|before|then|today|one|ones|good|best|great|want|wants|need|like|know|get|start(?:ing|ed)?|into|do|does|did|have|has|had|can|should|would|could|"
    r"new|topics?|subjects?|skills?|please\?|yes|no|not|nope|yeah|sure|fine|idea|don't|dont|careers?|job)\b"
)
_FOREIGN_FILLER = re.compile(
    r"^(?:hola|bonjour|hallo|ol[aá]|ciao)\b|\b(?:quiero|quisiera|me gustar[ií]a|busco|necesito|puedes recomendar(?:me)?|recomi[eé]ndame)(?: aprender| estudiar)?\b"
    r"|\b(?:aprender|estudiar) (?:sobre|a)\b|\b(?:je (?:veux|voudrais|cherche)|j'aimerais)(?: apprendre| [eé]tudier)?\b"
    r"|\bich (?:m[oö]chte|will|suche|w[uü]rde gern)\b|\b(?:mehr )?(?:[uü]ber )?lernen$"
    r"|\b(?:quero|gostaria de|procuro)(?: aprender| estudar)?\b|\bvorrei(?: imparare| studiare)?\b"
    r"|\b(?:einen? )?(?:kurse?|cursos?|cours|formations?|corsi|corso)\b(?: (?:[uü]ber|zu[mr]?|von|de la|del?|du|des|sobre|en|sur|di|su|para aprender)\b| d')?"
    r"|^(?:我想|我要|想)?(?:学习|学)(?=.)|的?课程$"
)
_CONTRACTION = re.compile(
    r"(?<=\b(?:what|that|here))'s\b|(?<=\b(?:who|how|let))'s\b|(?<=\bit)'s\b|(?<=\b(?:where|there))'s\b"
)
_HISTORY = re.compile(
    r"\b(?:what|which)\b.{0,30}\b(?:have i|did i|i have|i've|am i)\b.{0,20}"
    r"\b(?:taken|took|take|done|do|complet\w+|finish\w+|enrol\w+|taking)\b"
    r"|\bmy (?:own |current |past )?(?:courses|enrol\w+|history|classes|record|transcript)\b"
    r"|\bcourses i(?:'ve| have)? (?:took|taken|completed|finished)\b|\b(?:have|did) i (?:already )?(?:take|taken|done)\b",
    re.IGNORECASE,
)
_EDGES = "".join(chr(code) for code in range(33, 127) if not chr(code).isalnum()) + "’“”„«»…¿¡？！，。、–—"


@dataclass(frozen=True)
class Words:
    """What one message says. `topic` empty: it names nothing to learn."""

    topic: str
    level: str | None
    language: str | None
    limit: int | None
    keys: tuple[str, ...]


def understand(message: str) -> Words:
    """Read a message."""
    found = find_keys(message)
    keys = tuple(dict.fromkeys(key.course_key for key in found))
    rest = message
    for key in reversed(found):
        rest = _cut(rest, key.start, key.end)
    language, rest = take_language(rest)
    level, rest = take_level(rest)
    limit, rest = take_limit(rest)
    return Words(topic_of(rest), level, language, limit, keys)


def speaks_of_history(message: str) -> bool:
    """Say whether a message asks what the person has taken."""
    return _HISTORY.search(message.replace("’", "'")) is not None


def take_level(text: str) -> tuple[str | None, str]:
    """Take a level's words out of a text: (the level or None, what is left)."""
    folded = _aligned(text)
    for level, pattern in (*_LEVELS, *_MORE_LEVELS):
        match = pattern.search(folded)
        if match and _NOT.search(folded[: match.start()]):
            return take_level(_cut(text, match.start(), match.end()))
        if match:
            left = _cut(text, match.start(), match.end())
            _, again = take_level(left)
            return level, re.sub(r"(?i)\b(?:(?:at|for|on)\s++)?(?:(?:an?|the)\s++)?level\b", " ", again)
    return None, text


def take_language(text: str) -> tuple[str | None, str]:
    """Take `in Spanish` out of a text: (the language's English name or None, what is left).

    A language without such words is a topic: `learn Spanish` asks for Spanish, in any language.
    """
    match = _IN_LANGUAGE.search(_aligned(text))
    if match is None:
        match = _SPEAKS.search(_aligned(text))
        return (_ENGLISH[match[1]], _cut(text, match.start(), match.end())) if match else (None, text)
    left = _cut(text, match.start(), match.end())
    if _NOT.search(_aligned(text)[: match.start()]):
        return take_language(left)
    return _ENGLISH[match[1] or match[2]], left


def take_limit(text: str) -> tuple[int | None, str]:
    """Take `three courses` or `top 5` out of a text: (the number from 1 to 20 or None, what is left)."""
    folded = _aligned(text)
    match = _LIMIT.search(folded) or _TOP.search(folded)
    if match is None:
        return None, text
    number = _NUMBERS.get(match[1]) or int(match[1])
    if not 1 <= number <= 100:
        return None, text
    return min(number, 20), _cut(text, match.start(), match.end())


def topic_of(text: str) -> str:
    """Return the words of a text that say what to learn; empty when none do. At most 300 characters."""
    lowered = text.replace("’", "'")
    cleaned = re.sub(r"[?!;:,()\[\]{}<>\"“”„*]|\.(?=\s|$)|(?<=\s)-(?=\s)", " ", lowered)
    plain = _FOREIGN_FILLER.sub(" ", _CONTRACTION.sub(" is", _lower_filler(cleaned)).strip())
    kept = _FILLER.sub(" ", plain)
    words = [word.strip(_EDGES) if not re.search(r"[+#]", word) else word for word in kept.split()]
    said = " ".join(word for word in words if word)
    return said[:300].strip() if re.search(r"[^\W\d_]", said) else ""


def _lower_filler(text: str) -> str:
    """Lower-case all but acronyms and names, so that fillers are seen and topics keep their writing."""
    if text.isupper() and len(text.split()) > 2:  # somebody shouts
        return text.lower()
    return " ".join(word if word.isupper() and 1 < len(word) <= 6 else word.lower() for word in text.split())


def _aligned(text: str) -> str:
    """Fold a text for comparing, letter by letter, so that places in it are places in the text."""
    return "".join(folded if len(folded := fold(letter) or " ") == 1 else letter.lower()[:1] for letter in text)


def _cut(text: str, start: int, end: int) -> str:
    return f"{text[:start]} {text[end:]}"
