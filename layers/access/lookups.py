"""What the scopes of several layers are decided by, read at once: grants, readers of protected parts, versions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from layers import registry
from layers.access.grants import grants_in_force
from layers.definitions import LayerDefinition
from layers.models import Grant, Layer
from layers.sql.catalogue import protected_names, table_versions
from layers.visitor import Visitor

Readers = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class RightsLookup:
    """What was read of several layers at once: grants and readers of protected parts by layer id, versions by slug."""

    grants: Mapping[int, list[Grant]]
    readers: Mapping[int, Readers]
    versions: Mapping[str, int]


def rights_lookup(
    visitor: Visitor, layers: Sequence[Layer], definitions: Iterable[LayerDefinition]
) -> RightsLookup:
    """Read what the scopes of several layers are decided by, in a question for each kind."""
    return RightsLookup(grants_in_force(visitor, layers), _protected(layers), data_versions(definitions))


def data_versions(definitions: Iterable[LayerDefinition]) -> dict[str, int]:
    """Return the data version of several layers, by slug."""
    tables = {definition.slug: registry.tables_of(definition) for definition in definitions}
    versions = table_versions({name for names in tables.values() for name in names})
    return {slug: sum(versions.get(name, 0) for name in names) for slug, names in tables.items()}


def _protected(layers: Iterable[Layer]) -> dict[int, Readers]:
    """Return the reader groups of protected fields and relations, by layer id and name."""
    by_layer: dict[int, list[tuple[str, int | None]]] = {}
    for layer_id, name, group_id in protected_names(layer.pk for layer in layers):
        by_layer.setdefault(layer_id, []).append((name, group_id))
    return {layer_id: readers_of(lines) for layer_id, lines in by_layer.items()}


def readers_of(lines: Iterable[tuple[str, int | None]]) -> Readers:
    """Return the groups that read each protected part of a layer; nobody does where the group is None."""
    by_name: dict[str, frozenset[int]] = {}
    for name, group_id in lines:
        by_name[name] = by_name.get(name, frozenset()) | ({group_id} if group_id is not None else set())
    return by_name
