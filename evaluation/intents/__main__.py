"""`python -m evaluation.intents [--measure]`: teach the adviser its sentences, or measure how well it guesses others.

Measured on a fifth of the English sentences that it was not taught, by their writer's own word for what they want:
English, as the other languages' sentences are near translations of one another.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter

from evaluation.intents.sentences import read_sentences
from evaluation.intents.training import Encoder, fitted
from services.advisor.dialogue.intents import WEIGHTS

SEED, APART = 17, 5


def main() -> None:
    """Train and write the weights; with `--measure`, tell what share of held-out sentences is guessed rightly."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.intents", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="hold a fifth out, and write nothing")
    asked = parser.parse_args()
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


if __name__ == "__main__":
    main()
