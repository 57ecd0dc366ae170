"""`python -m tests.contracts.algolia.readme`: write the table of the stand-in's README from the specifications."""

from __future__ import annotations

from pathlib import Path

from services.mock_algolia import engine
from tests.contracts.algolia.specs import features

BEGIN = "<!-- specifications: begin (made by python -m tests.contracts.algolia.readme) -->"
END = "<!-- specifications: end -->"


def render() -> str:
    """The table: one row a feature, its status, what is said of it, how many cases hold it."""
    rows = ["| feature | status | cases | notes |", "|---|---|---|---|"]
    order = ("supported", "different", "refused")
    rows.extend(
        f"| [{one.name}]({one.source}) | {one.status} | {len(one.cases)} | {one.note} |"
        for one in sorted(features(), key=lambda one: (order.index(one.status), one.name))
    )
    return "\n".join(rows)


def replaced(text: str, table: str) -> str:
    """The README with its table replaced."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def main() -> None:
    """Write the README."""
    path = Path(engine.__file__).parent.parent / "README.md"
    path.write_text(replaced(path.read_text(encoding="utf-8"), render()), encoding="utf-8")


if __name__ == "__main__":
    main()
