"""What the row filter of a grant matches, for who gives it: nothing, or a value that no row has, is an error of typing.

Rows are those that the person sees, and a filter that names a field which they do not read is not tried: trying values
would tell them what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from layers.access.grants import row_filter_key
from layers.access.layer_scopes import Scope
from layers.cache import BoundedCache
from layers.definitions import ID
from layers.errors import LayersError
from layers.parsing.cql2 import Expression, parse_filter
from layers.parsing.cql2.nodes import Array, IntervalNode, Literal, Node, Operation, Property
from layers.sql.filters import compile_filter
from layers.sql.limits import time_limit

MAX_VALUES = 20
"""Values that are looked for; the filters that people write have fewer."""

_GEOMETRIES = frozenset({"geom", "geometry"})


@dataclass(frozen=True, slots=True)
class FilterMatch:
    """How many rows a filter matches, and its values that no row has: title of the field, value."""

    count: int
    absent: tuple[tuple[str, str], ...] = ()

    @property
    def is_doubtful(self) -> bool:
        """Whether nothing matches, or a part of the filter never will."""
        return not self.count or bool(self.absent)


def filter_match(scope: Scope, text: str) -> FilterMatch | None:
    """Return what a row filter matches, cached until the data, the rights or the day that it counts from change.

    None for a layer without rows, and for a filter that cannot be read, is too slow, or names a field not read.
    """
    key = (scope.key, scope.version, row_filter_key(text))
    return _matches.recall(key, lambda: _match(scope, text))


_matches: BoundedCache[FilterMatch | None] = BoundedCache(1_000)


def _match(scope: Scope, text: str) -> FilterMatch | None:
    fields = scope.definition.row_fields
    geometry = scope.definition.geometry_path
    try:
        expression = parse_filter(text, parameter="rows")
        nodes = list(_nodes(expression.tree))
        names = {node.name for node in nodes if isinstance(node, Property)} - _GEOMETRIES
        if not names <= {*scope.readable_names, ID.name}:
            return None
        with time_limit("page"):
            rows = scope.queryset.filter(compile_filter(expression, fields, geometry=geometry))
            count = rows.order_by().count()
            if not count and not scope.queryset.exists():
                return None
            absent = [
                (str(fields[name].title), str(value.value))
                for name, value in list(dict.fromkeys(_equalities(nodes)))[:MAX_VALUES]
                if not scope.queryset.filter(
                    compile_filter(_equality(expression, name, value), fields, geometry=geometry)
                ).exists()
            ]
    except LayersError:
        return None
    return FilterMatch(count, tuple(absent))


def _equality(expression: Expression, name: str, value: Literal) -> Expression:
    return replace(expression, tree=Operation("=", (Property(name), value)))


def _equalities(nodes: list[Node]) -> Iterator[tuple[str, Literal]]:
    """Yield each field with a value that it is compared to, by ``=``, ``<>`` or ``IN``."""
    for node in nodes:
        match node:
            case Operation("=" | "<>", (Property(name), Literal() as value)):
                yield name, value
            case Operation("=" | "<>", (Literal() as value, Property(name))):
                yield name, value
            case Operation("in", (Property(name), Array(items))):
                yield from ((name, item) for item in items if isinstance(item, Literal))


def _nodes(node: Node) -> Iterator[Node]:
    """Yield the nodes of a filter, from the top."""
    yield node
    match node:
        case Operation():
            parts: tuple[Node, ...] = node.arguments
        case Array():
            parts = node.items
        case IntervalNode():
            parts = tuple(part for part in (node.start, node.end) if part is not None)
        case _:
            parts = ()
    for part in parts:
        yield from _nodes(part)
