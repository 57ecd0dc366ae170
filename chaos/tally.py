"""What was tried, what held and what broke, by class."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

from rich.table import Table

from chaos.schedule import Injection


@dataclass
class Tally:
    """Counts injections; what readers and writers find broken counts against the fault of that moment."""

    seed: int
    tried: Counter[str] = field(default_factory=Counter)
    broken: dict[int, tuple[Injection, list[str]]] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    now: Injection | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, injection: Injection) -> None:
        """Count an injection as tried."""
        with self._lock:
            self.tried[injection.kind] += 1

    def answered(self, what: str) -> None:
        """Count an answer that a reader or writer had."""
        with self._lock:
            self.answers[what] += 1

    def fail(self, wrong: str, injection: Injection | None = None) -> None:
        """Note a broken promise of an injection, or of the heavy one that lasts."""
        with self._lock:
            of = injection or self.now or Injection(-1, "calm", "nothing was being done", "")
            self.broken.setdefault(of.number, (of, []))[1].append(wrong)

    @property
    def total(self) -> int:
        """How many injections there were."""
        return self.tried.total()

    def table(self) -> Table:
        """Tell it by class."""
        table = Table(title=f"Chaos, seed {self.seed}")
        for column in ("class", "tried", "held", "broken"):
            table.add_column(column, justify="left" if column == "class" else "right")
        for kind in sorted({*self.tried, *(one.kind for one, _ in self.broken.values())}):
            broken = sum(one.kind == kind for one, _ in self.broken.values())
            tried = self.tried[kind]
            table.add_row(kind, str(tried), str(max(0, tried - broken)), str(broken))
        table.add_section()
        table.add_row("all", str(self.total), str(self.total - len(self.broken)), str(len(self.broken)))
        return table

    def reproducers(self) -> list[str]:
        """Say how to do each broken one again, and what was wrong."""
        return [
            f"{one.kind}: {one.name}\n    again: nox -s chaos -- --seed {self.seed} --only {number}\n"
            + "\n".join(f"    {text}" for text in dict.fromkeys(wrong[:5]))
            for number, (one, wrong) in sorted(self.broken.items())
        ]
