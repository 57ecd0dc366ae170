"""The numbers: ranking measures by ir-measures (trec_eval), and those of recommendation beside them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import ir_measures
from ir_measures import AP, RR, Bpref, Measure, R, Success, nDCG

from evaluation.ranking import Ranking, Rankings

Values = dict[str, float]
"""By the measure's name."""

CONDENSED, BPREF = "nDCG@10 judged", "bpref"
"""For catalogues with few judgments: over the judged results alone, so that what nobody looked at is neither right nor
wrong; and how often a relevant course stands behind one judged as not relevant."""
SEARCH = {
    "nDCG@10": nDCG @ 10,
    "MAP": AP,
    "MRR": RR,
    "recall@100": R @ 100,
    CONDENSED: nDCG(judged_only=True) @ 10,
    BPREF: Bpref,
}
NEXT_COURSE = {"HR@10": Success @ 10, "NDCG@10": nDCG @ 10}
DEPTH = 10
"""How many recommendations count for coverage, novelty and the share of taken courses."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One system's values over everything, and by query or learner."""

    system: str
    overall: Values
    each: Mapping[str, Values]


def measure(
    system: str, grades: Mapping[str, Mapping[str, int]], rankings: Rankings, measures: Mapping[str, Measure]
) -> Measured:
    """Average each measure over every judged query (or learner); one without an answer counts as 0.

    `grades` is the grade of each judged course, by query id. A course counts as relevant from grade 1.
    """
    qrels = [
        ir_measures.Qrel(query, course, max(grade, 0))
        for query, graded in grades.items()
        for course, grade in graded.items()
    ]
    run = [
        ir_measures.ScoredDoc(query, course, float(len(ranking) - place))
        for query, ranking in rankings.items()
        for place, course in enumerate(ranking)
    ]
    each: dict[str, Values] = {query: dict.fromkeys(measures, 0.0) for query in grades}
    names = {str(found): name for name, found in measures.items()}
    if run:
        for value in ir_measures.iter_calc(list(measures.values()), qrels, run):
            each[value.query_id][names[str(value.measure)]] = float(value.value)
    overall = {name: sum(values[name] for values in each.values()) / max(len(each), 1) for name in measures}
    return Measured(system, overall, each)


def coverage(rankings: Iterable[Ranking], courses: int) -> float:
    """Say which share of the catalogue is recommended to anyone at all, in the first ten."""
    return len({key for ranking in rankings for key in ranking[:DEPTH]}) / max(courses, 1)


def novelty(rankings: Iterable[Ranking], counts: Mapping[str, int], learners: int) -> float:
    """Average the self-information of what is recommended, in bits: how surprising a course is to the learners.

    -log2 of the share of learners who took the course, plus one learner so that an untaken course stays finite
    (Vargas & Castells, RecSys 2011).
    """
    bits = [-math.log2((counts.get(key, 0) + 1) / (learners + 1)) for ranking in rankings for key in ranking[:DEPTH]]
    return sum(bits) / len(bits) if bits else 0.0


def taken_share(rankings: Rankings, taken: Mapping[str, Collection[str]]) -> float:
    """Say which share of what is recommended the learner had taken already: it must be 0."""
    pairs = [(learner, key) for learner, ranking in rankings.items() for key in ranking]
    return sum(key in taken.get(learner, ()) for learner, key in pairs) / max(len(pairs), 1)
