"""Whether every row of one filter is a row of another, by their text alone: true of any data, today's or later."""

from __future__ import annotations

from layers.parsing.cql2.nodes import Array, Literal, Node, Operation, Property


def implies(narrow: Node, wide: Node) -> bool:
    """Whether each row that ``narrow`` matches is matched by ``wide``.

    Equal filters, AND, OR, and values of one field (``=``, ``IN``) are compared; anything else is not proven: False.
    """
    if narrow == wide:
        return True
    match narrow, wide:
        case Operation("or", parts), _:
            return all(implies(part, wide) for part in parts)
        case _, Operation("and", parts):
            return all(implies(narrow, part) for part in parts)
        case Operation("and", parts), _ if any(implies(part, wide) for part in parts):
            return True
        case _, Operation("or", parts):
            return any(implies(narrow, part) for part in parts)
    narrow_values, wide_values = _values(narrow), _values(wide)
    if narrow_values is None or wide_values is None:
        return False
    return narrow_values[0] == wide_values[0] and narrow_values[1] <= wide_values[1]


def _values(node: Node) -> tuple[str, frozenset[Literal]] | None:
    """Return the field that a node compares with values, and these; None for any other node."""
    match node:
        case Operation("=", (Property(name), Literal() as value)):
            return name, frozenset({value})
        case Operation("=", (Literal() as value, Property(name))):
            return name, frozenset({value})
        case Operation("in", (Property(name), Array(items))):
            values = [item for item in items if isinstance(item, Literal)]
            return (name, frozenset(values)) if len(values) == len(items) else None
        case _:
            return None
