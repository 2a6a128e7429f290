"""Names of XML in a filter become those of the portal, which XML may not have a place for (``surface_m²``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from layers.parsing.cql2 import Expression
from layers.parsing.cql2.nodes import Array, Instant, IntervalNode, Node, Operation, Property


def renamed(expression: Expression, names: Mapping[str, str]) -> Expression:
    """Return the expression with the properties that ``names`` knows called otherwise; the others keep their name."""
    return replace(expression, tree=_renamed(expression.tree, names))


def _renamed(node: Node, names: Mapping[str, str]) -> Node:
    match node:
        case Property(name):
            return Property(names.get(name, name))
        case Operation(operator, arguments):
            return Operation(operator, tuple(_renamed(argument, names) for argument in arguments))
        case Array(items):
            return Array(tuple(_renamed(item, names) for item in items))
        case IntervalNode(start, end):
            return IntervalNode(_end(start, names), _end(end, names))
    return node


def _end(node: Instant | Property | None, names: Mapping[str, str]) -> Instant | Property | None:
    return Property(names.get(node.name, node.name)) if isinstance(node, Property) else node
