# Exercise 02-a: does `one` stand above `other`? Fewer typos first, then more words, then more popularity.
def stands_above(one: dict[str, int], other: dict[str, int]) -> bool:
    return (one["typos"], -one["words"], -one["popularity"]) < (other["typos"], -other["words"], -other["popularity"])
