"""Who reads a layer: scopes of many visitors and counts of many filters at once.

The number of statements grows neither with the visitors nor with the filters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Count, F, Q, Value
from django.db.models.fields import CharField

from layers import registry
from layers.access.grants import (
    RightsLookup,
    fitting,
    readers_of,
    row_filters,
    union,
    with_layers,
)
from layers.access.layer_scopes import Scope, layer_scope
from layers.access.moderated_rows import account_key
from layers.access.row_conditions import every_row
from layers.definitions import COMMUNE_COLUMN
from layers.errors import UnknownLayer
from layers.models import Grant, Layer
from layers.sql.limits import time_limit
from layers.visitor import Visitor


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows of a layer a filter matches, in all and by the code of their commune, empty for none."""

    total: int
    by_commune: Mapping[str, int]


def scopes_of_visitors(slug: str, visitors: Sequence[Visitor]) -> list[Scope | None]:
    """Return the scope that ``scope`` gives each of several visitors of one instant; None where it refuses.

    Raises:
        UnknownLayer: no such layer.
    """
    located = registry.locate([slug]).get(slug)
    if located is None:
        raise UnknownLayer(slug)
    layer, readers = located.layer, readers_of(located.readers)
    protecting = frozenset[int]().union(*readers.values())
    # Visitors with the same grants, and the same groups that read protected fields, have the same rights.
    built: dict[object, Scope | None] = {}
    scopes = []
    for visitor, own in zip(visitors, _grants_of_visitors(layer, visitors), strict=True):
        key = (
            visitor.is_administrator,
            visitor.may_write,
            visitor.portal,
            visitor.groups & protecting,
            frozenset(grant.pk for grant in own),
            account_key(visitor, [located.definition]),
        )
        if key not in built:
            lookup = RightsLookup({layer.pk: own}, {layer.pk: readers}, {slug: located.version})
            built[key] = layer_scope(visitor, layer, located.definition, lookup)
        match = built[key]
        scopes.append(match and replace(match, visitor=visitor))
    return scopes


def grants_of_visitors(slug: str, visitors: Sequence[Visitor]) -> list[list[Grant]]:
    """Return the grants in force of each of several visitors of one instant on a layer: those that fit it.

    Raises:
        UnknownLayer: no such layer.
    """
    located = registry.locate([slug]).get(slug)
    if located is None:
        raise UnknownLayer(slug)
    return [fitting(own, located.definition) for own in _grants_of_visitors(located.layer, visitors)]


def _grants_of_visitors(layer: Layer, visitors: Sequence[Visitor]) -> list[list[Grant]]:
    """Return the grants in force of each visitor on a layer, or on its theme, read in one statement."""
    every = Grant.objects.in_force(at=visitors[0].instant) if visitors else Grant.objects.none()
    grants = list(with_layers(every).filter(granted_layer=layer.pk).order_by("pk"))
    of_groups, of_persons = _positions(grants, "group_id"), _positions(grants, "person_id")
    granted = []
    for visitor in visitors:
        positions = set(of_persons.get(visitor.user_id, ()))
        for group in visitor.groups & of_groups.keys():
            positions.update(of_groups[group])
        granted.append([grants[position] for position in sorted(positions)])
    return granted


def row_counts(scope: Scope, conditions: Sequence[Q]) -> list[RowCount]:
    """Count the rows of a scope that match each condition, in one statement.

    Raises:
        TooSlow, TooCostly, Busy: the rows cannot be counted now.
    """
    rows = every_row(scope.definition).filter(pk__in=scope.queryset.order_by().values("pk"))
    if scope.has_every_row and not scope.visitor.portal:
        rows = every_row(scope.definition)
    has_commune = any(column.attname == COMMUNE_COLUMN for column in scope.definition.model._meta.fields)
    place = F(COMMUNE_COLUMN) if has_commune else Value(None, output_field=CharField())
    counts = {f"n{at}": Count("pk", filter=condition) for at, condition in enumerate(conditions)}
    with time_limit("aggregate"):
        lines = list(rows.order_by().values(place=place).annotate(**counts)) if counts else []
    totals: list[Counter[str]] = [Counter() for _condition in conditions]
    for line in lines:
        for at, counter in enumerate(totals):
            counter[line["place"] or ""] += line[f"n{at}"]
    return [RowCount(sum(counter.values()), {k: n for k, n in counter.items() if n}) for counter in totals]


def rows_of_grants(scope: Scope, grants: Iterable[Grant]) -> Q:
    """Return the condition of the rows that grants open together: of one that no longer fits the layer, none."""
    opened = list(grants)
    if any(grant.has_every_row for grant in opened):
        return Q()
    return union(row_filters(opened, scope.definition).values())


def changed_rows(scope: Scope, grants: Iterable[Grant]) -> Q:
    """Return the condition of the rows that grants let change, whoever wrote them: rows of one's own are not in it."""
    return rows_of_grants(scope, [grant for grant in grants if grant.can_change])


def _positions(grants: Sequence[Grant], column: str) -> dict[int | None, list[int]]:
    """Return where the grants of each group, or of each person, are in a list, by the id in a column."""
    positions: dict[int | None, list[int]] = {}
    for position, grant in enumerate(grants):
        if (recipient := getattr(grant, column)) is not None:
            positions.setdefault(recipient, []).append(position)
    return positions
