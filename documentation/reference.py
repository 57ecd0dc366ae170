"""The reference that is made from the code: commands from their parsers, the API from its contract, a class."""

from __future__ import annotations

import argparse
import ast
import inspect
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml


def commands(title: str, parser: argparse.ArgumentParser, typed: str) -> str:
    """Write a page of a program's commands and options."""
    lines = [f"# {title}", "", _cell(parser.description or ""), ""]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            helped = {choice.dest: choice.help for choice in action._choices_actions}
            for name, one in action.choices.items():
                lines += [f"## `{typed} {name}`", "", f"{_sentence(helped.get(name) or one.description or '')}", ""]
                lines += [*_options(one), ""]
    return "\n".join(lines)


def _options(parser: argparse.ArgumentParser) -> Iterator[str]:
    known = [action for action in parser._actions if action.help != argparse.SUPPRESS and action.dest != "help"]
    if known:
        yield "| argument | meaning |"
        yield "|---|---|"
    for action in known:
        name = ", ".join(action.option_strings) or str(action.metavar or action.dest)
        value = f" {action.metavar or action.dest.upper()}" if action.option_strings and action.nargs != 0 else ""
        yield f"| `{name}{value}` | {_cell(action.help or '')} |"


def api(contract: Path) -> str:
    """Write a page of the operations that a contract declares."""
    document = yaml.safe_load(contract.read_text(encoding="utf-8"))
    info = document["info"]
    lines = [f"# {info['title']} {info['version']}: the API", "", info["description"], ""]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "operationId" in operation:
                lines += [
                    f"## {method.upper()} {path}",
                    "",
                    f"**{operation['summary']}** {operation['description']}",
                    "",
                ]
                lines += [*_parameters(document, operation), *_answers(document, operation), ""]
    return "\n".join(lines)


def _parameters(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    found = [_resolved(document, one) for one in operation.get("parameters", [])]
    if found:
        yield from ("| parameter | in | needed | meaning |", "|---|---|---|---|")
    for one in found:
        needed = "yes" if one.get("required") else ""
        yield f"| `{one['name']}` | {one['in']} | {needed} | {_cell(one.get('description', ''))} |"
    if found:
        yield ""


def _answers(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Iterator[str]:
    yield from ("| status | answer |", "|---|---|")
    for status, answer in operation["responses"].items():
        yield f"| {status} | {_cell(_resolved(document, answer)['description'])} |"


def _resolved(document: Mapping[str, Any], value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Follow a reference within the document."""
    if "$ref" not in value:
        return value
    found: Any = document
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def classes(title: str, module: Path, names: tuple[str, ...]) -> str:
    """Write a page of a module's classes: their public methods with signature and docstring, without importing it."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    lines = [f"# {title}", "", inspect.cleandoc(ast.get_docstring(tree) or ""), ""]
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name in names:
            lines += [f"## `{node.name}`", "", ast.get_docstring(node) or "", ""]
            for method in node.body:
                if isinstance(method, ast.FunctionDef) and (
                    not method.name.startswith("_") or method.name == "__init__"
                ):
                    returns = f" -> {ast.unparse(method.returns)}" if method.returns else ""
                    lines += [f"### `{method.name}({ast.unparse(method.args)}){returns}`", ""]
                    lines += [ast.get_docstring(method) or "", ""]
    return "\n".join(lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""
