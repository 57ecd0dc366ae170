"""The instructor's solution of lesson 6."""


def plan(platform: dict[str, str], index: dict[str, str]) -> dict[str, list[str]]:
    """Say what to create, update and delete."""
    delete = index.keys() - platform.keys()
    if 2 * len(delete) > len(index):
        raise ValueError(f"{len(delete)} of {len(index)} courses would be deleted")
    return {
        "create": sorted(platform.keys() - index.keys()),
        "update": sorted(key for key in platform.keys() & index.keys() if platform[key] != index[key]),
        "delete": sorted(delete),
    }
