"""The sentences that teach: whole, of known intents, and what is made of them agrees with them."""

from collections import Counter

from evaluation.intents.sentences import read_apart, read_sentences
from services.advisor.dialogue.intents import SAME, guess_intent
from services.advisor.dialogue.state import ABOUT
from services.advisor.dialogue.steps import CANNOT


def test_every_language_says_everything_that_can_be_wanted() -> None:
    sentences = read_sentences()
    told = {(one.language, one.intent) for one in sentences}
    intents = {one.intent for one in sentences}

    assert {*ABOUT, *CANNOT, "find", "vague", "next", "history", "path", "more", "back", "widen"} <= intents
    assert told == {(language, intent) for language in {one.language for one in sentences} for intent in intents}
    assert not [one for one in sentences if not one.text or "[" in one.text or "{" in one.text]


def test_the_weights_are_those_of_the_sentences() -> None:
    sentences = read_sentences()[::20]
    right = Counter(guess_intent(one.text).intent == SAME.get(one.intent, one.intent) for one in sentences)

    assert right[True] > 0.85 * len(sentences)


def test_what_is_kept_apart_is_marked_and_never_taught() -> None:
    taught = {one.text.casefold() for one in read_sentences()}
    apart = read_apart()

    assert {one.intent for one in apart} <= {one.intent for one in read_sentences()}
    assert not [one for one in apart if not one.text or "[" in one.text or "]" in one.text]
    assert all(one.words("t") for one in apart if one.intent == "find")
    assert not taught & {one.text.casefold() for one in apart}


def test_marks_stand_where_the_writer_put_them() -> None:
    one = next(one for one in read_apart() if one.words("t") and one.words("x") and one.language == "english")

    assert all(said and said in one.text for said in (*one.words("t"), *one.words("x")))
