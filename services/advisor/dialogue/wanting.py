"""How a turn changes what is wanted: topic, level, language and what is excluded. Pure."""

from __future__ import annotations

from dataclasses import replace

from services.advisor.dialogue.providers import provided
from services.advisor.dialogue.reading import Turn
from services.advisor.dialogue.searching import ENGLISH, learns_languages
from services.advisor.dialogue.state import Change, NamedCourse, State, Wanted
from services.course_record.levels import LEVELS
from services.question import excluded, names
from services.question.everyday import find_terms

EARLIER_MOST, FEWER_THAN = 10, 5
ADDS = "adds"
"""The aspect of a change that narrows what is wanted by something else that is named."""
RESTORED = "restored"
"""The aspect of a change that wants what was refused before."""
TAKES_BACK = (
    "no,",
    "no.",
    "no!",
    "non,",
    "non.",
    "nein,",
    "nein.",
    "não,",
    "nao,",
    "不,",
    "不，",
    "不。",
    "لا،",
    "لا,",
)
"""A turn that begins with one of these takes something back; "no AI" refuses it."""


def after(state: State, turn: Turn, change: Change) -> State:
    """Give the state after a change."""
    wanted, earlier = state.wanted, state.earlier
    if change.kind == "new_topic":
        earlier = (*earlier, wanted)[-EARLIER_MOST:] if wanted.topic else earlier
        wanted = _fresh(wanted, turn)
    elif change.kind in ("narrow", "switch", "more") or (change.kind == "next" and turn.conditions):
        wanted = _narrowed(wanted, turn, change)
    elif change.kind == "widen":
        wanted = _widened(wanted, turn)
    elif change.kind == "correct":
        wanted = _corrected(wanted, turn)
    elif change.kind == "back" and earlier and not _lists_before(state):
        wanted, earlier = earlier[-1], earlier[:-1]
    if turn.providers and turn.does("widen") and change.kind in ("narrow", "switch"):  # "any level, but from MeridianX"
        wanted = _widened(wanted, turn)
    if turn.providers and change.kind not in ("about", "compare", "which", "back", "small_talk", "cannot"):
        wanted = provided(wanted, turn.providers, state)
    focus = change.courses[0] if change.kind == "about" and change.courses else state.focus
    if change.kind == "cannot" and turn.topic and change.aspect != "offtopic":
        focus = NamedCourse("", turn.topic)
    if turn.asked.limit and change.kind in ("next", "more"):
        wanted = replace(wanted, limit=turn.asked.limit)
    if change.kind in ("about", "path", "next", "vague"):
        wanted = replace(wanted, known=_known(wanted, turn))
    personal = change.kind == "next" or (state.personal and not wanted.topic)
    return replace(state, wanted=wanted, earlier=earlier, focus=focus, personal=personal, last=change)


def _lists_before(state: State) -> bool:
    return len(state.lists) > 1


def _fresh(wanted: Wanted, turn: Turn) -> Wanted:
    """Begin a topic. What somebody cannot stand or read stays so; what the new topic names is wanted again."""
    asked = turn.asked
    level, language = asked.level, turn.language
    if not wanted.topic:  # nothing was named yet: conditions said before still hold
        level = level or wanted.level
    language = language or wanted.language  # whoever reads Spanish reads it of the next topic, too
    if turn.goes_on or turn.does("same_level"):
        level = level or wanted.level
    kept = tuple(one for one in _excluded(wanted, turn) if one.casefold() not in turn.topic.casefold())
    not_languages = _joined(wanted.not_languages, asked.not_languages, without=asked.language)
    return Wanted(
        topic=turn.topic,
        level=_leveled(level, None, turn),
        language=_read_by(language, not_languages, turn, turn.topic),
        limit=asked.limit,
        excluded=kept,
        known=_known(wanted, turn),
        not_levels=asked.not_levels,
        not_languages=not_languages,
        organisations=wanted.organisations if not wanted.topic or turn.goes_on or turn.does("same_level") else (),
        not_organisations=wanted.not_organisations,
    )


def _narrowed(wanted: Wanted, turn: Turn, change: Change) -> Wanted:
    asked = turn.asked
    topic = wanted.topic
    if turn.topic and change.kind != "more" and (turn.adds_words or change.aspect == ADDS):
        topic = f"{wanted.topic} {turn.topic}".strip()
    not_levels = _joined(wanted.not_levels, asked.not_levels, without=asked.level)
    not_languages = _joined(wanted.not_languages, asked.not_languages, without=asked.language)
    level = _leveled(asked.level or wanted.level, wanted.level, turn)
    language = turn.language or wanted.language
    if turn.language_also and not (turn.marked or turn.asks):
        language = None
    if change.kind == "more" and turn.does("widen"):
        language = None if not turn.language else language
    more = (change.mention,) if change.mention and change.kind == "narrow" and change.aspect != RESTORED else ()
    if change.aspect == RESTORED and not names((topic,), excluded(change.mention).spellings):
        topic = f"{topic} {change.mention}"
    fewer = max(1, (wanted.limit or FEWER_THAN) // 2) if turn.does("fewer") else wanted.limit
    limit = asked.limit or (1 if turn.does("only_one") else fewer)
    return replace(
        wanted,
        topic=topic,
        level=None if level in not_levels else level,
        language=_read_by(language, not_languages, turn, topic),
        limit=limit,
        excluded=tuple(dict.fromkeys((*_excluded(wanted, turn), *more))),
        known=_known(wanted, turn),
        not_levels=not_levels,
        not_languages=not_languages,
    )


def _read_by(language: str | None, not_languages: tuple[str, ...], turn: Turn, topic: str) -> str | None:
    """Give the language of teaching: who refuses English in another language is best served in that one."""
    if language in not_languages:
        language = None
    learns = learns_languages(topic, turn.spoken) or any(one.language for one in find_terms(topic, turn.spoken))
    own = None if learns else ENGLISH.get(turn.spoken)
    return own if language is None and ENGLISH["en"] in not_languages and own not in not_languages else language


def _leveled(level: str | None, before: str | None, turn: Turn) -> str | None:
    """Move a level one step where "easier" or "harder" compares with the one before."""
    step = -1 if turn.does("easier") else 1 if turn.does("harder") else 0
    if not step:
        return level
    if before in LEVELS:
        return LEVELS[min(max(LEVELS.index(before) + step, 0), len(LEVELS) - 1)]
    return LEVELS[0] if step < 0 else LEVELS[-1]


def _widened(wanted: Wanted, turn: Turn) -> Wanted:
    level, language = turn.names_level, turn.names_language
    if turn.providers and not (level or language):
        return wanted
    if level == language:
        return replace(wanted, level=None, language=None, not_levels=(), not_languages=())
    if level:
        return replace(wanted, level=None, not_levels=())
    return replace(wanted, language=None, not_languages=())


def _corrected(wanted: Wanted, turn: Turn) -> Wanted:
    """Put right what was misunderstood: "no, I meant the language" makes the language of teaching the subject."""
    asked = turn.asked
    if not turn.topic and asked.excluded and turn.text.lower().lstrip(" ¡").startswith(TAKES_BACK):
        return replace(wanted, topic=" ".join(one.said for one in asked.excluded))
    if wanted.language and not turn.topic and not asked.language and not asked.level:
        return replace(wanted, topic=wanted.language, language=None)
    if turn.topic:
        return replace(wanted, topic=turn.topic, level=_leveled(asked.level or wanted.level, wanted.level, turn),
                       language=asked.language, excluded=_excluded(wanted, turn))  # fmt: skip
    level = _leveled(asked.level or wanted.level, wanted.level, turn)
    return replace(wanted, language=asked.language or wanted.language, level=level, excluded=_excluded(wanted, turn))


def _excluded(wanted: Wanted, turn: Turn) -> tuple[str, ...]:
    kept = [one for one in wanted.excluded if one not in turn.restored]
    return tuple(dict.fromkeys((*kept, *(one.said for one in turn.asked.excluded))))


def _known(wanted: Wanted, turn: Turn) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*wanted.known, *turn.asked.known)))


def _joined(before: tuple[str, ...], now: tuple[str, ...], *, without: str | None) -> tuple[str, ...]:
    return tuple(one for one in dict.fromkeys((*before, *now)) if one != without)
