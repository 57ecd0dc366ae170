# Exercise 04-a: one divided by the place of the first good course, 0.0 where none is good.
def reciprocal_rank(ranked: list[str], good: list[str]) -> float:
    return next((1 / place for place, course in enumerate(ranked, 1) if course in good), 0.0)
