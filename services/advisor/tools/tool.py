"""What a tool is: a name, its parameters, the shape of its answer, and who may call it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.advisor.tools.course_api import CourseApi

Json = dict[str, Any]


class BadArguments(Exception):
    """A tool was called with arguments that its schema refuses; the message says how to mend them."""


class TokenNeeded(Exception):
    """A learner's tool was called without a token."""


@dataclass(frozen=True)
class Asker:
    """For whom a tool runs: their verified token as it came, and the learner it speaks for (None: nobody, or staff)."""

    authorization: str | None = None
    learner_id: str | None = None
    staff: bool = False

    @property
    def known(self) -> bool:
        return self.authorization is not None


@dataclass(frozen=True)
class Parameter:
    """One parameter: `schema` is JSON Schema; `from_token`: left out, it is the learner whom the token speaks for."""

    name: str
    description: str
    schema: Json
    required: bool = False
    from_token: bool = False


@dataclass(frozen=True)
class Tool:
    """One read-only tool. `operation_id` and `path` name the operation that it calls, where it calls one alone."""

    name: str
    title: str
    description: str
    parameters: tuple[Parameter, ...]
    output_schema: Json
    run: Callable[[CourseApi, Mapping[str, Any], Asker], Json]
    needs_token: bool = False
    operation_id: str | None = None
    path: str | None = None

    @property
    def input_schema(self) -> Json:
        """JSON Schema 2020-12 of the arguments object."""
        required = [parameter.name for parameter in self.parameters if parameter.required and not parameter.from_token]
        schema: Json = {
            "type": "object",
            "properties": {
                parameter.name: parameter.schema | {"description": parameter.description}
                for parameter in self.parameters
            },
            "additionalProperties": False,
        }
        return schema | {"required": required} if required else schema

    def call(self, api: CourseApi, arguments: Any, asker: Asker) -> Json:
        """Run the tool; raises `BadArguments`, `TokenNeeded`, `ApiRefused` or `ApiUnavailable`."""
        checked = check_arguments(self, arguments)
        if self.needs_token and not asker.known:
            raise TokenNeeded(f"{self.name} shows a learner's own data: send their token as a bearer token.")
        return self.run(api, checked, asker)


def check_arguments(tool: Tool, arguments: Any) -> Json:
    """Return the arguments as the tool's schema wants them; raises `BadArguments`.

    A null counts as not given, for models write it so. No JSON Schema library: the Lambda's zip stays small, and the
    parameters use few keywords (type, enum, minLength, maxLength, minimum, maximum, items, maxItems).
    """
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise BadArguments("the arguments must be an object")
    known = {parameter.name: parameter for parameter in tool.parameters}
    unknown = [name for name in arguments if name not in known]
    if unknown:
        takes = ", ".join(known) or "none"
        raise BadArguments(f"{str(unknown[0])[:100]!r} is not an argument of {tool.name}; it takes {takes}")
    given = {name: value for name, value in arguments.items() if value is not None}
    for parameter in tool.parameters:
        if parameter.name in given:
            given[parameter.name] = _checked(parameter, given[parameter.name])
        elif parameter.required and not parameter.from_token:
            raise BadArguments(f"{parameter.name!r} is missing; {parameter.description}")
    return given


def _checked(parameter: Parameter, value: Any) -> Any:
    return _fitting(parameter.name, parameter.schema, value)


def _fitting(name: str, schema: Json, value: Any) -> Any:
    if schema["type"] == "array":
        given = value if isinstance(value, list) else [value]  # models write one text where a list is wanted
        if len(given) > schema["maxItems"]:
            raise BadArguments(f"{name!r} has {len(given)} values; give it at most {schema['maxItems']}")
        return [_fitting(name, schema["items"], item) for item in given]
    if schema["type"] == "integer":
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            raise BadArguments(f"{name!r} must be a whole number")
        if not schema["minimum"] <= value <= schema["maximum"]:
            raise BadArguments(f"{name!r} must be from {schema['minimum']} to {schema['maximum']}")
        return value
    if not isinstance(value, str):
        raise BadArguments(f"{name!r} must be text")
    if "enum" in schema and value not in schema["enum"]:
        raise BadArguments(f"{name!r} must be one of {', '.join(schema['enum'])}")
    if not value.strip():
        raise BadArguments(f"{name!r} is empty")
    if len(value) > schema.get("maxLength", len(value)):
        raise BadArguments(f"{name!r} has {len(value)} characters; shorten it to {schema['maxLength']}")
    return value
