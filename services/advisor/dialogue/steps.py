"""The steps by which a turn is taken for a change: each looks at a few signs, and the first that fits decides. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from services.advisor.dialogue.mentions import asking_clause, mention_of, pieces
from services.advisor.dialogue.pointing import in_focus, pointed_at
from services.advisor.dialogue.reading import CHAT, Turn, asks, clauses
from services.advisor.dialogue.state import ABOUT, Change, NamedCourse, State
from services.advisor.dialogue.titles import small_words
from services.advisor.dialogue.wanting import ADDS, RESTORED, TAKES_BACK
from services.question.acts import find_acts
from services.question.course_keys import find_numbers, number_of
from services.question.emergencies import is_emergency
from services.question.phrases import Row, read_rows
from services.question.tokens import words_of

LIKELY, FIRM, FAINT = 0.38, 0.33, 0.25
"""How probable an intent has to be to decide with something that fits it, to decide a refusal, with nothing else."""
HINTED, SURE, SETTLED, CERTAIN, PLAIN = 0.12, 0.5, 0.6, 0.75, 0.8
NEARLY = 0.8
MOVES = ("widen", "more", "back", "correct")
ONE_OF_THEM = 0.3
"""How probable one refusal alone has to be, where all of them together are not likely."""
BARE = 0.75
"""How probable it has to be where a turn is nothing but words that no table knows: "veterinary surgery"."""
SHORT = 3
OF_SHOWN = ("why", "link", "popularity")
"""What is asked of a course that was shown, and of nothing else: "why does my mayonnaise split?" asks for courses."""
REFUSED = "refused"
"""The aspect of a change that does nothing but refuse."""
EMERGENCY = "emergency"
"""The aspect of a refusal that sends to those who can help."""
CHOICES_MOST = 8
CANNOT = ("cannot_enroll", "cannot_drop", "cannot_pay", "cannot_grades", "cannot_others", "cannot_account",
          "cannot_offtopic")  # fmt: skip


QUOTED = re.compile(r"[“\"«「《]([^”\"»」》\n]{3,120})[”\"»」》]")


def by_steps(state: State, turn: Turn) -> Change:
    """Decide by the first of these that finds a turn its own."""
    for step in (
        _in_danger,
        of_provider,
        undecided,
        restored,
        numbered,
        same_in_language,
        _plainly_asked,
        _plainly_moved,
        _refused,
        _chatted,
        _told_of_self,
        _next_for_me,
        _chosen_among,
        _compared,
        _on_a_path,
        _asked_about,
        refused_more,
        _moved,
        _conditioned,
        _named,
    ):
        change = step(state, turn)
        if change is not None:
            return change
    return _otherwise(state, turn)


def _in_danger(_: State, turn: Turn) -> Change | None:
    """See an emergency: no place here for it, nor for a list of courses."""
    return Change("cannot", EMERGENCY) if is_emergency(turn.text) else None


def of_provider(state: State, turn: Turn) -> Change | None:
    """See who is to offer the courses: beside a topic, or as a condition of the one before."""
    if not turn.providers:
        return None
    if turn.asks_whose and (of := (*turn.pointed.courses, *filter(None, [in_focus(state)]))):
        return Change("about", "provider", courses=of[:1])
    if turn.aspects or turn.state.titled or turn.does("compare", "path", *CANNOT):
        return None
    if turn.does("next") and not turn.known:
        return Change("next")
    if turn.topic and (turn.known or not (state.wanted.topic or state.personal)) and not _given_as_reason(turn):
        return Change("narrow", ADDS) if state.wanted.topic and turn.adds_words else Change("new_topic")
    wanted = any(one.manner in ("wanted", "named") for one in turn.providers)
    told = conditions(state, turn)
    if not (state.wanted.topic or state.personal):
        return Change("new_topic" if wanted else "vague")
    freed = any(one.manner in ("any", "more", "also") for one in turn.providers)
    if freed and not wanted and not turn.conditions_beside:
        return Change("widen")
    return replace(told, kind="switch") if wanted and state.wanted.organisations else told


def undecided(state: State, turn: Turn) -> Change | None:
    """See a question where to begin before anything was named: "I signed up yesterday, which course?"."""
    before = state.lists or state.wanted.topic or state.titled or state.focus or turn.pointed.words
    if before or not turn.undecided or turn.conditions or turn.does("next", *CANNOT) or QUOTED.search(turn.text):
        return None
    refused = turn.guess.of(*CANNOT) - turn.guess.of("cannot_enroll")  # who has signed up asks for no signing up
    named = not turn.known and turn.guess.of("find") >= SETTLED
    asks_more = refused >= SETTLED or named or turn.guess.of("next", "history") >= SURE
    return None if asks_more else Change("vague")


def restored(state: State, turn: Turn) -> Change | None:
    """See something that was refused, and is wanted all the same: "go on, put it back in"."""
    if not turn.restored or not state.wanted.topic:
        return None
    return Change("narrow", RESTORED, mention=turn.restored[-1])


def _plainly_asked(state: State, turn: Turn) -> Change | None:
    """Trust the examples where they leave no doubt that something is asked about one course."""
    guess = turn.guess
    if guess.intent not in ABOUT or guess.nearness < PLAIN or turn.does("exists", "path") or _asks_again(state, turn):
        return None
    if guess.intent in OF_SHOWN and turn.topic and not turn.pointed.courses:
        return None
    if guess.intent == "taken" and not (turn.marked or turn.asks):
        return None
    if turn.conditions and not (turn.pointed.words or asks(turn.text)):
        return None
    quote = QUOTED.search(turn.text)
    if not (turn.pointed.courses or in_focus(state) or turn.topic):
        return None
    change = of_which(turn, guess.intent, in_focus(state), quote[1] if quote else "")
    besides = tuple(aspect for aspect in turn.aspects if aspect != guess.intent)[:2]
    return replace(change, besides=besides) if change else None


def _plainly_moved(state: State, turn: Turn) -> Change | None:
    """Trust the examples where they leave no doubt that a list is changed, or a way is asked for."""
    if turn.guess.nearness < PLAIN or turn.pointed.words:
        return None
    if turn.guess.intent == "path":
        return _on_a_path(state, turn)
    if turn.guess.intent == "which":
        return _chosen_among(state, turn)
    return _moved(state, turn) if turn.guess.intent in MOVES else None


def _told_of_self(state: State, turn: Turn) -> Change | None:
    """See what somebody says they know already: it is left out of what was shown or planned before."""
    told = bool(turn.asked.known) or turn.guess.intent == "taken"
    if not told or turn.known or turn.conditions or turn.marked or turn.asks:
        return None
    if state.last is not None and state.last.kind == "path":
        return replace(state.last, text="")
    return Change("narrow") if state.wanted.topic else None


def numbered(state: State, turn: Turn) -> Change | None:
    """See a number that several organisations have: what tells those courses apart is told."""
    courses = turn.pointed.courses
    numbers = {number_of(course.key) for course in courses}
    alone = len(courses) > 1 and len(numbers) == 1 and bool(find_numbers(turn.text))
    if not alone or _refused(state, turn):  # "who took CS101?"
        return None
    return Change("which", "criterion", courses=courses[:CHOICES_MOST])


def same_in_language(state: State, turn: Turn) -> Change | None:
    """See "is there the same in Spanish?" of the course that is talked about: one like it, taught in that language."""
    one = state.focus
    if not (one and one.key and turn.language and turn.does("same", "similar") and not turn.known):
        return None
    return Change("more", "similar", courses=(one,), language=turn.language)


def _refused(state: State, turn: Turn) -> Change | None:
    guess = turn.guess
    told = next((act.name for act in turn.acts if act.name in CANNOT), "")
    if told:
        return Change("cannot", told.removeprefix("cannot_"))
    if state.lists and turn.does("more", "similar", "widen"):
        return None
    if turn.state.titled and turn.aspects:
        return None
    if turn.asked.excluded and state.wanted.topic:
        return None
    if guess.intent == "history" and not turn.known and _of_somebody_else(turn.text):
        return Change("cannot", "others")
    refused = next((intent for intent, _ in guess.ranked if intent in CANNOT), "")
    if not refused or (refused == "cannot_enroll" and turn.does("dates") and _still(turn.text)):
        return None
    cannot, best = guess.of(*CANNOT), max(guess.nearness, guess.of(*ABOUT))
    if turn.conditions and state.wanted.topic and cannot < SETTLED:  # "back to beginner, my son will do it, not me"
        return None
    if (turn.bare or turn.names_alone) and cannot < BARE:
        return None
    off = refused == "cannot_offtopic"
    learns = turn.known and (turn.does("learns", "same") or len(words_of(turn.text)) <= SHORT or cannot < SETTLED)
    if turn.known and turn.does("same"):
        return None
    likely_subject = off and turn.topic and guess.of("find") >= NEARLY * guess.of(refused)  # it may well be a subject
    if likely_subject or (off and learns) or (refused == "cannot_account" and turn.does("learns")):
        return None
    if cannot < SURE and (guess.intent not in CANNOT or guess.nearness < ONE_OF_THEM):
        return None
    rare = refused in ("cannot_others", "cannot_account") and not _of_somebody_else(turn.text)
    needed = SURE if rare else LIKELY if off else FIRM
    if cannot >= needed and cannot >= (1.0 if off else 0.85) * best:
        return Change("cannot", refused.removeprefix("cannot_"))
    return None


def _still(text: str) -> bool:
    """See a question whether there is time left: "can I still enrol in …?"."""
    words = set(words_of(text))
    return any(row.phrase in words or (not row.phrase.isascii() and row.phrase in text) for row in _stills())


@cache
def _stills() -> tuple[Row, ...]:
    return tuple(row for row in read_rows("first_words") if row.meaning == "still")


def _of_somebody_else(text: str) -> bool:
    """See a question after courses that somebody took, and this somebody is not who asks."""
    mine = {row.phrase for row in read_rows("persons") if row.meaning == "mine"}
    theirs = {row.phrase for row in read_rows("persons") if row.meaning == "theirs"}
    words = set(words_of(text))
    names = re.findall(r"(?<=\s)[A-ZÀ-Ý][a-zà-ÿ]+\s+[A-ZÀ-Ý][a-zà-ÿ]+", text)
    return not words & mine and bool(words & theirs or names)


def _chatted(state: State, turn: Turn) -> Change | None:
    if turn.guess.intent == "greeting" and turn.guess.of("vague") >= FAINT:
        return Change("vague")
    asked = state.named and (turn.marked or turn.asks) and turn.guess.of(*ABOUT) > turn.guess.of(*CHAT)
    chat = not asked and turn.guess.intent in CHAT and turn.guess.of(*CHAT) >= (BARE if turn.bare else LIKELY)
    return Change("small_talk", turn.guess.intent) if chat and not turn.known and not turn.conditions else None


def _next_for_me(_: State, turn: Turn) -> Change | None:
    alone = not turn.pointed.words and not turn.conditions
    return Change("next") if turn.does("next") and alone and turn.guess.of("next") >= FAINT else None


def _compared(state: State, turn: Turn) -> Change | None:
    guess, pointed = turn.guess, turn.pointed
    if not turn.does("compare") and _asks_again(state, turn):
        return None
    of_two = turn.does("which") and turn.does("easier", "harder")
    asked = turn.marked or turn.asks
    guessed = guess.intent == "compare" and guess.nearness >= LIKELY and asked and not turn.aspects
    if not turn.does("compare") and not of_two and not guessed:
        return None
    courses = list(pointed.courses[:2])
    if turn.does("easier", "harder") and len(courses) < 2 and len(pieces(mention_of(turn, "compare"))) < 2:
        return None
    mention = mention_of(turn, "compare") if not pointed.two and (len(courses) < 2) else ""
    if pointed.only_it and len(pieces(mention)) > 1:
        courses = []
    if len(courses) < 2 and not mention:
        pool = (*(state.choices if len(state.choices) == 2 else ()), in_focus(state), *state.discussed, *state.shown)
        courses += [one for one in dict.fromkeys(pool) if one and one not in courses][: 2 - len(courses)]
    if len(courses) < 2 and not mention:
        return None
    return Change("compare", courses=tuple(courses), mention=mention if len(courses) < 2 else "")


def _chosen_among(state: State, turn: Turn) -> Change | None:
    """See a question that chooses among courses that were laid out: "which is for beginners?", "which first?"."""
    if turn.does("only_one"):  # "just give me one, whichever"
        return None
    which = turn.does("which") or turn.guess.of("which") >= SURE
    order = turn.does("order") or (which and turn.does("firstly"))
    if not order and not which:
        return None
    candidates = turn.pointed.courses if turn.pointed.two else state.choices
    if len(candidates) < 2 and len(state.discussed) > 1:
        candidates = state.discussed[:2]
    if len(candidates) < 2 and order and state.others and state.focus:  # "which of them first?", of what one needs
        candidates = (state.focus, *state.others)
    step = turn.does("easier", "harder")
    less = " ".join(one.said for one in turn.asked.excluded)
    criterion = bool(turn.asked.level or turn.language or turn.topic or step or less)
    if len(candidates) < 2 or not (order or criterion):
        return None
    if not order and turn.aspects and not turn.asked.level and not step:
        return None
    by_step = "harder" if turn.does("harder") else "easier"
    return Change(
        "which",
        by_step if step else "order" if order else "less" if less else "criterion",
        courses=candidates[:CHOICES_MOST],
        mention="" if order or step else less or turn.topic,
        level=None if step else turn.asked.level,
        language=turn.language,
    )


def _on_a_path(state: State, turn: Turn) -> Change | None:
    named = turn.topic or turn.pointed.courses or (turn.does("path") and state.wanted.topic)
    asks = (turn.does("path") and turn.guess.of("path") >= HINTED) or (
        turn.guess.intent == "path" and turn.guess.nearness >= LIKELY
    )
    if turn.aspects and not turn.does("path"):
        asks = False
    if "prerequisites" in turn.aspects and turn.guess.of("path") <= turn.guess.of("prerequisites"):
        asks = False
    again = state.last is not None and state.last.kind == "path" and turn.goes_on and bool(turn.topic)
    return way_to(state, turn, named) if asks or again else None


def way_to(state: State, turn: Turn, named: object) -> Change | None:
    """Ask for the way to what is named."""
    if not named:
        return None
    pointed = turn.pointed.courses if turn.pointed.words or not turn.known else ()
    mention = "" if pointed else turn.topic or state.wanted.topic
    return Change("path", courses=pointed[:1], mention=mention, language=turn.language)


def _asked_about(state: State, turn: Turn) -> Change | None:
    """See a question about one course, by what is asked of it or by an example that is near."""
    quote = QUOTED.search(turn.text)
    if turn.guess.of("find") >= PLAIN and not (quote or turn.pointed.words or turn.asks_it):
        return None
    told = not (turn.marked or turn.asks or turn.pointed.words)
    wished = turn.guess.of("find") > turn.guess.of(*turn.aspects)
    if told and (turn.conditions or turn.does("widen")) and (wished or not turn.aspects):
        return None
    aspect = next(iter(turn.aspects), "")
    besides = turn.aspects[1:3]
    if aspect and turn.guess.intent in ABOUT and turn.guess.nearness >= LIKELY and turn.guess.of(aspect) < HINTED:
        aspect, besides = turn.guess.intent, (aspect, *besides)[:2]
    if turn.asks_level and aspect != "level":
        aspect, besides = "level", (*([aspect] if aspect else []), *besides)
    if turn.does("correct") and turn.known and not aspect:
        return None
    if turn.asked.excluded and not turn.aspects and not turn.topic and state.wanted.topic:
        return None
    guessed = next((intent for intent, _ in turn.guess.ranked if intent in ABOUT), "")
    likeliest = guessed if turn.guess.of(guessed) >= FIRM else "content"
    focus = in_focus(state)
    again = _asks_again(state, turn)
    if again:
        aspect = again
    if not aspect and turn.language and turn.asks_it:
        aspect = "course_language"
    if not aspect and turn.asked.level and (turn.asks_it or (turn.pointed.words and turn.marked)):
        aspect = "level"
    if not aspect and turn.does("then") and not turn.known and focus:
        aspect = "after"
    wishes = turn.known and not turn.pointed.courses
    if not aspect and turn.guess.intent in ABOUT and turn.guess.nearness >= LIKELY and not turn.conditions:
        aspect = "" if wishes or not (turn.pointed.courses or focus) else guessed
    if not aspect and turn.pointed.words and not turn.conditions and turn.guess.of(*ABOUT) >= LIKELY:
        aspect = guessed
    if not aspect and turn.pointed.courses and not turn.known and not turn.conditions:
        aspect = guessed if turn.guess.of(*ABOUT) >= SURE else ""
    named = turn.pointed.ordinal or not turn.known or turn.does("the_one")
    if not aspect and turn.pointed.words and not turn.conditions and not turn.does("more", "similar", "same"):
        aspect = likeliest if named or turn.guess.of(*ABOUT) >= LIKELY else ""
    if not aspect and turn.of_one and turn.guess.of(*ABOUT) >= max(FAINT, turn.guess.of("find")):
        aspect = guessed
    if not aspect and (quote or turn.state.titled):
        asked = (turn.asked.level and "level") or (turn.language and "course_language")
        aspect = asked or likeliest
    if not aspect or (turn.does("exists") and turn.conditions and turn.known):
        return None
    if turn.does("exists") and turn.topic and not (turn.pointed.words or turn.aspects):
        return None
    if turn.does("exists") and turn.language and aspect == "course_language" and not turn.pointed.words:
        return None
    if aspect == "after" and turn.known and not turn.aspects:
        return None
    if not (turn.pointed.courses or focus or turn.topic):
        return None
    change = of_which(turn, aspect, focus, quote[1] if quote else "")
    likely = (intent for intent, near in turn.guess.ranked if intent in ABOUT and near >= FAINT and intent != aspect)
    return replace(change, besides=tuple(dict.fromkeys((*besides, *likely)))[:2]) if change else None


def of_which(turn: Turn, aspect: str, focus: NamedCourse | None, quote: str) -> Change | None:
    """Say of which course something is asked: one pointed at, one named in words, or the one in focus."""
    if aspect == "prerequisites" and (change := _needing(turn)):
        return change
    elsewhere = bool(turn.language) and aspect != "course_language" and not turn.pointed.by_language
    part, _ = asking_clause(turn, aspect)
    here = pointed_at(part, turn.state) if part != turn.text else turn.pointed
    if here.words and not elsewhere:
        return _of(turn, aspect, here.courses[0])
    if turn.pointed.words and not elsewhere and not _names_another(part, turn):
        return _of(turn, aspect, turn.pointed.courses[0])
    needs_it = aspect == "prerequisites" and turn.pointed.only_it and not turn.does("the_one", "onward")
    if (needs_it or turn.it_does) and not quote:
        return _of(turn, aspect, turn.pointed.courses[0])
    if turn.pointed.only_it and not turn.known and not turn.does("the_one") and not quote:
        return _of(turn, aspect, turn.pointed.courses[0])
    mention = quote or mention_of(turn, aspect)
    if elsewhere and not mention and turn.does("the_one"):  # "the German one", of which none was shown
        mention = turn.state.wanted.topic
    target = turn.pointed.courses[0] if turn.pointed.courses else focus
    if not mention and not target:
        return Change("about", aspect, mention=turn.topic) if turn.topic else None
    if not mention and target:
        return _of(turn, aspect, target)
    if target is not None and not target.key:
        return Change("about", aspect, mention=f"{mention} {target.title}" if turn.known else target.title)
    return Change("about", aspect, mention=mention, fallback=target, language=turn.language)


def _needing(turn: Turn) -> Change | None:
    """See "Quantum Mechanics: do I need algebra for it?": the course is what stands before what it may need."""
    act = next((act for act in turn.acts if act.name == "prerequisites"), None)
    if act is None:
        return None
    titles = [start for start, _ in turn.pointed.spans]
    if len(turn.state.titled) > 1 and len(turn.pointed.courses) > 1 and titles[0] < act.start < titles[1]:
        return _of(turn, "prerequisites", turn.pointed.courses[0])
    before = [term for term in turn.terms if term.end <= act.start]
    after = any(term.start >= act.end for term in turn.terms)
    if not (before and after) or turn.pointed.words:
        return None
    apart = any(sign in turn.text[before[-1].end : act.start] for sign in _APART.strip())
    return Change("about", "prerequisites", mention=turn.text[: act.start].strip(_APART)) if apart else None


_APART = ".:,;-–? "
"""Between a course that is named and what is asked of it."""


def _names_another(part: str, turn: Turn) -> bool:
    """See a clause that names a course of its own: "I know my spreadsheets. The power thing, is it hard?"."""
    return part != turn.text and any(act.name == "the_one" for act in find_acts(part, turn.spoken)) and bool(
        set(words_of(part)) - small_words() - set(words_of(" ".join(turn.text[a.start : a.end] for a in turn.acts)))
    )  # fmt: skip


def _of(turn: Turn, aspect: str, course: NamedCourse) -> Change:
    if not course.key:  # spoken of, and never shown
        return Change("about", aspect, mention=course.title)
    return Change("about", aspect, courses=(course,), level=turn.asked.level, language=turn.language)


def _asks_again(state: State, turn: Turn) -> str:
    """See "and operating systems?" after a question about another course: the same is asked of this one."""
    last = state.last
    short = len(turn.asked.parts) <= 1 and not turn.aspects and not turn.conditions
    names = turn.topic or turn.pointed.words
    if last is None or last.kind != "about" or not turn.goes_on or not names or not short:
        return ""
    return last.aspect if last.aspect in ("prerequisites", "level", "dates", "course_language", "length") else ""


def _moved(state: State, turn: Turn) -> Change | None:
    """See going on, going back and widening."""
    guess, best = turn.guess, turn.guess.nearness
    if (
        state.lists
        and not turn.known
        and (turn.does("fewer", "only_one") or (not turn.topic and turn.asked.limit and not turn.does("more")))
    ):
        return Change("narrow")
    refuses = bool(turn.asked.excluded) and not turn.topic and not turn.text.lower().startswith(TAKES_BACK)
    if (
        turn.does("correct")
        and not refuses
        and state.turns > 1
        and (turn.topic or turn.conditions or turn.names_language)
    ):
        return Change("correct")
    back = turn.does("back") or (guess.intent == "back" and best >= LIKELY)
    if back and (state.lists or state.earlier) and not turn.language and not turn.asked.level:
        return Change("new_topic") if turn.known else Change("back")
    alone = not turn.known and not turn.asked.level and not turn.asked.excluded
    if turn.does("similar") and (state.wanted.topic or in_focus(state)) and alone:
        focus = in_focus(state)
        return Change("more", "similar", courses=(focus,) if focus and not state.wanted.topic else ())
    if turn.does("more") and turn.known and state.lists and not turn.pointed.words:
        return Change("new_topic", "different")
    going = turn.does("more") or (guess.intent == "more" and best >= LIKELY)
    if going and state.lists and alone and (not turn.language or turn.does("also")):
        return Change("more")
    widening = turn.does("widen") or (guess.intent == "widen" and best >= LIKELY)
    if widening and state.wanted.topic and not turn.known and not turn.language and not turn.asked.excluded:
        return Change("widen")
    if guess.intent == "correct" and best >= LIKELY and state.turns > 1 and (turn.topic or turn.conditions):
        return Change("correct")
    if guess.intent in ("history", "next") and best >= LIKELY and not turn.known and not turn.conditions:
        return Change("next" if guess.intent == "next" else "history")
    return None


def refused_more(state: State, turn: Turn) -> Change | None:
    """See "and ethics" after "skip logic", and "without R": something more is not wanted, whatever it points at."""
    last = state.last
    again = last is not None and last.aspect == REFUSED and turn.goes_on and turn.known and not turn.asked.excluded
    if again and len(words_of(turn.text)) <= SHORT and not turn.text.rstrip().endswith(("?", "？", "؟")):
        return Change("narrow", REFUSED, mention=turn.topic)
    return None


def _conditioned(state: State, turn: Turn) -> Change | None:
    """See conditions alone: they narrow what was wanted, or switch a condition of it."""
    if not turn.conditions or not (state.wanted.topic or state.personal):
        return None
    if turn.known and not turn.adds_words and not _given_as_reason(turn):
        return None
    return conditions(state, turn)


def conditions(state: State, turn: Turn) -> Change:
    """Narrow or switch what was wanted by the conditions that are told."""
    wanted, asked = state.wanted, turn.asked
    switches = bool((asked.level and wanted.level) or (turn.language and wanted.language))
    alone = bool(asked.excluded) and not asked.level and not turn.language and not turn.topic
    aspect = "step" if turn.does("easier", "harder") else REFUSED if alone else ""
    return Change("switch" if switches else "narrow", aspect)


def _given_as_reason(turn: Turn) -> bool:
    """See a subject that is only named beside an exclusion: "no formal logic, I was always bad at maths"."""
    if not turn.asked.excluded or turn.guess.of("find") >= SURE:
        return False
    alone = [clause for clause in clauses(turn.text) if len(words_of(clause)) <= SHORT]
    return not any(turn.text[term.start : term.end] in clause for clause in alone for term in turn.terms)


def _named(state: State, turn: Turn) -> Change | None:
    """See a topic. Words that no table knows count where an example of searching is nearer than one of small talk."""
    guess = turn.guess
    if turn.topic and (turn.known or turn.bare or guess.of("find") >= guess.of("vague", *CHAT)):
        return Change("narrow" if state.wanted.topic and turn.adds_words else "new_topic")
    if turn.topic and guess.intent == "vague" and guess.nearness < CERTAIN:
        return Change("new_topic", "unsure")
    return None


def _otherwise(state: State, turn: Turn) -> Change:
    guess, best, asked = turn.guess, turn.guess.nearness, turn.asked
    if not words_of(turn.text):  # a language to be answered in, and nothing else: the same again
        return Change("narrow" if state.wanted.topic else "vague")
    if guess.intent == "vague" and not turn.conditions:
        return Change("vague")
    if turn.pointed.courses and not turn.conditions:
        return _of(turn, "content", turn.pointed.courses[0])
    if turn.topic and guess.intent not in CHAT:
        return Change("new_topic")
    if asked.excluded:
        return Change("narrow", REFUSED)
    if asked.language or asked.level or asked.not_languages:
        return Change("new_topic")
    if guess.intent in ("next", "history") and best >= FAINT:
        return Change("next" if guess.intent == "next" else "history")
    if guess.intent in CHAT and best >= FAINT:
        return Change("small_talk", guess.intent)
    if guess.intent == "more" and state.lists:
        return Change("more")
    return Change("vague")
