"""Properties as the engine sends them, and as a stand-in sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from google.protobuf import json_format, struct_pb2
from pulumi.runtime import rpc

from infra_pulumi.program_runner import UNKNOWN


def read(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Give properties as plain values: secrets revealed, files as paths, what nobody knows yet as UNKNOWN."""
    return {
        key: _plain(value, "path")
        for key, value in json_format.MessageToDict(properties).items()
        if not key.startswith("__")
    }


def compared(properties: struct_pb2.Struct) -> dict[str, Any]:
    """Give properties as `read` does, but files by what is in them: the engine keeps no more of the last ones."""
    return {
        key: _plain(value, "hash")
        for key, value in json_format.MessageToDict(properties).items()
        if not key.startswith("__")
    }


def _plain(value: Any, file: str) -> Any:
    if isinstance(value, dict):
        mark = value.get(rpc._special_sig_key)
        if mark == rpc._special_secret_sig:
            return _plain(value["value"], file)
        if mark in (rpc._special_asset_sig, rpc._special_archive_sig):
            return value.get(file)
        return {key: _plain(item, file) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, file) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value  # protobuf has no whole numbers


def state(inputs: struct_pb2.Struct, answered: Mapping[str, Any]) -> struct_pb2.Struct:
    """Give a resource's state: its inputs as they came (secrets stay marked), and what it answered.

    `vpcConfig.vpcId` is an answer inside an input.
    """
    whole = struct_pb2.Struct()
    whole.CopyFrom(inputs)
    for path, value in answered.items():
        *outer, key = path.split(".")
        place = whole
        for step in outer:
            place = place.fields[step].struct_value
        if value is not None:
            place.fields[key].CopyFrom(json_format.ParseDict(value, struct_pb2.Value()))
    return whole


def unknown(inputs: struct_pb2.Struct, names: frozenset[str]) -> struct_pb2.Struct:
    """Give the state that a preview can tell: the inputs, and everything else as unknown."""
    return state(inputs, dict.fromkeys(names, UNKNOWN))


def carried_over(olds: struct_pb2.Struct, old_inputs: struct_pb2.Struct, news: struct_pb2.Struct) -> struct_pb2.Struct:
    """Give the new inputs, and of the old state what was answered and never put in."""
    whole = struct_pb2.Struct()
    whole.CopyFrom(news)
    for key in set(olds.fields) - set(old_inputs.fields) - set(news.fields):
        whole.fields[key].CopyFrom(olds.fields[key])
    return whole
