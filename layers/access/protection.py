"""Which fields and relations of a layer a visitor reads: what is protected is for some groups, and for some grants."""

from __future__ import annotations

from collections.abc import Sequence

from layers.access.grants import Readers
from layers.definitions import Field, LayerDefinition, Relation
from layers.visitor import Visitor


def is_readable(
    visitor: Visitor,
    definition: LayerDefinition,
    part: Field | Relation,
    *,
    readers: Readers,
    opened: frozenset[str],
) -> bool:
    """Whether a visitor reads a part of a layer: by a group that reads it, or a grant in force that opens it."""
    return visitor.is_administrator or all(
        each.name in opened or visitor.groups & readers.get(each.name, frozenset())
        for each in protections(definition, part, readers)
    )


def has_protection(definition: LayerDefinition, readers: Readers) -> bool:
    """Whether some part of a layer is protected."""
    parts: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    return bool(readers) or any(part.is_protected for part in parts)


def protections(
    definition: LayerDefinition, part: Field | Relation, readers: Readers
) -> list[Field | Relation]:
    """Return the protected parts that hide one from who does not read each: itself, and what it is computed from."""
    return [each for each in _guarding(definition, part) if _is_protected(each, readers)]


def _guarding(definition: LayerDefinition, part: Field | Relation) -> Sequence[Field | Relation]:
    """Return the parts whose protection hides one: itself, and the relation that it is computed from."""
    computed = part.computed if isinstance(part, Field) else None
    return (part, definition.relation(computed.relation)) if computed else (part,)


def _is_protected(part: Field | Relation, readers: Readers) -> bool:
    return part.is_protected or part.name in readers
