"""Every number that decides what the model learns, with its reason. What is chosen by measuring is a `Choice`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choice:
    """What the held-out courses choose.

    `regularization` is EASE's lambda, `later` how much more a course counts that was taken afterwards, `recency` what
    each older course of a learner counts of the one after it.
    """

    regularization: float = 200.0
    later: float = 1.0
    recency: float = 0.8


REGULARIZATIONS = (20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)
LATER = (0.0, 1.0, 3.0)
RECENCIES = (1.0, 0.8, 0.6)
DROPOUT = 1.0
"""Added to the regularization: so many times each course's own learners (Steck, "Autoencoders that don't overfit
towards the identity", NeurIPS 2020; 1 is a dropout of one half). Popular courses would else explain themselves."""
RELATED_MOST = 20
"""How many courses a record names: with more, nothing held out was found that these did not find."""
COURSES_MOST = 3_000
"""How many courses, the most taken ones, the closed form is solved for: it takes their number squared in memory and
cubed in time. Rarer ones are told by their content."""
CHOOSING_COURSES_MOST = 1_200
"""How many courses choosing looks at: what suits them suits the rest, and 18 choices are tried."""
TAKEN_MOST = 500
"""How many courses of one learner count, the newest: whoever takes more is no learner, and pairs grow by the square."""
HELD_OUT_MOST = 2_000
"""How many learners are asked for their last course: 2,000 tell an HR@10 of 0.3 to within 0.02."""
FOLDS = 5
"""In how many parts they are held out where they are all there are, so that enough is left to learn from."""
TOGETHER_LEAST = 2
"""A pair that one learner alone took would tell that learner's history, and says nothing."""
CERTAIN_AT = 12.0
"""With this many shared learners in the best pair, what was observed of a course counts half."""
CONTENT_WEIGHT = 0.002
"""What likeness of content counts beside what was observed, where less was observed than a record has room for."""
POPULAR_MOST = 200
"""How many of the most taken courses are told to requests."""
