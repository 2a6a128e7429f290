"""Which layers a visitor may search, and which of their protected fields, without a scope for each.

It gives no row: results are read through scopes. With hundreds of layers, making their scopes takes longer than a
search.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from layers import registry
from layers.access.grants import Readers, data_versions, grants_in_force, readers_of, row_filter_key
from layers.access.moderated_rows import account_key
from layers.cache import BoundedCache
from layers.definitions import LayerDefinition
from layers.models import Grant, Layer
from layers.sql.catalogue import protected_names, table_states
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility

# What says which layers there are and who reads what, beside the grants of who asks.
_RIGHTS = ("layers_layer", "layers_theme", "layers_protectedfield", "layers_protectedfield_groups")
_VERSIONS = "layers_dataversion"


@dataclass(frozen=True, slots=True)
class SearchableLayer:
    """A layer that exists for a visitor: ``pk`` is that of its row of the catalogue.

    ``has_every_row``: they see every row of the portal they are on. ``protected`` are the fields and relations
    that rows of the catalogue protect, ``readable`` those of them that the visitor reads, None for an administrator,
    who reads all. ``rows`` are the filters of the grants, where not every row is seen, with the day that they count
    from. One that no longer fits opens nothing: the scope of the layer tells. ``updated_at`` is when the row of the
    catalogue was changed.
    """

    pk: int
    slug: str
    is_open: bool
    has_every_row: bool
    protected: frozenset[str]
    readable: frozenset[str] | None
    updated_at: dt.datetime
    rows: frozenset[str] = frozenset()

    def reads(self, name: str) -> bool:
        """Whether the visitor reads a protected field; or, for an empty name, the unprotected ones."""
        return not name or self.readable is None or name in self.readable


@dataclass(frozen=True, slots=True)
class Searchable:
    """The layers that a visitor may search, those without rows too, in the order of the catalogue.

    ``key`` stays equal as long as they are the same, and the rows of the tables that were named with them.
    """

    layers: tuple[SearchableLayer, ...]
    key: Hashable


def searchable(visitor: Visitor, *tables: str) -> Searchable:
    """Return the layers that a visitor may search; ``tables`` take part in the key.

    They are cached until a row of the catalogue is written, or another grant is in force.
    """
    states = table_states([*_RIGHTS, *tables])
    grants_by_layer = {} if visitor.is_administrator else grants_in_force(visitor, Layer.objects.all())
    rows = frozenset(
        (layer, row_filter_key(grant.rows, grant.margin_m), grant.can_approve, *sorted(grant.fields))
        for layer, grants in grants_by_layer.items()
        for grant in grants
    )
    who = (visitor.is_administrator, visitor.groups, rows)
    layers = (states[: len(_RIGHTS)], who)
    return Searchable(
        _searchable.recall(layers, lambda: tuple(_searched_by(visitor, grants_by_layer))), (states, who)
    )


def _searched_by(
    visitor: Visitor, grants_by_layer: Mapping[int, Sequence[Grant]]
) -> Iterator[SearchableLayer]:
    for layer, is_published, readers in _listed():
        grants = grants_by_layer.get(layer.pk, [])
        if visitor.is_administrator:
            yield layer
        elif layer.is_open or (is_published and grants):
            has_every_row = layer.is_open or any(grant.has_every_row for grant in grants)
            opened = {name for grant in grants for name in grant.fields}
            readable = frozenset(
                name for name, groups in readers.items() if groups & visitor.groups or name in opened
            )
            filters = (
                frozenset()
                if has_every_row
                else frozenset(row_filter_key(grant.rows, grant.margin_m) for grant in grants)
            )
            yield replace(layer, has_every_row=has_every_row, readable=readable, rows=filters)


_searchable: BoundedCache[tuple[SearchableLayer, ...]] = BoundedCache(32, is_counted=False)


@dataclass(frozen=True, slots=True)
class VersionedLayer:
    """A layer that a visitor may read, its definition, and a key of all that their answers about it depend on.

    Two visitors with the same key have the same scope of the same data, as with ``Scope.key`` and ``Scope.version``.
    """

    definition: LayerDefinition
    key: Hashable

    @property
    def slug(self) -> str:
        """The layer's identifier."""
        return self.definition.slug


@dataclass(frozen=True, slots=True)
class VersionedLayers:
    """The layers that a visitor may read, in the order of the catalogue; ``key`` is short, and changes with any key."""

    layers: tuple[VersionedLayer, ...]
    key: Hashable


def versioned(visitor: Visitor) -> VersionedLayers:
    """Return the layers that a visitor may read, each with a key that changes with its data and rights.

    The keys identify cached values of hundreds of layers. As with the version of a scope, the key is read before the
    data: read it again after the scopes, and cache nothing of a layer whose key has changed.
    """
    layers = searchable(visitor, _VERSIONS)
    day = visitor.plan.versions if visitor.plan else ()
    definitions = {each.slug: each.of_versions(day) for each in registry.definitions()}
    revisions = tuple((slug, each.revision) for slug, each in definitions.items())
    key = (layers.key, visitor.portal, visitor.plan, revisions, account_key(visitor, definitions.values()))
    return _versioned.recall(
        key, lambda: VersionedLayers(tuple(_versions(visitor, layers.layers, definitions)), key)
    )


def _versions(
    visitor: Visitor, layers: Iterable[SearchableLayer], definitions: Mapping[str, LayerDefinition]
) -> Iterator[VersionedLayer]:
    listed = [layer for layer in layers if layer.slug in definitions]
    versions = data_versions(definitions[layer.slug] for layer in listed)
    for layer in listed:
        definition = definitions[layer.slug]
        account = account_key(visitor, [definition])
        key = (layer, visitor.portal, definition.revision, versions[layer.slug], account)
        yield VersionedLayer(definition, key)


_versioned: BoundedCache[VersionedLayers] = BoundedCache(16, is_counted=False)


def indexable() -> list[SearchableLayer]:
    """Return every layer as an administrator may search it, to build the index."""
    return [layer for layer, _is_published, _readers in _listed()]


def _listed() -> Iterator[tuple[SearchableLayer, bool, Readers]]:
    """Yield every layer, whether it is published, and the readers of its protected parts."""
    rows = list(
        Layer.objects.order_by("theme__rank", "title").values_list(
            "pk", "slug", "state", "visibility", "updated_at"
        )
    )
    guarded = _guarded(pk for pk, *_rest in rows)
    for pk, slug, state, visibility, updated_at in rows:
        is_published, readers = state == LayerState.PUBLISHED, guarded.get(pk, {})
        is_open = is_published and visibility == Visibility.OPEN
        layer = SearchableLayer(pk, slug, is_open, True, frozenset(readers), None, updated_at)
        yield layer, is_published, readers


def _guarded(layers: Iterable[int]) -> dict[int, Readers]:
    """Return the groups that read each protected field or relation, by the id of the layer and the name."""
    lines: dict[int, list[tuple[str, int | None]]] = {}
    for pk, name, group in protected_names(layers):
        lines.setdefault(pk, []).append((name, group))
    return {pk: readers_of(named) for pk, named in lines.items()}
