"""Why a visitor reads a layer or not: their grants one by one, with their rows, and what protects each field.

The scope is that of every page and protocol; each line is made by the functions that make it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from layers import registry
from layers.access.grants import (
    Readers,
    RightsLookup,
    fitting,
    grants_in_force,
    readers_of,
    row_filters,
    union,
    with_layers,
)
from layers.access.layer_scopes import Scope, layer_scope
from layers.access.protection import protections
from layers.access.rasters import RasterScope, visible_rasters
from layers.access.row_conditions import every_row
from layers.definitions import Field, LayerDefinition, Relation
from layers.models import Grant, Layer
from layers.visitor import Visitor
from layers.vocabulary import GrantState


@dataclass(frozen=True, slots=True)
class GrantReason:
    """A grant of a visitor on a layer, by itself or by its theme.

    ``state`` is in force, to come or ended. ``rows`` is the condition of the rows that it opens, whatever its state;
    None where its filter does not fit the layer.
    """

    grant: Grant
    state: GrantState
    rows: Q | None

    @property
    def is_effective(self) -> bool:
        """Whether the grant opens the layer now."""
        return self.state is GrantState.IN_FORCE and self.rows is not None


@dataclass(frozen=True, slots=True)
class Protection:
    """What protects a part: its name, the ids of the groups that read it, and the visitor's ways to read it.

    ``own_groups`` are those of the visitor, ``grants`` their grants in force that open it.
    """

    name: str
    groups: frozenset[int]
    own_groups: frozenset[int]
    grants: tuple[Grant, ...]


@dataclass(frozen=True, slots=True)
class PartReason:
    """A field or a relation of a layer, whether the visitor reads it, and what protects it."""

    part: Field | Relation
    is_read: bool
    protections: tuple[Protection, ...]


@dataclass(frozen=True, slots=True)
class LayerReasons:
    """Why a visitor reads a layer: ``scope`` is None where it is hidden from them; a raster has no parts."""

    layer: Layer
    scope: Scope | RasterScope | None
    grants: tuple[GrantReason, ...]
    parts: tuple[PartReason, ...] = ()


def layer_reasons(visitor: Visitor, layer: Layer) -> LayerReasons:
    """Return why a visitor reads a layer or a raster, or does not; their grants of every state, in order of age.

    It names what is hidden from the visitor: it is for who manages them, and knows the layer.
    """
    located = registry.locate([layer.slug]).get(layer.slug)
    in_force = grants_in_force(visitor, [layer]).get(layer.pk, [])
    states = _states(visitor, layer, in_force)
    if located is None:
        rasters = (each for each in visible_rasters(visitor) if each.layer.pk == layer.pk)
        every_row = (
            GrantReason(grant, state, Q() if grant.has_every_row else None) for grant, state in states
        )
        return LayerReasons(layer, next(rasters, None), tuple(every_row))
    definition, readers = located.definition, readers_of(located.readers)
    lookup = RightsLookup({layer.pk: in_force}, {layer.pk: readers}, {layer.slug: located.version})
    scope = layer_scope(visitor, located.layer, definition, lookup)
    reasons = tuple(GrantReason(grant, state, _rows(grant, definition)) for grant, state in states)
    effective = fitting(in_force, definition)
    every_part: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    parts = (
        PartReason(
            part,
            scope is not None and part.name in scope.readable_names,
            tuple(
                _protection(guard.name, readers, visitor, effective)
                for guard in protections(definition, part, readers)
            ),
        )
        for part in every_part
    )
    return LayerReasons(located.layer, scope, reasons, tuple(parts))


def _rows(grant: Grant, definition: LayerDefinition) -> Q | None:
    if grant.has_every_row:
        return Q()
    filters = row_filters([grant], definition)
    return union(filters.values()) if filters else None


def _states(visitor: Visitor, layer: Layer, in_force: Sequence[Grant]) -> list[tuple[Grant, GrantState]]:
    """Return every grant of a visitor on a layer, or on its theme, with its state."""
    in_force_ids = {grant.pk for grant in in_force}
    every = Grant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    related = every.select_related("group", "person", "layer", "theme", "author")
    return [
        (grant, _state(grant, visitor, in_force_ids))
        for grant in with_layers(related).filter(granted_layer=layer.pk).order_by("pk")
    ]


def _protection(name: str, readers: Readers, visitor: Visitor, grants: Sequence[Grant]) -> Protection:
    groups = readers.get(name, frozenset())
    opening = tuple(grant for grant in grants if name in grant.fields)
    return Protection(name, groups, groups & visitor.groups, opening)


def row_matches(scope: Scope, pk: int, conditions: Sequence[Q]) -> list[bool] | None:
    """Return whether a row of a scope matches each condition, in one statement; None where the scope lacks it."""
    counts = {f"n{at}": Count("pk", filter=condition) for at, condition in enumerate(conditions)}
    line = scope.queryset.order_by().filter(pk=pk).values("pk").annotate(**counts).first()
    return None if line is None else [bool(line[name]) for name in counts]


def is_elsewhere(scope: Scope, pk: int) -> bool:
    """Whether a row is the visitor's to read, and outside of the commune of the portal that they are on."""
    rows = every_row(scope.definition).filter(scope.granted, pk=pk)
    return bool(scope.visitor.portal) and rows.exists() and not scope.queryset.filter(pk=pk).exists()


def _state(grant: Grant, visitor: Visitor, in_force: set[int]) -> GrantState:
    if grant.pk in in_force:
        return GrantState.IN_FORCE
    is_over = grant.valid_until is not None and grant.valid_until <= visitor.instant
    return GrantState.ENDED if is_over else GrantState.TO_COME
