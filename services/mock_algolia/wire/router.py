"""Which view answers a path: segment by segment, a literal before a name, a name before the rest of a path."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from services.mock_algolia.errors import Refused
from services.mock_algolia.wire.route import Route

_ALL_INDEXES = "*"
"""A literal segment of the multi-index routes, and so no index's name."""


MOST = 512
"""Paths whose route is remembered."""
LONGEST = 512
"""Characters of such a path."""


class MethodNotAllowed(Refused):
    """The path is known, but not with this method."""

    def __init__(self, allowed: set[str]) -> None:
        super().__init__("Method not allowed", 405)
        self.allowed = allowed


@dataclass
class _Node:
    """What may follow a part of a path, and what answers if nothing does."""

    routes: dict[str, Route] = field(default_factory=dict)
    literals: dict[str, _Node] = field(default_factory=dict)
    names: dict[tuple[str, str], _Node] = field(default_factory=dict)
    """By kind (`index`, `name`, `path`) and the argument that the view takes."""


class Router:
    """Finds the route of a request."""

    def __init__(self) -> None:
        self._root = _Node()
        self._known: dict[tuple[str, str], tuple[Route, dict[str, str]]] = {}

    def add(self, route: Route) -> None:
        """Learn a route: `<name:x>` is one percent-encoded segment, `<index:x>` one but `*`, `<path:x>` the rest."""
        node = self._root
        for segment in route.path.split("/")[1:]:
            if segment.startswith("<"):
                kind, _, name = segment[1:-1].partition(":")
                node = node.names.setdefault((kind, name), _Node())
            else:
                node = node.literals.setdefault(segment, _Node())
        for method in route.method.split():
            node.routes[method] = route

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Give the route and its decoded segments, not to be changed. Raises Refused(404), or MethodNotAllowed."""
        known = self._known.get((method, path))
        if known is None:
            known = self._find(method, path)
            if len(path) <= LONGEST:
                if len(self._known) >= MOST:
                    self._known.clear()
                self._known[method, path] = known
        return known

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        allowed: set[str] = set()
        for node, segments in _walk(self._root, path.split("/")[1:], 0):
            route = node.routes.get(method) or (node.routes.get("GET") if method == "HEAD" else None)
            if route is not None:
                return route, dict(segments)
            allowed.update(node.routes)
        if not allowed:
            raise Refused(
                "Path not supported by Algolia REST API. Please have a look at "
                "http://www.algolia.com/doc/rest_api for the list of valid commands",
                404,
            )
        raise MethodNotAllowed(allowed | {"OPTIONS"} | ({"HEAD"} if "GET" in allowed else set()))


def _walk(node: _Node, path: list[str], at: int) -> Iterator[tuple[_Node, list[tuple[str, str]]]]:
    """Give all places where a path may end, the most literal first."""
    if at == len(path):
        if node.routes:
            yield node, []
        return
    segment = path[at]
    literal = node.literals.get(segment)
    if literal is not None:
        yield from _walk(literal, path, at + 1)
    for (kind, name), below in node.names.items():
        if kind == "path":
            yield below, [(name, unquote("/".join(path[at:])))]
        elif segment and not (kind == "index" and segment == _ALL_INDEXES):
            for found, later in _walk(below, path, at + 1):
                yield found, [(name, unquote(segment)), *later]
