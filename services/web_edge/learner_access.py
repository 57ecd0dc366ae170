"""Whose data a request asks for, and whether its caller may see it."""

from __future__ import annotations

from services.web_edge.identity import Caller
from services.web_edge.parameters import Parameters

STUDENT_ID_LENGTH = 150
"""Django's length of a username, which is a learner's id here."""


class LearnerNotVisible(Exception):
    """The caller may not read that learner: told as if there were no such learner."""


def readable_learner(caller: Caller, parameters: Parameters) -> str:
    """Read `student_id`; raises `BadParameter`, and `LearnerNotVisible` where the caller may not see that learner."""
    learner_id = parameters.text("student_id", STUDENT_ID_LENGTH)
    if not caller.may_read(learner_id):
        raise LearnerNotVisible("There is no learner of that id that this token may read.")
    return learner_id
