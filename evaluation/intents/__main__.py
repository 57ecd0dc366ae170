"""`python -m evaluation.intents [--measure | --apart]`: teach the adviser, or measure it.

`--measure`: on a fifth of the English sentences, not taught then, by their writer's own word for what they want;
English, as the other languages' sentences are near translations of one another. `--apart`: on sentences of other
writers, never taught, with the weights as they are, and how well the rules tell which words name what is wished for.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from evaluation.intents.sentences import Marked, read_apart, read_sentences
from evaluation.intents.training import Encoder, fitted
from services.advisor.dialogue.intents import SAME, WEIGHTS, guess_intent
from services.question import read_question
from services.question.phrases import filler_words
from services.question.tokens import words_of

SEED, APART = 17, 5
WISHES = ("find", "narrow", "correct", "vague", "next")
"""Sentences in which words name what is wished for or refused, or in which none does."""


def main() -> None:
    """Train and write the weights; with `--measure`, tell what share of held-out sentences is guessed rightly."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.intents", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="hold a fifth out, and write nothing")
    parser.add_argument("--apart", action="store_true", help="measure on other writers' sentences, and write nothing")
    asked = parser.parse_args()
    if asked.apart:
        _measure_apart()
        return
    sentences = read_sentences()
    encoder = Encoder()
    if not asked.measure:
        written = fitted(sentences, encoder).written()
        WEIGHTS.write_bytes(written)
        print(f"{WEIGHTS.name}: {len(sentences)} sentences, {len(written) / 1e6:.1f} MB")
        return
    english = [one for one in sentences if one.language == "english" and not one.bare and not one.courses]
    random.Random(SEED).shuffle(english)  # noqa: S311 - which are held out is no secret
    apart = english[: len(english) // APART]
    out = {one.text for one in apart}
    told = " ; ".join(one.text for one in apart)
    taught = [one for one in sentences if one.text not in out and not (one.bare and one.text in told)]
    model = fitted(taught, encoder)
    guessed = model.guess(apart)
    right = sum(one.intent == intent for one, intent in zip(apart, guessed, strict=True))
    print(f"{right}/{len(apart)} = {right / len(apart):.3f} of held-out English sentences")
    wrong = Counter((one.intent, intent) for one, intent in zip(apart, guessed, strict=True) if one.intent != intent)
    for (said, heard), count in wrong.most_common(15):
        print(f"  {said} heard as {heard}: {count}")


def _measure_apart() -> None:
    """Tell what share of other writers' sentences is guessed rightly, and how rightly their words are read."""
    apart = read_apart()
    for name, some in (
        ("English", [one for one in apart if one.language == "english"]),
        ("other", [one for one in apart if one.language != "english"]),
    ):
        right = sum(SAME.get(one.intent, one.intent) == guess_intent(one.text).intent for one in some)
        print(f"{right}/{len(some)} = {right / len(some):.3f} of {name} sentences by writers apart")
        for mark, named in (("t", "wished for"), ("x", "refused")):
            print(f"  words {named}: precision {{:.2f}}, recall {{:.2f}}".format(*_read_by_rules(some, mark)))


def _read_by_rules(some: list[Marked], mark: str) -> tuple[float, float]:
    """Give how many of the words that the rules take for it are it, and how many of it they take; filler left out."""
    right = taken = marked = 0
    for one in some:
        if one.intent not in WISHES:
            continue
        asked = read_question(one.text)
        read = [asked.topic] if mark == "t" else [refused.said for refused in asked.excluded]
        meant = {word for said in one.words(mark) for word in words_of(said)} - filler_words()
        heard = {word for said in read for word in words_of(said)} - filler_words()
        right += len(meant & heard)
        taken += len(heard)
        marked += len(meant)
    return right / max(1, taken), right / max(1, marked)


if __name__ == "__main__":
    main()
