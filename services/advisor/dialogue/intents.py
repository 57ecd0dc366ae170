"""What somebody wants, guessed by a linear model over a sentence's words (`intent_weights.bin`, trained elsewhere).

Its features are words, pairs of words and the letters within words; beside them stands what a multilingual sentence
encoder knows of each word, which carries a wording over to words that no example has. Made by
`python -m evaluation.intents`, from sentences in seven languages; read once, when the first sentence comes.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, sqrt
from pathlib import Path

from services.question.subjects import subject_at
from services.question.taught_in import language_named
from services.question.tokens import Token, tokens, words_of

WEIGHTS = Path(__file__).with_name("intent_weights.bin")
SUBJECT, COURSE, LANGUAGE = "§t", "§c", "§l"
MEANING = "="
"""What the encoder knows of a word is filed under the word with this before it."""
SAME = {"narrow": "find"}
"""Whether words begin a search or narrow one is told by what came before, not by the words."""
WORDS_MOST = 40
"""A longer sentence is judged by its beginning and its end: what is wanted stands there."""
_LETTERS = (3, 4)
_LETTER_WEIGHT, _PAIR_WEIGHT, _SUBJECT_WEIGHT = 0.35, 1.3, 0.5


@dataclass(frozen=True, slots=True)
class Guess:
    """Intents with how probable they are (0 to 1), the likeliest first."""

    ranked: tuple[tuple[str, float], ...]

    @property
    def intent(self) -> str:
        """The likeliest intent; empty when nothing was said."""
        return self.ranked[0][0] if self.ranked else ""

    @property
    def nearness(self) -> float:
        """How probable the likeliest is."""
        return self.ranked[0][1] if self.ranked else 0.0

    def of(self, *intents: str) -> float:
        """Give how probable some intents are, taken together."""
        return sum(near for intent, near in self.ranked if intent in intents)


def guess_intent(text: str, courses: Sequence[tuple[int, int]] = ()) -> Guess:
    """Guess what a sentence wants. `courses` are the places (characters) where it names a course."""
    return _weights().guess(features_for(text, courses)) if words_of(text) else Guess(())


def features_for(text: str, courses: Sequence[tuple[int, int]] = ()) -> dict[str, float]:
    """Give a sentence's features: its surface, a unit vector, and the meaning of its words, as one."""
    words = words_for(text, courses)
    surface: dict[str, float] = {}
    for feature, weight in _surface(words):
        surface[feature] = surface.get(feature, 0.0) + weight
    length = sqrt(sum(weight * weight for weight in surface.values())) or 1.0
    found = {feature: weight / length for feature, weight in surface.items()}
    said = words_of(text)
    half = WORDS_MOST // 2
    said = said if len(said) <= WORDS_MOST else (*said[:half], *said[-half:])
    for word in said:
        found[MEANING + word] = found.get(MEANING + word, 0.0) + 1 / sqrt(len(said))
    return found


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


def _long_subject(sentence: Sequence[Token], place: int) -> int:
    """See a subject, but no short everyday word that happens to be an acronym ("or", "it", "pm")."""
    stop = subject_at(sentence, place)
    single = stop == place + 1 and len(sentence[place].word) <= 3 and sentence[place].word.isascii()
    return place if single else stop


def _surface(words: tuple[str, ...]) -> Iterator[tuple[str, float]]:
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


def is_word(word: str) -> bool:
    """Say whether the encoder knows a word, of any language."""
    return _weights().knows(MEANING + word)


class Weights:
    """A row of small numbers for each feature: what it speaks for, intent by intent.

    The file: a line of JSON (`intents`, `bias`, `features`, `bytes`: the size of the names), the features' names, a
    line each, a 32-bit float for each feature (the step of its row), and the rows as signed bytes.
    """

    def __init__(self, written: bytes) -> None:
        head, _, rest = written.partition(b"\n")
        told = json.loads(head)
        self.intents: tuple[str, ...] = tuple(told["intents"])
        self._bias: tuple[float, ...] = tuple(told["bias"])
        names, steps = told["bytes"], told["bytes"] + 4 * told["features"]
        self._places = {name: at for at, name in enumerate(rest[:names].decode().split("\n"))}
        self._steps = array("f", rest[names:steps])
        self._rows = array("b", rest[steps:])

    def knows(self, feature: str) -> bool:
        """Say whether there is a row for a feature."""
        return feature in self._places

    def guess(self, features: Mapping[str, float]) -> Guess:
        """Rank intents by how probable they are."""
        sums, width = list(self._bias), len(self.intents)
        for feature, weight in features.items():
            if (place := self._places.get(feature)) is None:
                continue
            step = weight * self._steps[place]
            for at, value in enumerate(self._rows[place * width : (place + 1) * width]):
                sums[at] += step * value
        highest = max(sums)
        shares = [exp(value - highest) for value in sums]
        whole = sum(shares)
        told: dict[str, float] = {}
        for intent, share in zip(self.intents, shares, strict=True):
            told[SAME.get(intent, intent)] = told.get(SAME.get(intent, intent), 0.0) + share / whole
        return Guess(tuple(sorted(told.items(), key=lambda item: -item[1])))


@cache
def _weights() -> Weights:
    return Weights(WEIGHTS.read_bytes())
