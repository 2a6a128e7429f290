"""What filters say by their text alone, true of any data: whether one implies another, and the communes they name."""

from __future__ import annotations

from collections.abc import Iterator

from layers.parsing.cql2.nodes import Array, Literal, Node, Operation, Property

_COMMUNE = "commune"


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
    """Return the field that a node compares with values by ``=`` or ``IN``, and these; None for any other node."""
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


def conjunct_nodes(tree: Node) -> Iterator[Node]:
    """Yield the conditions that must all be true, however they are nested."""
    match tree:
        case Operation("and", parts):
            for part in parts:
                yield from conjunct_nodes(part)
        case _:
            yield tree


def commune_codes(condition: Node) -> frozenset[str]:
    """Return the INSEE codes of a condition on the commune by ``=`` or ``IN``; empty for any other condition."""
    values = _values(condition)
    if values is None or values[0] != _COMMUNE:
        return frozenset()
    return frozenset(str(literal.value) for literal in values[1])


def implies_within(narrow: Node, narrow_m: int, wide: Node, wide_m: int) -> bool:
    """Whether ``implies`` holds of two filters whose communes are widened by margins in metres.

    A margin widens each condition on communes that must be true, so the other conditions are compared without them.
    """
    if not implies(narrow, wide) or narrow_m > wide_m:
        return False
    if not narrow_m:
        return True  # the wide one is no smaller with its margin
    communes, rest = _apart(narrow)
    wide_communes, wide_rest = _apart(wide)
    return all(any(own <= each for own in communes) for each in wide_communes) and all(
        any(implies(own, each) for own in rest) for each in wide_rest
    )


def _apart(tree: Node) -> tuple[list[frozenset[str]], list[Node]]:
    """Return the conditions on communes as codes, and the others."""
    nodes = list(conjunct_nodes(tree))
    codes = [commune_codes(node) for node in nodes]
    return [each for each in codes if each], [
        node for node, each in zip(nodes, codes, strict=True) if not each
    ]
