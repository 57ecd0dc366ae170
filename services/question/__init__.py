"""What does this sentence ask: topic, level, language of teaching, what it excludes, how many; tables, row by row.

`read_question` reads a sentence; `excluded` and `names` are for callers who are told what is not wanted.
"""

from services.question.exclusions import Excluded, excluded, names
from services.question.question import Question, read_question

__all__ = ["Excluded", "Question", "excluded", "names", "read_question"]
