"""Which rows of a layer there are for a visitor: all of them, those of their grants, those of a commune.

Nothing here is an answer yet: a ``Scope`` puts the conditions together.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Model, OuterRef, Q, QuerySet

from layers.access.grants import row_filters, union
from layers.access.moderated_rows import EVERY_ROW
from layers.definitions import Field, LayerDefinition
from layers.models import Commune, Grant, Layer
from layers.sql.computed import ComputedValue
from layers.visitor import Visitor
from layers.vocabulary import LayerState

# Of each model, by what visitors read of it.
_MODELS_WITH_VALUES = 200


def every_row(definition: LayerDefinition) -> QuerySet[Any]:
    """Select every row of a layer, hidden ones included: for work of the portal itself, never for an answer."""
    return _of_its_versions(definition, definition.model._default_manager.all())


def _of_its_versions(definition: LayerDefinition, rows: QuerySet[Any]) -> QuerySet[Any]:
    dated = definition.dated
    if dated is None or not dated.versions:
        return rows
    return rows.filter(**{f"{dated.version_path}__in": dated.versions})


def in_commune(definition: LayerDefinition, code: str) -> Q:
    """Select the features of a commune: its own points, and the lines and surfaces that go into it (ADR 0056).

    Rows that are nowhere are those of every commune: a climate plan is the plan of each town.
    """
    if not definition.is_placed:
        return Q()
    if definition.has_commune_shares:
        return Q(communes__contains=[code])
    return Q(commune_id=code) if definition.geometry.has_one_commune else Q(code=code)


def with_part_in(definition: LayerDefinition, code: str) -> Q:
    """Select the lines and surfaces of which a part is measured in a commune, also those that barely touch it."""
    boundary = Commune.objects.filter(code=code).values("geom")[:1]
    return Q(geom__bboverlaps=boundary, commune_shares__has_key=code)


def rows_with_computed(definition: LayerDefinition, fields: Sequence[Field]) -> QuerySet[Any]:
    """Select every row with the values computed from its records; a statement that uses none of them pays nothing."""
    values = []
    for field in fields:
        if field.computed is not None:
            relation = definition.relation(field.computed.relation)
            values.append((field.source, field.computed.value, relation.model, relation.link))
    if not values:
        return every_row(definition)
    # A copy: rows that are read stay with the queryset that read them.
    return _of_its_versions(definition, _annotated(definition.model, tuple(values)).all())


@lru_cache(_MODELS_WITH_VALUES)
def _annotated(
    model: type[Model], values: tuple[tuple[str, ComputedValue, type[Model], str], ...]
) -> QuerySet[Any]:
    """Select the rows of a model with values, each its name, its function, and the model and link of its records.

    To write them took two fifths of the time of a scope: they are the same for every visitor who reads the fields, and
    a queryset that is narrowed stays as it is.
    """
    annotations = {
        name: value(records._default_manager.filter(**{link: OuterRef("pk")}))
        for name, value, records, link in values
    }
    rows: QuerySet[Any] = model._default_manager.annotate(**annotations)
    return rows


def granted_rows(
    visitor: Visitor, layer: Layer, definition: LayerDefinition, grants: list[Grant]
) -> tuple[Q, str] | None:
    """Return the filter of the visible rows and a text that identifies it, or None when the layer is hidden."""
    if visitor.is_administrator:
        return Q(), EVERY_ROW
    if layer.state != LayerState.PUBLISHED:
        return None
    if layer.is_open or any(grant.has_every_row for grant in grants):
        return Q(), EVERY_ROW
    filters = row_filters(grants, definition)
    if not filters:
        return None
    return union(filters.values()), "\x1e".join(sorted(filters))
