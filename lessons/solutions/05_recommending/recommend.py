"""The instructor's solution of lesson 5."""

from collections import Counter

Row = dict[str, str]


def popular(rows: list[Row], taken: list[str], k: int) -> list[str]:
    """Give the k courses that most learners took, none of them in `taken`."""
    counts = Counter(row["course"] for row in rows if row["course"] not in taken)
    return sorted(counts, key=lambda course: (-counts[course], course))[:k]


def split(rows: list[Row], day: str) -> tuple[list[Row], list[Row]]:
    """Part the rows into what was known before `day`, and what happened from then on."""
    return [row for row in rows if row["created"] < day], [row for row in rows if row["created"] >= day]


def recommend(rows: list[Row], student: str, k: int) -> list[str]:
    """Give k courses: what alike learners took, then the popular ones."""
    taken = [row["course"] for row in rows if row["student"] == student]
    alike = {row["student"] for row in rows if row["course"] in taken and row["student"] != student}
    chosen = popular([row for row in rows if row["student"] in alike], taken, k)
    return (chosen + popular(rows, taken + chosen, k))[:k]


def largest_share(lists: list[list[str]]) -> float:
    """Say which share of all recommended places the most recommended course has."""
    counts = Counter(course for chosen in lists for course in chosen)
    return max(counts.values()) / counts.total() if counts else 0.0
