"""`python -m evaluation.intents.turns [--measure]`: teach the adviser what kind of turn it hears, or measure that.

`--measure`: each author's turns by a model taught those of all others, beside what the steps of the tracker alone make
of them; and nothing is written.
"""

from __future__ import annotations

import argparse

from evaluation.intents.turns.named import Named, read_named
from evaluation.intents.turns.training import Fitted, to_json
from services.advisor.dialogue.deciding import JUDGED
from services.advisor.dialogue.steps import by_steps
from services.advisor.dialogue.turn_kinds import WEIGHTS, Model, kind_of


def main() -> None:
    """Train and write the weights; with `--measure`, tell what share of each author's turns is named as by readers."""
    parser = argparse.ArgumentParser(prog="python -m evaluation.intents.turns", description=__doc__)
    parser.add_argument("--measure", action="store_true", help="leave each author out in turn, and write nothing")
    asked = parser.parse_args()
    named = read_named()
    if not asked.measure:
        WEIGHTS.write_text(to_json(_fitted(named).written()), encoding="utf-8")
        print(f"{WEIGHTS.name}: {len(named)} turns, {WEIGHTS.stat().st_size / 1e3:.0f} kB")
        return
    alone = both = 0
    for author in sorted({one.author for one in named}):
        model = _fitted([one for one in named if one.author != author]).model()
        own = [one for one in named if one.author == author]
        right = [_right(one, model) for one in own]
        alone += sum(steps for steps, _ in right)
        both += sum(judged for _, judged in right)
        shares = (sum(one[at] for one in right) / len(own) for at in (0, 1))
        print("author {}: {} turns, by steps {:.3f}, judged {:.3f}".format(author, len(own), *shares))
    print(f"all: {len(named)} turns, by steps {alone / len(named):.3f}, judged {both / len(named):.3f}")


def _fitted(named: list[Named]) -> Fitted:
    return Fitted([one.features for one in named], [one.kind for one in named])


def _right(one: Named, model: Model) -> tuple[bool, bool]:
    steps = kind_of(by_steps(one.turn.state, one.turn))
    judged = model.judge(one.features)
    return steps == one.kind, (judged.kind if judged.share >= JUDGED else steps) == one.kind


if __name__ == "__main__":
    main()
