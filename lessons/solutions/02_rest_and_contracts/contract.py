"""The instructor's solution of lesson 2."""


def breaks_contract(parameters: list[dict], query: dict[str, str]) -> bool:
    """Say whether the API would refuse this query."""
    known = {parameter["name"]: parameter for parameter in parameters}
    if any(parameter["required"] and name not in query for name, parameter in known.items()):
        return True
    return any(name not in known or not _fits(known[name]["schema"], text) for name, text in query.items())


def _fits(schema: dict, text: str) -> bool:
    if schema["type"] == "integer":
        return text.isdecimal() and schema.get("minimum", 0) <= int(text) <= schema.get("maximum", int(text))
    if "enum" in schema:
        return text in schema["enum"]
    return schema.get("minLength", 0) <= len(text) <= schema.get("maxLength", len(text))
