"""Every number that decides an order, with its reason. Change one here and run `nox -s evaluate`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each piece of evidence counts. Features are 0 to 1, so weights compare directly."""

    similar_learners: float = 2.0
    """What others took after the same course is the best predictor we have, where it was observed often enough: there
    it outweighs all that the catalogue says (the model's `certainty` says where it was not)."""
    skills: float = 0.35
    """Skills are what a course teaches; shared ones make a course adjacent, not necessarily next."""
    subjects: float = 0.20
    """A subject is broad: a course of the same one is likelier than any other, and says little more."""
    prerequisites_met: float = 0.30
    """A catalogue that names a prerequisite says itself which course follows which."""
    prerequisite_met_further: float = 0.09
    """Each further prerequisite that is met (`FURTHER_PREREQUISITES` at most): what two courses led to is next."""
    prerequisites_missing: float = 0.35
    """Taken off: a course that cannot be followed yet is not the next one, however fitting its skills."""
    next_level: float = 0.08
    """One level up in a field the learner knows: progress."""
    same_level: float = 0.05
    """The same level in a known field: breadth."""
    level_too_far: float = 0.12
    """Taken off: below what the learner knows in the field, or two levels above it."""
    popularity: float = 0.10
    """What many take is a fair guess where little is known; more weight would recommend the same to everybody."""
    known_language: float = 0.10
    """Taken off where the learner never took a course in that language."""
    upcoming: float = 0.05
    """Taken off: cannot be started today."""
    archived: float = 0.15
    """Taken off: can be read, not followed with others."""
    likeness: float = 0.06
    """Taken off for likeness to what is already in the answer, so that five results are not one course five times."""
    same_title: float = 1.0
    """Taken off for a title that is in the answer already: another edition of one course comes after all others."""
    first_steps: float = 0.05
    """For a learner without any history: an introductory course can be followed by everyone."""

    recency: float = 0.8
    """Each older course's skills and subjects count this much of those of the one after it: interests move."""

    position: float = 0.04
    """In a search, the index's order rules: the tenth hit is worth 1 / (1 + 9 × this) of the first."""
    match_language_asked: float = 0.40
    """In a search: a course in the language that the words name ("in Spanish") comes before all others nearby."""
    match_language_written: float = 0.30
    """In a search: courses in the language that the question is written in lead among those that fit alike."""
    match_language_usual: float = 0.40
    """In a search that tells no language ("python"): courses in the learner's languages or the usual one lead."""
    match_topic: float = 0.20
    """In a search: a course that names all of the topic comes before those that are only near it; part of it, half."""
    match_clear_gap: float = 0.18
    """In a search: what names nothing of the topic and has less than this share of the best relevance is left out."""
    match_level_asked: float = 0.10
    """In a search: a course of the level that the words name; about two places up at the top."""
    match_prerequisites_met: float = 0.08
    """In a search with a history: about two places up at the top of the list."""
    match_prerequisites_missing: float = 0.06
    """In a search with a history: about two places down."""
    match_next_level: float = 0.04
    """In a search with a history: about one place up."""
    match_level_too_far: float = 0.04
    """In a search with a history: about one place down."""
    match_skills: float = 0.05
    """In a search with a history, at most: the learner's own skills decide between near equals."""


WEIGHTS = Weights()

MAJORITY = 0.6
"""From this share of a search's courses on, a language is the usual one."""
FURTHER_PREREQUISITES = 2
"""How many prerequisites beyond the first count."""
REASONS_MOST = 3
"""More than this nobody reads: the strongest help to choose."""
SKILLS_SAID = 3
"""How many shared skills or subjects one reason names."""
WORDS_SAID = 3
"""How many matched words one reason names."""
FIELDS_SAID = 2
"""In how many fields matched words are told: the strongest ones."""
LEARNERS_SAID = 2
"""Below this number of learners, likeness of learners is not a reason to tell."""
POPULARITY_SAID = 0.6
"""From this popularity on (0 to 1, logarithmic) it is a reason to tell."""
ALTERNATIVES_ALIKE = 0.5
"""A course with this share of a step's skills can stand in its place."""
ALTERNATIVES_SAID = 3
"""How many courses are named that could stand in a step's place."""
RECENT_COURSES = 20
"""How many of a learner's courses are asked about: older ones weigh too little to matter."""
RELATED_CANDIDATES = 150
"""How many courses that others took beside the learner's are looked at."""
POPULAR_CANDIDATES = 50
"""How many courses that most learners took are looked at."""
SEARCH_CANDIDATES = 50
"""How many hits of each question about a learner are looked at."""
PREFERRED_CANDIDATES = 30
"""How many hits a preference (a level or language in the words) may reorder."""
MATCH_CANDIDATES = 50
"""How many hits a history may reorder: a course further down would not reach the top."""
NOT_OFFERED = 10
"""How many hits more than wanted are asked for: some may be by invitation, which no filter may say: an index whose
settings an older sync wrote would answer nothing at all."""
REFUSING_CANDIDATES = 200
"""How many hits are looked at where topics are refused: each of them may have to be left out."""
REFUSED_TOPICS = 3
"""How many refused topics are looked for by their meaning."""
REFUSED_LEAST = 0.2
"""A refusal means no course by its meaning where the nearest has less relevance to it than this."""
REFUSED_NEAR = 0.85
"""It means the nearest, and what has at least this share of its relevance."""
REFUSED_SHARE = 0.5
"""It means no course that has less than this share of its relevance to what is wanted."""
SKILLS_ASKED = 12
"""How many of a learner's skills or subjects one question names: more match everything."""
LOOK_AHEAD_LEAST = 40
"""At least so many of the best are compared for their difference."""
LOOK_AHEAD = 4
"""Courses beyond this many times the answer's length are too weak to be worth their difference."""
