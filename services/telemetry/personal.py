"""Which facts of a span tell what somebody asked, or who: they are left out unless the settings ask for them.

A token, a password or a key is in no span, whatever the settings say: nothing sets one.
"""

from __future__ import annotations

LEARNER = "user.id"
KEYWORDS = "coursematch.keywords"
SEARCHED_WORDS = "coursematch.searched_words"
INDEX_QUERIES = "algolia.requests"
"""The queries as sent: words, and filters that name the courses a learner took."""
PROMPT = "gen_ai.input.messages"
REPLY = "gen_ai.output.messages"
TOOL_ARGUMENTS = "gen_ai.tool.call.arguments"
TOOL_RESULT = "gen_ai.tool.call.result"
UNDERSTOOD = "coursematch.understood"
BEST = "coursematch.best"
"""The courses answered, best first, with their scores: for a learner they tell what the learner is like."""

PERSONAL = frozenset(
    {
        LEARNER, KEYWORDS, SEARCHED_WORDS, INDEX_QUERIES, PROMPT, REPLY, TOOL_ARGUMENTS, TOOL_RESULT, UNDERSTOOD, BEST,
    }
)  # fmt: skip
