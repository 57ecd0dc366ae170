"""What a tool's failure tells a model: plain words that it may repeat, or how to mend its call, which it may not.

The API's own words name hosts, errors and headers; they are for the log.
"""

from __future__ import annotations

from services.advisor.conversation.model import Json
from services.advisor.dialogue.phrasebook import silence
from services.advisor.tools.course_api import ApiRefused, ApiUnavailable
from services.advisor.tools.tool import BadArguments, TokenNeeded
from services.web_edge.call_log import log_failure

ToolFailure = BadArguments | TokenNeeded | ApiRefused | ApiUnavailable
TOOL_FAILURES = (BadArguments, TokenNeeded, ApiRefused, ApiUnavailable)
NOT_SIGNED_IN = "Nobody is signed in, so there are no courses of theirs to read. Signing in on the page helps."
NO_MORE = "There is no more time to look things up in this answer."
MEND = "Mend the call, or answer without it. This is for you: the person need not hear of it."


def told(error: ToolFailure, spoken: str) -> Json:
    """Tell a failure as a tool's result, in the language that is spoken where a person may hear it."""
    if isinstance(error, ApiUnavailable):
        log_failure(error.part or "api", str(error))
        return {"message": silence(error.part, spoken), "unavailable": error.part or "api"}
    return {"message": NOT_SIGNED_IN if isinstance(error, TokenNeeded) else str(error)}


def for_a_model(result: Json) -> Json:
    """Add to a failed tool's result what a model should make of it."""
    return result if "unavailable" in result else result | {"advice": MEND}
