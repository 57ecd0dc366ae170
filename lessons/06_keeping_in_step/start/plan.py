"""Lesson 6: what has to change in the index, so that it says what the platform says."""


def plan(platform: dict[str, str], index: dict[str, str]) -> dict[str, list[str]]:
    """Say what to create, update and delete, each a sorted list of course keys.

    Both arguments: course key → hash of everything that the course's record says. Equal hashes: nothing changed.
    Raises ValueError where more than half of the index would be deleted: that is a broken platform, not a small one.
    """
    return {"create": sorted(platform), "update": [], "delete": []}  # everything, every time: your work begins here


if __name__ == "__main__":
    print(plan({"A": "1", "B": "2", "C": "3"}, {"B": "2", "C": "old", "D": "4"}))
