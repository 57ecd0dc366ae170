"""`python -m evaluation advisor`: have the suite's conversations with the adviser, and print by kind how it did.

    nox -s evaluate -- advisor                              # in this process, on the fixtures, with the offline model
    nox -s evaluate -- advisor --kind followup              # one kind
    nox -s evaluate -- advisor --show a-015                 # one conversation, as it went
    nox -s evaluate -- advisor --url http://127.0.0.1:8080  # any running system, as an outside client
    nox -s evaluate -- advisor --model openai:llama3.1@http://127.0.0.1:11434/v1 --resume

Exits 1 where a kind holds less often than its floor (`--gate`), 2 where a file or an argument is refused.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from evaluation.advisor import report
from evaluation.advisor.catalogue import Facts, read_facts, read_learners
from evaluation.advisor.chatting import Chat, ChatInProcess, ChatOverHttp, tokens_by
from evaluation.advisor.conversations import FOLDER, KINDS, Conversation, read_all
from evaluation.advisor.having import Kept
from evaluation.advisor.judging import Judge
from evaluation.advisor.models import FORMS, OFFLINE, Metered, UnknownModel, answers, model_named
from evaluation.advisor.system import SETTINGS, identity, running, token
from evaluation.history import FileHistory
from evaluation.runs import read_courses
from fixtures import files
from services.advisor.app import MODEL_SECONDS, assemble
from services.advisor.conversation.adviser import Budget
from services.lms.files.enrollments import read_enrollments
from services.lms.files.rows import InvalidFile

HELD_BACK = Path(__file__).with_name("held_back")
FLOORS = Path(__file__).with_name("floors.json")
SLACK = 0.02
URL_SECONDS = 30.0
HELD, BELOW, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Have the conversations and report."""
    options = _parser().parse_args(arguments)
    try:
        facts = read_facts(files.COURSES, files.ENROLLMENTS, files.LEARNERS)
        conversations = _chosen(read_all(_files(options), facts), options)
        metered = Metered(model_named(options.model), time.monotonic)
    except (InvalidFile, UnknownModel) as error:
        print(error, file=sys.stderr)
        return REFUSED
    if not conversations:
        print("No conversation of the files is of that kind or id.", file=sys.stderr)
        return REFUSED
    if not options.url and (wrong := answers(metered.model, options.seconds or MODEL_SECONDS)):
        print(f"{wrong} Is it running, and loaded? Nothing was had.", file=sys.stderr)
        return REFUSED
    output = Console(soft_wrap=True)
    with _chat(options, metered) as chat:
        judged = _have(conversations, chat, facts, options)
    if not options.held_back:  # what is read of them teaches, and then they measure nothing
        report.show_faults(judged, output)
    if options.show:
        for one in judged:
            output.print(report.transcript(one), highlight=False, markup=False)
    system = options.url or options.model
    report.show(judged, f"The adviser ({system}) in {len(judged)} conversations", output)
    if options.url or options.model != OFFLINE:
        report.show_who_answered(judged, output)
    if not options.url and metered.seconds:
        output.print(metered.table(options.prices))
        for reason, times in metered.failures.most_common():
            output.print(f"{times} × {reason}", style="red", highlight=False)
    saved = options.report / "advisor.json"
    report.save(judged, saved)
    output.print(f"saved {saved}", style="dim", highlight=False)
    return _gate(judged, options, output)


def _have(
    conversations: Sequence[Conversation], chat: Chat, facts: Facts, options: argparse.Namespace
) -> list[report.Judged]:
    name = re.sub(r"[^\w.-]+", "-", options.url or options.model)
    kept = Kept(options.report / f"conversations-{name}.jsonl", name, resume=options.resume)
    by = Judge(facts)
    console = Console(stderr=True)
    judged = []
    for had, before in kept.all(conversations, chat, time.monotonic):
        judged.append(report.judge(had, by))
        if console.is_terminal or had.failed or options.verbose:
            went = "kept" if before else had.failed or ("held" if judged[-1].passed else "not as expected")
            said = f"{len(judged)}/{len(conversations)} {had.conversation.id}: {went}"
            console.print(said, highlight=False, markup=False)
    return judged


@contextmanager
def _chat(options: argparse.Namespace, metered: Metered) -> Iterator[Chat]:
    if options.url:
        yield ChatOverHttp(options.url, tokens_by(options.token_command), options.seconds or URL_SECONDS)
        return
    courses = read_courses(files.COURSES, datetime.now(UTC))
    history = FileHistory(
        read_enrollments(files.ENROLLMENTS, courses.catalogue).rows, {}, read_learners(files.LEARNERS)
    )
    with running(courses.records, history, options.mode, options.report) as api:
        kind = options.model.partition(":")[0]  # it decides how long an answer may take, as in the Lambda
        settings = replace(SETTINGS, model=replace(SETTINGS.model, kind=kind, model_id=options.model))
        budget = Budget(seconds=options.seconds or Budget.seconds, answer_tokens=options.answer_tokens)
        as_deployed = budget == Budget()
        # Our own costs nothing, and answers as it is: behind a meter it would be checked as a stranger's.
        model = metered.model if options.model == OFFLINE else metered
        yield ChatInProcess(assemble(api, identity(), model, settings, None if as_deployed else budget), token)


def _files(options: argparse.Namespace) -> list[Path]:
    return options.files or sorted((HELD_BACK if options.held_back else FOLDER).glob("*.jsonl"))


def _chosen(conversations: Sequence[Conversation], options: argparse.Namespace) -> list[Conversation]:
    chosen = [
        one
        for one in conversations
        if (not options.kind or one.kind in options.kind) and (not options.show or one.id in options.show)
    ]
    seen: Counter[str] = Counter()
    kept = []
    for one in chosen:
        if seen[one.kind] % options.every == 0:
            kept.append(one)
        seen[one.kind] += 1
    return kept[: options.most]


def _gate(judged: Sequence[report.Judged], options: argparse.Namespace, output: Console) -> int:
    if options.update:
        shares = {kind: round(max(found[0].share - SLACK, 0.0), 3) for kind, found in report.rates(judged).items()}
        FLOORS.write_text(json.dumps(shares, indent=2) + "\n", encoding="utf-8", newline="\n")
        output.print("The floors are now what was measured; review evaluation/advisor/floors.json and commit it.")
    if not options.gate:
        return HELD
    worse = report.below(judged, json.loads(FLOORS.read_text("utf-8")))
    for sentence in worse:
        output.print(sentence, style="red", highlight=False)
    output.print("The gate is closed." if worse else "The gate is open: no kind fell below its floor.")
    return BELOW if worse else HELD


def _prices(written: str) -> tuple[float, float]:
    read, _, wrote = written.partition("/")
    return float(read), float(wrote)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evaluation advisor", description="Format: evaluation/advisor/conversations/README.md."
    )
    add = parser.add_argument
    add(
        "--files",
        nargs="+",
        type=Path,
        metavar="FILE",
        help="conversations (default: evaluation/advisor/conversations)",
    )
    add("--held-back", action="store_true", help="have those that nobody tunes on, and print numbers only")
    add("--kind", nargs="+", choices=KINDS, help="only these kinds")
    add("--show", nargs="+", metavar="ID", help="have only these conversations, and print how they went")
    add("--most", type=int, metavar="N", help="have at most so many")
    add("--url", help="a running system's base URL; without it the system runs in this process")
    add(
        "--token-command",
        default=f"{sys.executable} -m sandbox token {{}}",
        metavar="COMMAND",
        help="with --url: prints the token of learner {}",
    )
    add("--model", default=OFFLINE, help=FORMS)
    add(
        "--mode", choices=("neuralSearch", "keywordSearch"), default="neuralSearch", help="what the index's plan offers"
    )
    add("--every", type=int, default=1, metavar="N", help="have every N-th conversation of each kind")
    add(
        "--seconds",
        type=float,
        help=f"how long an answer may take (default: {URL_SECONDS:.0f} with --url, else as deployed)",
    )
    add(
        "--answer-tokens",
        type=int,
        default=Budget.answer_tokens,
        metavar="N",
        help="where a model is cut off (default: as deployed); less for one that comes to no end",
    )
    add("--prices", type=_prices, metavar="READ/WRITTEN", help="dollars for a million tokens, as 0.15/0.60")
    add("--resume", action="store_true", help="go on with the run before; what failed by an error is had again")
    add("--report", type=Path, default=Path("build/evaluation"), metavar="DIR", help="where runs and results are kept")
    add("--gate", action="store_true", help="exit 1 where a kind holds less often than its floor")
    add("--update", action="store_true", help="make what is measured the new floors")
    add("--verbose", action="store_true", help="one line for each conversation as it is had")
    return parser


if __name__ == "__main__":
    sys.exit(main())
