"""What a resource's type takes, from the classes of the Pulumi SDKs: a name or a type that none of them knows is wrong.

Emulators take nearly anything, and the engine passes on whatever a program says: what AWS would refuse after minutes is
found here, in the tests and in the stand-in for the provider.
"""

from __future__ import annotations

import collections.abc
import enum
import functools
import importlib
import types
import typing
import warnings
from collections.abc import Awaitable, Iterator, Mapping
from typing import Any, Literal, Union, get_args, get_origin

import pulumi
from pulumi import _types as sdk

from infra_pulumi.program_runner import UNKNOWN
from infra_pulumi.secret_text import Secret

PACKAGES = {"aws": "pulumi_aws", "kubernetes": "pulumi_kubernetes"}


class TypeUnknown(Exception):
    """No SDK has a class for this type of resource."""


@functools.cache
def resource_class(kind: str) -> type[Any]:
    """Give the SDK's class for a type (`aws:iam/role:Role`, `kubernetes:apps/v1:Deployment`). Raises TypeUnknown."""
    package, _, rest = kind.partition(":")
    module, _, name = rest.partition(":")
    # aws: `iam/role` is module iam; kubernetes: `networking.k8s.io/v1` is networking.v1. Some names are Python's own.
    parts = module.split("/")[:1] if package == "aws" else [module.split("/")[0].split(".")[0], *module.split("/")[1:]]
    path = ".".join(f"{part}_" if part == "lambda" else part for part in parts)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the SDK's other types, as it imports them all
            found: type[Any] = getattr(importlib.import_module(f"{PACKAGES[package]}.{path}"), name)
    except (ImportError, AttributeError, KeyError):
        raise TypeUnknown(f"no SDK of ours has a resource of type {kind}") from None
    return found


@functools.cache
def _arguments(kind: str) -> type[Any]:
    found = resource_class(kind)
    module = importlib.import_module(found.__module__)
    for name in (f"{found.__name__}InitArgs", f"{found.__name__}Args"):
        if hasattr(module, name):
            arguments: type[Any] = getattr(module, name)
            return arguments
    raise TypeUnknown(f"{kind} takes no arguments that the SDK describes")


def outputs(kind: str) -> frozenset[str]:
    """Give the names of everything that a resource of a type answers, as the engine writes them. Raises TypeUnknown."""
    types_of_properties = sdk.resource_types(resource_class(kind))
    return frozenset(types_of_properties) - {"id", "urn"}


def wrong_properties(kind: str, inputs: Mapping[str, Any]) -> list[str]:
    """Say what in a resource's inputs its type does not take, a sentence each. Raises TypeUnknown."""
    arguments = _arguments(kind)
    missing = sdk._required_property_names(arguments) - set(inputs)  # type: ignore[arg-type]  # a class is hashable
    return [*(f"{name} is missing" for name in sorted(missing)), *_wrong_members(arguments, inputs, "")]


def _wrong_members(arguments: type[Any], value: Mapping[str, Any], path: str) -> Iterator[str]:
    known = sdk.input_type_types(arguments)
    for key, item in value.items():
        if key not in known:
            yield f"{path}{key} is no property of it"
        else:
            yield from _wrong(known[key], item, f"{path}{key}")


def _wrong(kind: Any, value: Any, path: str) -> Iterator[str]:
    """Say why `value` is not of the type `kind`."""
    if value in (None, UNKNOWN) or (isinstance(value, Secret) and value.value == UNKNOWN):
        return
    options = _options(kind)
    reasons = [list(_wrong_for(option, value, path)) for option in options]
    if [] not in reasons:
        yield from min(reasons, key=len)


def _options(kind: Any) -> list[Any]:
    """Give the types that a hint allows, without the wrappers of Pulumi's inputs."""
    if get_origin(kind) in (Union, types.UnionType):
        return [option for part in get_args(kind) for option in _options(part)]
    wrapper = get_origin(kind) or kind
    return [] if wrapper in (pulumi.Output, Awaitable, collections.abc.Awaitable, type(None)) else [kind]


def _wrong_for(kind: Any, value: Any, path: str) -> Iterator[str]:
    origin = get_origin(kind) or kind
    if origin is Literal:
        if value not in get_args(kind):
            yield f"{path} is {value!r}, not one of {get_args(kind)}"
    elif origin is collections.abc.Sequence:
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for number, item in enumerate(value):
            yield from _wrong(get_args(kind)[0], item, f"{path}[{number}]")
    elif origin is collections.abc.Mapping:
        if not isinstance(value, Mapping):
            yield f"{path} is no mapping"
            return
        for key, item in value.items():
            yield from _wrong(get_args(kind)[1], item, f"{path}.{key}")
    elif isinstance(origin, type) and sdk.is_input_type(origin):
        if isinstance(value, Mapping):
            yield from _wrong_members(origin, value, f"{path}.")
        else:
            yield f"{path} is no object"
    elif not _is_plain(origin, value):
        yield f"{path} is {value!r}, not {getattr(origin, '__name__', origin)}"


def _is_plain(kind: Any, value: Any) -> bool:
    """Tell whether a single value is of a plain type; a file's path stands for the file."""
    if kind in (Any, typing.Any):
        return True
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    if kind is float:
        return isinstance(value, int | float)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return value in {member.value for member in kind}
    if kind is str or (isinstance(kind, type) and issubclass(kind, pulumi.Asset | pulumi.Archive)):
        return isinstance(value, str | Secret)
    return isinstance(kind, type) and isinstance(value, kind)
