"""What somebody wants, by the examples that a sentence is nearest to (`examples/*.txt`: seven languages).

Words, pairs of words and the letters within words are compared by their rarity (tf-idf, cosine). A new wording is
taught by adding it to a line of examples; nothing is trained. Read once, when the first sentence comes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, log, sqrt
from pathlib import Path

from services.question.subjects import subject_at
from services.question.taught_in import language_named
from services.question.tokens import Token, tokens

EXAMPLES = Path(__file__).with_name("examples")
SUBJECT, COURSE, LANGUAGE = "§t", "§c", "§l"
WORDS_MOST = 40
"""A longer sentence is judged by its beginning and its end: what is wanted stands there."""
_PLACEHOLDERS = {"{t}": SUBJECT, "{c}": COURSE, "{l}": LANGUAGE}
_LETTERS = (3, 4)
_LETTER_WEIGHT, _PAIR_WEIGHT, _SUBJECT_WEIGHT = 0.35, 1.3, 0.5
_SPOKEN = 0.5
"""The share of what the features speak for; the rest is the nearest example's."""
_SMOOTH, _SHARPNESS = 0.3, 0.5


@dataclass(frozen=True, slots=True)
class Example:
    """A sentence, and what whoever says it wants."""

    intent: str
    words: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True)
class Guess:
    """Intents with how near they are (0 to 1), the nearest first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def intent(self) -> str:
        """The nearest intent; empty when nothing is near."""
        return self.ranked[0][0] if self.ranked else ""

    @property
    def nearness(self) -> float:
        """How near the nearest is."""
        return self.ranked[0][1] if self.ranked else 0.0

    def of(self, *intents: str) -> float:
        """Give how near the nearest of some intents is."""
        return max((near for intent, near in self.ranked if intent in intents), default=0.0)


def guess_intent(text: str, courses: Sequence[tuple[int, int]] = ()) -> Guess:
    """Guess what a sentence wants. `courses` are the places (characters) where it names a course."""
    return _index().guess(words_for(text, courses))


def words_for(text: str, courses: Sequence[tuple[int, int]] = ()) -> tuple[str, ...]:
    """Give a sentence's words with subjects, courses and languages as placeholders."""
    sentence = tokens(text)
    words: list[str] = []
    place = 0
    while place < len(sentence):
        token = sentence[place]
        if (span := next((one for one in courses if one[0] <= token.start < one[1]), None)) is not None:
            if not words or words[-1] != COURSE or token.start == span[0]:
                words.append(COURSE)
            place += 1
        elif token.sign:
            place += 1
        elif (named := language_named(sentence, place)) is not None:
            words.append(LANGUAGE)
            place = named[1]
        elif (stop := _long_subject(sentence, place)) > place:
            words.append(SUBJECT)
            place = stop
        else:
            words.append(token.word)
            place += 1
    half = WORDS_MOST // 2
    return tuple(words if len(words) <= WORDS_MOST else words[:half] + words[-half:])


def read_examples() -> Iterator[Example]:
    """Read every example: `intent | sentence; sentence`, a file a language."""
    for path in sorted(EXAMPLES.glob("*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if line.strip() and not line.startswith("#"):
                intent, _, sentences = line.partition("|")
                for sentence in sentences.split(";"):
                    if sentence.strip():
                        yield Example(intent.strip(), _example_words(sentence), path.stem)


def _example_words(sentence: str) -> tuple[str, ...]:
    words: list[str] = []
    place = 0
    while place < len(sentence):
        opened = sentence.find("{", place)
        end = len(sentence) if opened < 0 else opened
        words += words_for(sentence[place:end])
        if opened < 0:
            break
        words.append(_PLACEHOLDERS[sentence[opened : opened + 3]])
        place = opened + 3
    return tuple(words)


def _long_subject(sentence: Sequence[Token], place: int) -> int:
    """See a subject, but no short everyday word that happens to be an acronym ("or", "it", "pm")."""
    stop = subject_at(sentence, place)
    single = stop == place + 1 and len(sentence[place].word) <= 3 and sentence[place].word.isascii()
    return place if single else stop


class Index:
    """Examples by their features: how near the nearest is, and which intent the features speak for.

    The second is complement naive Bayes (Rennie et al. 2003), which counts and needs no training.
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        self.examples = tuple(examples)
        self.intents = tuple(sorted({example.intent for example in self.examples}))
        counts = [dict(_features(example.words)) for example in self.examples]
        having = Counter(feature for count in counts for feature in count)
        self._rarity = {feature: log(1 + len(counts) / seen) for feature, seen in having.items()}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for number, count in enumerate(counts):
            for feature, weight in self._weighted(count).items():
                self._postings[feature].append((number, weight))
        self._seen: dict[str, dict[str, float]] = defaultdict(dict)
        self._sums: dict[str, float] = dict.fromkeys(self.intents, 0.0)
        self._count(counts)

    def guess(self, words: tuple[str, ...]) -> Guess:
        """Rank intents by their nearest example and by what the features speak for."""
        count = dict(_features(words))
        near: defaultdict[int, float] = defaultdict(float)
        for feature, weight in self._weighted(count).items():
            for number, other in self._postings.get(feature, ()):
                near[number] += weight * other
        best: dict[str, float] = {}
        for number, nearness in near.items():
            intent = self.examples[number].intent
            best[intent] = max(best.get(intent, 0.0), nearness)
        spoken = self._spoken_for(count)
        scored = [
            (intent, (1 - _SPOKEN) * min(1.0, best.get(intent, 0.0)) + _SPOKEN * spoken[intent])
            for intent in self.intents
            if intent in best
        ]
        return Guess(tuple(sorted(scored, key=lambda item: -item[1])))

    def _weighted(self, count: Mapping[str, float]) -> dict[str, float]:
        unseen = log(1 + len(self.examples))
        weights = {feature: weight * self._rarity.get(feature, unseen) for feature, weight in count.items()}
        length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return {feature: weight / length for feature, weight in weights.items()}

    def _count(self, counts: Sequence[Mapping[str, float]]) -> None:
        """Sum the features of each intent's examples."""
        for example, count in zip(self.examples, counts, strict=True):
            for feature, weight in count.items():
                seen = self._seen[feature]
                seen[example.intent] = seen.get(example.intent, 0.0) + weight
                self._sums[example.intent] += weight

    def _spoken_for(self, count: Mapping[str, float]) -> dict[str, float]:
        """Share out what the features speak for: each against all other intents together."""
        every, smooth = sum(self._sums.values()), _SMOOTH * len(self._seen)
        bounds = {intent: log((every - own + smooth) / (own + smooth)) for intent, own in self._sums.items()}
        sums = dict.fromkeys(self.intents, 0.0)
        for feature, weight in count.items():
            seen = self._seen.get(feature)
            if seen is None:
                continue
            total = sum(seen.values()) + _SMOOTH
            unseen = log(_SMOOTH / total)
            for intent, bound in bounds.items():
                own = seen.get(intent)
                ratio = unseen if own is None else log((own + _SMOOTH) / (total - own))
                sums[intent] += weight * (bound + ratio)
        highest = max(sums.values(), default=0.0)
        shares = {intent: exp((value - highest) * _SHARPNESS) for intent, value in sums.items()}
        whole = sum(shares.values()) or 1.0
        return {intent: share / whole for intent, share in shares.items()}


def _features(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    previous = "^"
    for word in words:
        yield word, _SUBJECT_WEIGHT if word.startswith("§") else 1.0
        yield f"{previous} {word}", _PAIR_WEIGHT if not (word.startswith("§") and previous == "^") else _SUBJECT_WEIGHT
        previous = word
        if len(word) > 3 and not word.startswith("§"):
            padded = f"<{word}>"
            for size in _LETTERS:
                for at in range(len(padded) - size + 1):
                    yield padded[at : at + size], _LETTER_WEIGHT
    yield f"{previous} $", _SUBJECT_WEIGHT


@cache
def _index() -> Index:
    return Index(read_examples())
