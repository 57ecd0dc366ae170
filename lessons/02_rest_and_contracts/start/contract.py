"""Lesson 2: say whether a query keeps the contract, before it is sent."""


def breaks_contract(parameters: list[dict], query: dict[str, str]) -> bool:
    """Say whether the API would refuse this query.

    `parameters` comes from openapi.yaml; each is a dictionary with "name", "required" and "schema":
        {"name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    `query` holds what stands behind the question mark, as texts: {"keywords": "python", "limit": "3"}
    """
    return False  # your work begins here


if __name__ == "__main__":
    limit = {"name": "limit", "required": False, "schema": {"type": "integer", "minimum": 1, "maximum": 100}}
    print("limit=3   breaks it:", breaks_contract([limit], {"limit": "3"}), " (should be False)")
    print("limit=500 breaks it:", breaks_contract([limit], {"limit": "500"}), " (should be True)")
