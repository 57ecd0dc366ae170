"""Lesson 4: measure a ranking, and mix two. `nox -s lesson -- try 4` measures with your functions."""

from lessons.judged import answers_of, judged_queries


def ndcg(ranked: list[str], grades: dict[str, int], k: int = 10) -> float:
    """Say how good the first k of a ranking are, from 0.0 to 1.0.

    `ranked`: course keys, best first. `grades`: what people said of the courses for this query, 0 to 3; others count 0.
    """
    return -1.0  # your work begins here


def fuse(first: list[str], second: list[str]) -> list[str]:
    """Mix two rankings into one by their ranks (reciprocal rank fusion with the constant 60)."""
    return []  # and here


if __name__ == "__main__":
    sums = {"words": 0.0, "meaning": 0.0, "fused": 0.0}
    queries = judged_queries()
    for query, grades in queries:
        words, meaning = answers_of(query)
        sums["words"] += ndcg(words, grades)
        sums["meaning"] += ndcg(meaning, grades)
        sums["fused"] += ndcg(fuse(words, meaning), grades)
    for name, total in sums.items():
        print(f"{name:<8} mean nDCG@10 of {len(queries)} queries: {total / len(queries):.3f}")
