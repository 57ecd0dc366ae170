"""Lesson 12: a guard around any language model, and a measure of it. `nox -s lesson -- try 12`."""

import re

COURSE_KEY = re.compile(r"[A-Za-z]+X\+[A-Z]+[0-9]+")
QUOTED = re.compile("“([^”]+)”")


def invented(answer: str, courses: list[dict]) -> list[str]:
    """List what an answer names and no tool returned: course keys, and titles in “quotes”; sorted, each once.

    `courses`: what the tools returned, each with "course_key" and "title". Titles are compared without regard to case.
    """
    return []  # your work begins here


def prompt(question: str, courses: list[dict]) -> list[dict]:
    """Make the messages for a model: orders only from us, everything else as data.

    The first message has the role "system", and holds nothing that a person or a course wrote. The last has the role "user".
    Descriptions go in between as JSON, in one message of the role "tool", so that no text can end its quotation marks.
    """
    return [{"role": "user", "content": question + " Choose from: " + " ".join(one["description"] for one in courses)}]


def held(cases: list[dict]) -> float:
    """Say which share of the cases an adviser held, from 0.0 to 1.0.

    Each case: {"named": [keys it named], "wanted": [at least one of these], "never": [none of these], "known": [keys that exist]}.
    A case is held if it names one that is wanted, none of `never`, and nothing that is not known.
    """
    return -1.0


if __name__ == "__main__":
    courses = [{"course_key": "HaldenX+CS101", "title": "Programming with Python from Scratch"}]
    print(invented("Take “Quantum Cooking for Cats” (MoonX+QC999), or HaldenX+CS101.", courses))
