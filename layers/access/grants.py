"""Read the rights of a visitor: grants in force, their row filters, readers of protected fields, data versions."""

from __future__ import annotations

import datetime as dt
import logging
from bisect import bisect_right
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from django.db.models import Model, Prefetch, Q, QuerySet
from django.db.models.base import ModelState
from django.utils import timezone

from layers import registry
from layers.cache import BoundedCache
from layers.definitions import LayerDefinition
from layers.errors import InvalidFilter, InvalidGeometry
from layers.models import Grant, Layer
from layers.parsing.cql2 import parse_filter
from layers.sql.catalogue import protected_names, table_versions, with_readers_and_versions
from layers.sql.filters import compile_filter
from layers.visitor import Visitor

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


def grants_in_force(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, list[Grant]]:
    """Return the visitor's grants in force, by layer id."""
    by_layer: dict[int, list[Grant]] = {}
    if visitor.groups:
        grants = Grant.objects.granted_to(groups=visitor.groups).in_force(at=visitor.instant)
        for grant in grants.filter(layer__in=layers).order_by("pk"):
            by_layer.setdefault(grant.layer_id, []).append(grant)
    return by_layer


_INSTANTS: BoundedCache[tuple[dt.datetime, ...]] = BoundedCache(4, is_counted=False)


def grants_period(instant: dt.datetime, version: Hashable) -> int:
    """Return how many grants had begun or ended at an instant: the same number, the same grants in force.

    ``version`` is that of the catalogue (``layers.sql.catalogue.page_versions``): the dates are read once for each.
    """

    def read() -> tuple[dt.datetime, ...]:
        rows = Grant.objects.exclude(valid_from=None, valid_until=None).values_list(
            "valid_from", "valid_until"
        )
        return tuple(sorted(at for dates in rows for at in dates if at is not None))

    return bisect_right(_INSTANTS.recall(version, read), instant)


def rights_key(visitor: Visitor, catalogue: Hashable) -> tuple[Hashable, ...]:
    """Return what the rights of a visitor follow from: two with the same key have the same scopes on a day.

    ``catalogue`` is the version of the catalogue, as for ``grants_period``.
    """
    return (
        catalogue,
        grants_period(visitor.instant, catalogue),
        visitor.groups,
        visitor.is_administrator,
        visitor.may_write,
        visitor.portal,
    )


def row_copy(row: Row) -> Row:
    """Return a copy of a row that was read, with the related rows that were read with it.

    ``copy`` does as much through the protocol of pickles, in ten times as long: a page copies forty.
    """
    twin: Row = type(row).__new__(type(row))
    state = ModelState()
    state.adding, state.db = row._state.adding, row._state.db
    state.fields_cache = dict(row._state.fields_cache)
    vars(twin).update(vars(row), _state=state)
    return twin


def row_filters(grants: Iterable[Grant], definition: LayerDefinition) -> dict[str, Q]:
    """Return the row filters of grants, by what identifies them: their text, with the day that they count from."""
    compiled = (_compiled(grant, definition) for grant in grants)
    return dict(each for each in compiled if each is not None)


def row_filter_key(text: str) -> str:
    """Return what identifies a row filter without its layer: its text, with the day where it counts from it."""
    return f"{text} [{timezone.localdate()}]" if _counts_days(text) else text


@lru_cache(1_000)
def _counts_days(text: str) -> bool:
    """Whether a row filter counts days from that of the request; one that cannot be read opens nothing."""
    try:
        return bool(text) and parse_filter(text, parameter="rows").day is not None
    except (InvalidFilter, InvalidGeometry):
        return False


def union(filters: Iterable[Q]) -> Q:
    """Return the rows of any of these filters; of none, no row."""
    rows = Q(pk__in=[])
    for other in filters:
        rows |= other
    return rows


def _compiled(grant: Grant, definition: LayerDefinition) -> tuple[str, Q] | None:
    """Compile a grant's row filter; a filter that no longer fits the layer opens nothing, and is logged."""
    fields = definition.row_fields
    try:
        expression = parse_filter(grant.rows, parameter="rows")
        rows = compile_filter(expression, fields, geometry=definition.geometry_path)
        return expression.identify(grant.rows), rows
    except (InvalidFilter, InvalidGeometry) as error:
        logger.error("grant %s: row filter refused: %s", grant.pk, error)
        return None


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
    """Read the rights on several layers, in one query for each kind of row."""
    return RightsLookup(
        grants_in_force(visitor, layers), _protected_readers(layers), data_versions(definitions)
    )


def layers_and_rights(
    visitor: Visitor, layers: QuerySet[Layer], definitions: Iterable[LayerDefinition]
) -> tuple[list[Layer], RightsLookup]:
    """Read layers and the rights on them: one statement, and one of the grants."""
    tables = {definition.slug: registry.tables_of(definition) for definition in definitions}
    rows, versions = with_readers_and_versions(layers, {name for names in tables.values() for name in names})
    readers_by_layer = {row.pk: readers_of(row.protected_lines or ()) for row in rows}
    return rows, RightsLookup(grants_in_force(visitor, rows), readers_by_layer, _sums(tables, versions))


def data_versions(definitions: Iterable[LayerDefinition]) -> dict[str, int]:
    """Return the data version of several layers, by slug."""
    tables = {definition.slug: registry.tables_of(definition) for definition in definitions}
    return _sums(tables, table_versions({name for names in tables.values() for name in names}))


def _sums(tables: Mapping[str, Iterable[str]], versions: Mapping[str, int]) -> dict[str, int]:
    return {slug: sum(versions.get(name, 0) for name in names) for slug, names in tables.items()}


def _protected_readers(layers: Iterable[Layer]) -> dict[int, Readers]:
    """Return the reader groups of protected fields and relations, by layer id and name."""
    by_layer: dict[int, list[tuple[str, int | None]]] = {}
    for layer_id, name, group_id in protected_names(layer.pk for layer in layers):
        by_layer.setdefault(layer_id, []).append((name, group_id))
    return {layer_id: readers_of(lines) for layer_id, lines in by_layer.items()}


def readers_of(lines: Iterable[tuple[str, int | None]]) -> Readers:
    """Return the groups that read each protected part of a layer; the group is None where there is none."""
    by_name: dict[str, frozenset[int]] = {}
    for name, group_id in lines:
        by_name[name] = by_name.get(name, frozenset()) | ({group_id} if group_id is not None else set())
    return by_name


def with_readers(visitor: Visitor, layers: QuerySet[Layer]) -> QuerySet[Layer]:
    """Read layers with the grants in force, all at once, for ``readers``."""
    grants = Grant.objects.in_force(at=visitor.instant).select_related("group").order_by("group__name")
    return layers.prefetch_related(Prefetch("grants", grants, to_attr="grants_in_force"))


def readers(layer: Layer) -> dict[str, tuple[str, ...]]:
    """Return the names of the groups that see a layer read ``with_readers``, each with the filters of its rows.

    A group without filters sees every row.
    """
    filters: dict[str, list[str]] = {}
    every_row: set[str] = set()
    grants: list[Grant] = layer.grants_in_force  # type: ignore[attr-defined]  # the attribute of the prefetch
    for grant in grants:
        filters.setdefault(grant.group.name, []).append(grant.rows)
        if grant.has_every_row:
            every_row.add(grant.group.name)
    return {name: () if name in every_row else tuple(rows) for name, rows in filters.items()}
