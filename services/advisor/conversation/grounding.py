"""Hold a real model's answer to what is known: all in it is told by the tools, said by the person, or plain talk.

Turned round from looking for inventions: a passage has to account for each of its words. A known title, name, key or
address accounts for its own; the rest must be plain words of the conversation's language, or words that the results or
the person used; and where words are written as a title is (capitals, quotes, bold, an item of a list) they must be one
that is known. A passage with an unknown word is cut. One that names something unknown makes the whole answer unfit: a
model that invented once is not believed, and the adviser composes its own.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from services.advisor.conversation.known import Known, key_of, longest_first
from services.advisor.conversation.plain_words import negations, plain_words
from services.question.course_keys import find_keys
from services.question.tokens import Token, tokens

MOST_CHARACTERS = 8_000
MOST_REPEATS = 2
COUNTED = 20
"""Numbers up to this are counting ("three of 20"); larger ones are facts, which must be known."""

_URL = re.compile(r"\b(?:https?://|www\.)[^\s)\]>\"”]+", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:[-*•–+]|\d{1,2}[.)]|[a-zA-Z][.)]|#{1,6})\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?。！？؟])(?:\s+|(?<=[。！？]))")
_EMPHASIS = re.compile(
    r"[“\"«„《「‘]\s?([^”\"»“》」’\n]{1,160})[”\"»“》」’]|\*\*([^*\n]{1,160})\*\*|\[([^\]\n]{1,160})\]\(|__([^_\n]{1,160})__"
)
_SMALL_WORDS = (
    "of the and for in to with a an on from by de la el los las y en para le les des du et pour da do das dos e"
)
_CONNECTORS = frozenset(_SMALL_WORDS.split())
_NO_CAPITALS = frozenset({"de"})
"""Languages that write every noun with a capital: there a capital tells nothing."""
_WITHIN_TITLES = frozenset("-–'’&+#:/")


class Verdict(Enum):
    """What is done with a passage."""

    KEPT = 0
    CUT = 1
    INVENTED = 2


@dataclass(frozen=True)
class Grounded:
    """What is left of an answer.

    `violations` counts passages that do not hold, `fit` says whether it may be given, `named` whether it names
    a course.
    """

    text: str
    violations: int
    fit: bool
    named: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a passage, and what accounts for it."""

    token: Token
    capital: bool
    first: bool
    by: str
    """title, name, key, plain, used (by the results or the person), or nothing."""


def grounded(text: str, known: Known, spoken: str = "en") -> Grounded:
    """Judge each passage of an answer in the language that is spoken."""
    if len(text) > MOST_CHARACTERS:
        return Grounded("", 1, fit=False)
    check = _Check(known, spoken)
    lines: list[str] = []
    verdicts: Counter[Verdict] = Counter()
    seen: Counter[str] = Counter()
    names_a_course = False
    for line in text.split("\n"):
        kept = []
        marker = match[0] if (match := _ITEM.match(line)) else ""
        for at, passage in enumerate(_SENTENCE_END.split(line[len(marker) :])):
            if not passage.strip():
                continue
            item = at == 0 and bool(marker)
            verdict, named = check.judge(passage, item=item)
            seen[passage.strip()] += 1
            if seen[passage.strip()] > MOST_REPEATS and len(passage) > 3:
                verdict = Verdict.INVENTED
            verdicts[verdict] += 1
            if verdict is Verdict.KEPT:
                kept.append(passage)
                names_a_course = names_a_course or named
        if kept or not line.strip():
            between = "" if spoken == "zh" else " "
            lines.append(marker + between.join(kept))
    cleaned = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
    wrong = verdicts[Verdict.CUT] + verdicts[Verdict.INVENTED]
    fit = not verdicts[Verdict.INVENTED] and bool(cleaned) and (not wrong or names_a_course)
    return Grounded(cleaned if fit else "", wrong, fit, names_a_course)


class _Check:
    """Judges passages against one turn's knowledge."""

    def __init__(self, known: Known, spoken: str) -> None:
        self._known = known
        self._names = longest_first(known)
        self._plain = plain_words(spoken)
        self._longest_plain = max(len(phrase) for phrase in self._plain)
        self._negations = negations(spoken)
        self._capitals_tell = spoken not in _NO_CAPITALS

    def judge(self, passage: str, *, item: bool) -> tuple[Verdict, bool]:
        """Judge one passage: (verdict, whether it names a known course)."""
        keys, urls = find_keys(_URL.sub(lambda match: " " * len(match[0]), passage)), list(_URL.finditer(passage))
        if any(key_of(key.course_key) not in self._known.keys for key in keys):
            return Verdict.INVENTED, False
        if any(url[0].rstrip("/.,;") not in self._known.urls for url in urls):
            return Verdict.INVENTED, False
        spans = [(key.start, key.end) for key in keys] + [url.span() for url in urls]
        words = self._words(passage, spans)
        named = any(word.by in ("title", "key") for word in words)
        if self._wrong_key(words, [key.course_key for key in keys]):
            return Verdict.INVENTED, named
        repeats_a_question = any(word.token.word in self._negations for word in words)
        for run in self._runs(passage, words):
            if not (repeats_a_question and self._known.was_asked(_written(run))):
                return Verdict.INVENTED, named
        for match in _EMPHASIS.finditer(passage):
            marked = _between(words, *match.span(match.lastindex or 0))
            if self._nameless(marked) and not self._known.was_asked(_written(marked)):
                return Verdict.INVENTED, named
        if item and self._nameless(_between(words, 0, _head(passage))):
            return Verdict.INVENTED, named
        unknown = [word for word in words if not word.by]
        if any(word.capital and self._capitals_tell and not word.first for word in unknown):
            return Verdict.INVENTED, named
        return (Verdict.CUT if unknown else Verdict.KEPT), named

    def _words(self, passage: str, spans: Sequence[tuple[int, int]]) -> list[_Word]:
        """Account for each word of a passage: by a span, a known name, plain words, or the results' own."""
        parts = tokens(passage)
        words = [token for token in parts if not token.sign]
        after_sign = {later.start for sign, later in itertools.pairwise(parts) if sign.word in '“"«„*(|:'}
        found: list[_Word] = []
        at = 0
        while at < len(words):
            token = words[at]
            by, size = "", 1
            if any(start <= token.start < end for start, end in spans):
                by = "key"
            else:
                by, size = self._named_at(words, at) or self._plain_at(words, at) or ("", 1)
            for one in words[at : at + size]:
                first = at == 0 or one.start in after_sign
                accounted = by or ("used" if self._used(one, passage) else "")
                found.append(_Word(one, passage[one.start].isupper(), first and one is token, accounted))
            at += size
        return found

    def _named_at(self, words: Sequence[Token], at: int) -> tuple[str, int] | None:
        for name, title in self._names.get(words[at].word, ()):
            if len(name) <= len(words) - at and all(name[i] == words[at + i].word for i in range(len(name))):
                return ("title" if title else "name"), len(name)
        return None

    def _plain_at(self, words: Sequence[Token], at: int) -> tuple[str, int] | None:
        for size in range(min(self._longest_plain, len(words) - at), 0, -1):
            if tuple(token.word for token in words[at : at + size]) in self._plain:
                return "plain", size
        return None

    def _used(self, token: Token, passage: str) -> bool:
        written = token.word
        if written.isdigit():
            return int(written[:6]) <= COUNTED or written in self._known.words
        if len(written) == 1 and "㐀" <= written <= "鿿":
            around = [passage[token.start - 1 : token.end], passage[token.start : token.end + 1]]
            return any(len(pair) == 2 and self._known.says(pair) for pair in around)
        return self._known.supports(written) or (written.endswith("ly") and len(written) > 5 and written.isascii())

    def _wrong_key(self, words: Sequence[_Word], keys: Sequence[str]) -> bool:
        """Say whether the one title of a passage stands with the key of another course."""
        titles = [run for run in _groups(words) if run[0].by == "title"]
        if len(titles) != 1 or len(keys) != 1:
            return False
        of = self._known.titles.get(_written(titles[0]), set())
        return bool(of) and key_of(keys[0]) not in of

    def _runs(self, passage: str, words: Sequence[_Word]) -> list[list[_Word]]:
        """Give what is written like a title and is none: two capitalised words or more, small words between them."""
        if not self._capitals_tell:
            return []
        runs: list[list[_Word]] = []
        current: list[_Word] = []
        for word in words:
            if current and _apart(passage, current[-1], word):
                runs, current = [*runs, current], []
            if word.by in ("title", "key") or word.token.word.split("'")[0] == "i":
                runs, current = [*runs, current], []
            elif _titled(word) or (current and word.token.word in _CONNECTORS):
                current = [*current, word]
            else:
                runs, current = [*runs, current], []
        trimmed = [_without_connectors(run) for run in [*runs, current]]
        return [run for run in trimmed if sum(word.capital for word in run) > 1 and not self._one_name(run)]

    def _one_name(self, run: Sequence[_Word]) -> bool:
        return _written(run) in self._known.names

    def _nameless(self, words: Sequence[_Word]) -> bool:
        """Say whether what stands out names nothing that is known, though it is no plain talk either."""
        if not words or self._one_name(words) or any(word.by in ("title", "key") for word in words):
            return False
        return not any(word.by == "plain" and word.token.word not in _CONNECTORS for word in words)


def _titled(word: _Word) -> bool:
    """Say whether a word has a capital that the beginning of a sentence does not explain."""
    return word.capital and not (word.first and word.by == "plain")


def _written(words: Sequence[_Word]) -> tuple[str, ...]:
    return tuple(word.token.word for word in words)


def _between(words: Sequence[_Word], start: int, end: int) -> list[_Word]:
    return [word for word in words if start <= word.token.start < end]


def _groups(words: Sequence[_Word]) -> list[list[_Word]]:
    groups: list[list[_Word]] = []
    for word in words:
        if groups and groups[-1][-1].by == word.by:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _apart(passage: str, one: _Word, other: _Word) -> bool:
    between = passage[one.token.end : other.token.start].strip()
    return any(sign not in _WITHIN_TITLES for sign in between)


def _without_connectors(run: Sequence[_Word]) -> list[_Word]:
    kept = list(run)
    while kept and not kept[-1].capital:
        kept.pop()
    return kept


def _head(item: str) -> int:
    """Find where the head of a list's item ends."""
    ends = [at for sign in (":", "(", "（", "：", " — ", " – ", " - ", ". ", ", ") if (at := item.find(sign)) > 0]
    return min(ends, default=len(item))
