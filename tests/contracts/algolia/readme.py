"""`python -m tests.contracts.algolia.readme`: write the table of the stand-in's READMEs from the specifications."""

from __future__ import annotations

from pathlib import Path

from tests.contracts.algolia.specs import features

BEGIN = "<!-- specifications: begin (made by python -m tests.contracts.algolia.readme) -->"
END = "<!-- specifications: end -->"
ROOT = Path(__file__).resolve().parents[3]
READMES = (ROOT / "services" / "mock_algolia" / "README.md", ROOT / "distribution" / "README.md")


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
    """Write both."""
    for path in READMES:
        path.write_text(replaced(path.read_text(encoding="utf-8"), render()), encoding="utf-8")


if __name__ == "__main__":
    main()
