"""Comparisons with the elements of a list: any of them, all of them, or exactly one (``matchAction`` of FES 2.0).

Beside a property of one value the three are the comparison itself. A list without elements is like a missing value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from layers.parsing.cql2.nodes import Node, Operation, Property
from layers.sql.filters.operands import Compiler, Handler, Kind, Operand, truth
from layers.sql.functions import AnyItem, EveryItem, ListItem, OneItem, Predicate, Texts

_QUANTIFIERS: Mapping[str, type[Predicate]] = {"any_of": AnyItem, "all_of": EveryItem, "one_of": OneItem}


def _quantified(compiler: Compiler, operator: str, arguments: Sequence[Node]) -> Operand:
    (comparison,) = arguments
    for name in _properties(comparison):
        found = compiler.property(name)
        if found.kind is Kind.TEXTS:
            item = Operand(ListItem(), Kind.TEXT, name)
            condition = replace(compiler, items={name: item}).predicate(comparison)
            return truth(_QUANTIFIERS[operator](condition, Texts(found.sql)), name)
    return compiler.operand(comparison)


def _properties(node: Node) -> Iterator[str]:
    """Yield the names of the properties that a comparison compares."""
    if isinstance(node, Property):
        yield node.name
    elif isinstance(node, Operation):
        for argument in node.arguments:
            yield from _properties(argument)


HANDLERS: Mapping[str, Handler] = dict.fromkeys(_QUANTIFIERS, _quantified)
