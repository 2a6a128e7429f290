"""The grants of a visitor, and their row filters: what the rest of the door is decided by."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.db.models import Q

from layers.definitions import LayerDefinition
from layers.errors import InvalidFilter, InvalidGeometry
from layers.models import Grant, Layer
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.visitor import Visitor

logger = logging.getLogger(__name__)


def grants_in_force(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, list[Grant]]:
    """Return the visitor's grants in force, by layer id."""
    by_layer: dict[int, list[Grant]] = {}
    if visitor.groups:
        held = Grant.objects.held_by(groups=visitor.groups).in_force(at=visitor.instant)
        for grant in held.filter(layer__in=layers).order_by("pk"):
            by_layer.setdefault(grant.layer_id, []).append(grant)
    return by_layer


def row_filters(grants: Iterable[Grant], definition: LayerDefinition) -> dict[str, Q]:
    """Return the row filters of grants, by their text."""
    return {grant.rows: rows for grant in grants if (rows := _compiled(grant, definition)) is not None}


def union(filters: Iterable[Q]) -> Q:
    """Return the rows of any of these filters; of none, no row."""
    rows = Q(pk__in=[])
    for other in filters:
        rows |= other
    return rows


def _compiled(grant: Grant, definition: LayerDefinition) -> Q | None:
    """Compile a grant's row filter; a filter that no longer fits the layer opens nothing, and is logged."""
    fields = definition.row_fields
    try:
        expression = parse_filter(grant.rows, parameter="rows")
        return compile_filter(expression, fields, geometry=definition.geometry_path)
    except (InvalidFilter, InvalidGeometry) as error:
        logger.error("grant %s: row filter refused: %s", grant.pk, error)
        return None
