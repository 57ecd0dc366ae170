"""What the adviser does not talk about, and instructions that are none: checked before any model sees a message."""

from __future__ import annotations

import re

from services.advisor.dialogue.phrasebook import say

REFUSAL, OTHERS_REFUSAL, CLARIFYING, WELCOME = (say(name, "en") for name in ("cannot", "others", "ask", "thanks"))

_INJECTION = re.compile(
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*)\b[^.!?\n]{0,60}\b(?:instructions?|rules?|prompts?|guardrails?|"
    r"restrictions?|directions?|guidelines|everything|filters?)\b"
    r"|\b(?:reveal|show|print|repeat|output|leak|tell|give|what(?:'s| is| are))\b[^.!?\n]{0,30}\b(?:system|hidden|initial|secret|your)\s+"
    r"(?:prompt|instructions?|message|rules|configuration)\b"
    r"|\byou are now\b|\b(?:act|behave|respond|answer) as (?:if|though|a|an|the)\b|\bpretend (?:to be|you|that)\b"
    r"|\bdeveloper mode\b|\bjail ?break\w*\b|\bDAN mode\b|\bnew (?:system )?instructions?:"
    r"|</?(?:system|instructions?|tool_result|assistant)>|\[/?(?:INST|SYSTEM)\]|^\s*(?:system|assistant)\s*:"
    r"|\b(?:api|secret|signing|access|admin)[ _-]?(?:keys?|tokens?)\b|\b(?:your|admin|root|system|database|server|his|her|their) passwords?\b",
    re.IGNORECASE | re.MULTILINE,
)
_OTHERS = re.compile(
    r"\b(?:student|learner|user|classmate)s?\s+(?:(?:id|number|no\.?|named|called)\s+)?[\w.@-]*\d[\w.@-]*(?:'s|’s)?\b"
    r"|\b(?:other|another|all|every|each|different|someone(?: else)?|somebody(?: else)?|my (?:friend|colleague|classmate|boss))(?:'s|’s)?\s+"
    r"(?:(?:the|of)\s+)?(?:student|learner|user|people|person)?s?(?:'s|’s|'|’)?\s*"
    r"(?:enrol\w*|histor\w*|data|records?|courses? (?:they|he|she)|grades?|names?|emails?)\b"
    r"|\bwhat (?:did|has|have|is|does) (?:the )?(?:student|learner|user|classmate) \w+ (?:take|taken|took|done|doing|taking|enrol\w*)\b"
    r"|\b(?!(?:my|your|the|our|today|it|that|what)['’]?\b)\w+['’]s (?:enrol\w*|course history|transcript|grades|records?|courses)\b"
    r"|\bwho(?: else)? (?:took|takes|is taking|is enrol+ed|has taken|enrol+ed)\b",
    re.IGNORECASE,
)
_LEARNING = re.compile(
    r"\b(?:courses?|class(?:es)?|learn\w*|stud(?:y|ies|ying)|teach\w*|train\w*|skills?|lessons?|certificat\w*|mooc|curriculum|beginner)\b",
    re.IGNORECASE,
)
_OFF_TOPIC = re.compile(
    r"\b(?:weather|temperature) (?:in|today|tomorrow|like|for|this|forecast)\b|\bwill it rain\b|\bforecast for (?:today|tomorrow)\b"
    r"|\b(?:tell|know|say|crack)\b.{0,20}\b(?:jokes?|riddles?)\b|\bsing me\b"
    r"|\b(?:write|compose|draft|generate|create|make|code)\b(?: me| us)?(?: up)? (?:a|an|my|some|the|our)?\s*(?:\w+\s+){0,2}"
    r"(?:poems?|haikus?|essays?|e-?mails?|letters?|stor(?:y|ies)|songs?|lyrics|scripts?|functions?|cv|resume|homework|assignment|tweets?|speech|malware|virus|program that|code (?:to|for|that))\b"
    r"|\b(?:solve|do|finish|complete|answer)\b (?:\w+ ){0,2}(?:homework|assignment|exam|quiz|equation|problem set)\b"
    r"|\banswers? (?:to|for|of) (?:the|my|this) (?:exam|quiz|test|homework)\b"
    r"|\bwho (?:is|was|won|wins|will win|invented|discovered|wrote|killed|are you voting)\b"
    r"(?! (?:teaching|giving|running|offering|behind|the (?:teacher|instructor|lecturer)|it (?:by|from|for)))"
    r"|\bwhat(?:'s| is| was) (?:the )?(?:capital|current time|time|date|score|price|population|meaning of life|news|weather|square root)\b"
    r"|\b(?:stock|share|bitcoin|crypto\w*)\b.{0,20}\b(?:price|tips?|buy|sell|now|today)\b|\bshould i (?:buy|sell|invest|vote|marry|divorce|sue)\b"
    r"|\b(?:diagnos\w+|symptoms?|prescri\w+|dosage)\b|\bi have (?:a |an )?(?:headache|fever|rash|cough|pain)\b"
    r"|\b(?:vote for|which party|election result|your opinion on|what do you think (?:of|about) (?:trump|biden|putin|politics|war|god|religion))\b"
    r"|\brecipe for\b|\btranslate (?:this|the following|into|to|that|\")"
    r"|\bbook (?:me )?(?:a|an) (?:flight|hotel|table|ticket|taxi)\b|\border (?:me )?(?:a|some) (?:pizza|food|taxi)\b"
    r"|\b(?:hack|crack|break|get) into\b.{0,30}\b(?:account|wi-?fi|phone|email|system|network|server)\b"
    r"|\bhow (?:to|do i|can i) (?:make|build) (?:a )?(?:bomb|weapon|explosives?|gun|drugs?|meth)\b|\b(?:kill|suicide|hurt) (?:myself|someone|him|her|people)\b"
    r"|\b(?:calculate|compute|what(?:'s| is)) [\d(][\d\s.+*/x×÷()^-]*\b"
    r"|\b(?:recommend|suggest|best|good|find|cheap(?:est)?)\b.{0,25}\b(?:restaurants?|movies?|laptops?|smartphones?|hotels?|flights?|cars?|songs?|playlists?|gifts?|novels? to read|books? to read|tv shows?|series to watch)\b"
    r"(?! (?:mak\w+|manag\w+|design\w*|produc\w+|repair\w*|photograph\w+|writ\w+|engineer\w*|business|industry|mechanic\w*|courses?|class))"
    r"|\b(?:plan|book) (?:my|a|our) (?:trip|holiday|vacation|wedding|journey)\b|\bsummari[sz]e (?:this|the|my)\b|\b(?:fix|debug) (?:this|my)\b"
    r"|\bi(?:'m| am| feel)(?: so| very)? (?:sad|lonely|depressed|suicidal|bored with life)\b|\bi (?:hate|love|miss) you\b|\bhow (?:to|do i) (?:treat|cure) (?:a|my|the)\b"
    r"|\bplay (?:a game|music|chess with me)\b|\b(?:love me|marry me|date me|girlfriend|boyfriend)\b",
    re.IGNORECASE,
)
_WISHED = re.compile(
    r"\b(?:i|we)(?:'d)? (?:would |really |always )*(?:want|like|love|wanna|hope|wish)(?:ed)?(?: to)?\s*$", re.IGNORECASE
)
"""Before what they would do themselves: "I want to write stories" asks for no story."""
_FOR_A_COURSE = re.compile(
    r"^(?!.*\b(?:write|do|solve|finish|complete|answer|my)\b).*\b(?:courses?|class(?:es)?|trainings?)\W*$",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"^\W*+(?:ok(?:ay)?|great|perfect|cool|nice|super|wonderful)?[\s,.!]*+(?:many )?(?:thanks|thank you|thx|cheers|bye|goodbye|gracias|merci|danke)"
    r"(?: (?:a lot|so much|very much|you|for (?:your|the) help))*+\W*+$",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?\n])\s+|\n+")


def without_instructions(message: str) -> tuple[str, bool]:
    """Take sentences that try to instruct the adviser out of a message: (what is left, whether there were any)."""
    kept = [sentence for sentence in _SENTENCE.split(message) if not _INJECTION.search(sentence)]
    left = " ".join(kept).strip()
    return left, bool(_INJECTION.search(message))


def thanks(message: str) -> bool:
    """Say whether a message thanks or takes leave, and asks nothing."""
    return _THANKS.match(message) is not None


def refusal_for(message: str) -> str | None:
    """Return what to say to a message that is none of an adviser's business; None if it is.

    A question about learning something is always its business: `a course on how to write an essay`.
    """
    if _OTHERS.search(message):
        return OTHERS_REFUSAL
    off = _OFF_TOPIC.search(message)
    if off is None:
        return None
    learning = _LEARNING.search(message)
    about_learning = learning is not None and (
        learning.start() < off.start() or _FOR_A_COURSE.search(message) is not None
    )
    return None if about_learning or _WISHED.search(message[: off.start()]) else REFUSAL
