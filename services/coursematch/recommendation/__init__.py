"""What to recommend and why: pure functions of courses, a history and counts. No clock, no chance, no I/O."""

from services.coursematch.recommendation.asked import Asked, Fit, Found
from services.coursematch.recommendation.explanation import explain
from services.coursematch.recommendation.fit import titles_of_prerequisites
from services.coursematch.recommendation.learner import Learner, TakenCourse
from services.coursematch.recommendation.others import NOBODY, Others, most_taken, strongest_related
from services.coursematch.recommendation.path import Path, Requirement, alternatives_to, path_to
from services.coursematch.recommendation.ranking import (
    Candidate,
    Preferences,
    Recommendation,
    rank_for_learner,
    rank_matches,
    reasons_for,
)
from services.coursematch.recommendation.reasons import Reason, reason_as_json
from services.coursematch.recommendation.refusals import NOTHING_REFUSED, Refusals
from services.coursematch.recommendation.refused_by_meaning import refused_by_meaning

__all__ = [
    "NOBODY",
    "NOTHING_REFUSED",
    "Asked",
    "Candidate",
    "Fit",
    "Found",
    "Learner",
    "Others",
    "Path",
    "Preferences",
    "Reason",
    "Recommendation",
    "Refusals",
    "Requirement",
    "TakenCourse",
    "alternatives_to",
    "explain",
    "most_taken",
    "path_to",
    "rank_for_learner",
    "rank_matches",
    "reason_as_json",
    "reasons_for",
    "refused_by_meaning",
    "strongest_related",
    "titles_of_prerequisites",
]
