"""Read the rights of a visitor: grants in force, their row filters, readers of protected fields, data versions."""

from __future__ import annotations

import datetime as dt
import logging
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any, TypeVar

from django.contrib.auth.models import Group
from django.db.models import BigIntegerField, F, Model, Prefetch, Q, QuerySet
from django.db.models.base import ModelState
from django.db.models.functions import Coalesce
from django.utils import timezone

from layers import registry
from layers.cache import BoundedCache
from layers.definitions import LayerDefinition
from layers.errors import InvalidFilter, InvalidGeometry
from layers.models import AccessGrantQuerySet, Grant, GrantQuerySet, Layer
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.implication import commune_codes, conjunct_nodes
from layers.sql.catalogue import (
    PageVersions,
    granted_rows,
    protected_names,
    table_versions,
    with_readers_and_versions,
)
from layers.sql.filters import compile_filter
from layers.sql.spatial import near_communes
from layers.visitor import Visitor

logger = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Model)


def reader_of(visitor: Visitor, layer: Layer) -> Visitor:
    """Return by whose rights a visitor reads a layer: those of the author of their link, on its layers; else their own.

    A layer that forbids links, or is sensitive, is read by no link.
    """
    link = visitor.link
    if link is None or layer.slug not in link.layers or not layer.allows_links or layer.is_sensitive:
        return visitor
    return link.author


def grants_in_force(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, list[Grant]]:
    """Return the grants in force of a visitor's groups and of their account, by layer id: one statement at most.

    A grant on a theme stands under each of its layers.
    """
    if visitor.link is not None:
        layers = [layer for layer in layers if reader_of(visitor, layer) is visitor.link.author]
        visitor = visitor.link.author
    by_layer: dict[int, list[Grant]] = {}
    if visitor.groups or visitor.user_id is not None:
        if isinstance(layers, QuerySet):
            rows = (
                with_layers(own_grants(visitor)).filter(granted_layer__in=layers.values("pk")).order_by("pk")
            )
            granted = [(grant.granted_layer, grant) for grant in rows]
        else:
            granted = _granted(visitor, [layer.pk for layer in layers])
        for layer_id, grant in granted:
            by_layer.setdefault(layer_id, []).append(grant)
    return by_layer


def _granted(visitor: Visitor, layer_ids: Sequence[int]) -> list[tuple[int, Grant]]:
    """Return the grants in force of a visitor on some layers, each with the layer that it opens, without the ORM."""
    if not layer_ids:
        return []
    columns = [field.attname for field in Grant._meta.concrete_fields]
    rows = granted_rows(
        columns, groups=visitor.groups, person=visitor.user_id, at=visitor.instant, layer_ids=layer_ids
    )
    return [(layer_id, Grant.from_db("default", columns, values)) for *values, layer_id in rows]


def own_grants(visitor: Visitor) -> GrantQuerySet:
    """Select the grants in force of a visitor's groups and of their account."""
    grants = Grant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    return grants.in_force(at=visitor.instant)


def own_ends(visitor: Visitor, *, before: dt.datetime) -> set[dt.datetime]:
    """Return the instants, up to one, at which grants in force of a visitor's groups and of their account end."""
    if visitor.is_administrator or (not visitor.groups and visitor.user_id is None):
        return set()
    return set(own_grants(visitor).filter(valid_until__lte=before).values_list("valid_until", flat=True))


def ended_grants(visitor: Visitor, *, since: dt.datetime) -> dict[int, dt.datetime]:
    """Return when a visitor's latest grant on each layer ended, by layer id: one statement.

    Of the grants of their groups of now and of their account that ended since an instant. The caller shows those of
    layers that exist for the visitor.
    """
    if visitor.is_administrator or (not visitor.groups and visitor.user_id is None):
        return {}
    grants = Grant.objects.granted_to(groups=visitor.groups, person=visitor.user_id)
    grants = grants.filter(valid_until__gt=since, valid_until__lte=visitor.instant)
    rows = with_layers(grants).order_by("valid_until").values_list("granted_layer", "valid_until")
    return {layer_id: at for layer_id, at in rows if layer_id is not None}


def authors_of_end(visitor: Visitor, *, at: dt.datetime) -> set[int]:
    """Return the ids of the accounts that gave a visitor the grants that end at an instant."""
    return set(own_grants(visitor).filter(valid_until=at).values_list("author", flat=True)) - {None}


def with_layers(grants: QuerySet[Any]) -> QuerySet[Any]:
    """Read grants once for each layer that they open: ``granted_layer`` is its id, None for a theme without layers."""
    layer = Coalesce("layer_id", "theme__layers__id", output_field=BigIntegerField())
    annotated: QuerySet[Any] = grants.annotate(granted_layer=layer)
    return annotated


def reader_families(visitor: Visitor) -> frozenset[str]:
    """Return the families of the counters of what is granted to a visitor, and to the author of their link."""
    holders = _holders(visitor)
    of_persons = {f"person {each.user_id}" for each in holders if each.user_id is not None}
    return frozenset(of_persons.union(f"group {group}" for each in holders for group in each.groups))


def _holders(visitor: Visitor) -> tuple[Visitor, ...]:
    """Return those whose grants a visitor reads by."""
    return (visitor,) if visitor.link is None else (visitor, visitor.link.author)


class GrantPeriods:
    """How many grants of a visitor had begun or ended at an instant: the same number, the same grants in force.

    ``grants`` are those of one kind. Their dates are read once for each version of what is granted to the visitor.
    """

    def __init__(self, grants: Callable[[], AccessGrantQuerySet]) -> None:
        self._grants = grants
        self._dates: BoundedCache[tuple[dt.datetime, ...]] = BoundedCache(500, is_counted=False)

    def number(self, visitor: Visitor, versions: PageVersions) -> int:
        """Return the number of the period; ``versions`` have the counters of ``reader_families``."""
        counters = versions.reader_counters(reader_families(visitor))
        if not counters:
            return 0
        key = (versions.counters(()), counters)
        return bisect_right(self._dates.recall(key, lambda: self._read(visitor)), visitor.instant)

    def _read(self, visitor: Visitor) -> tuple[dt.datetime, ...]:
        """Return the instants when grants begin or end, in order."""
        dated = self._grants().exclude(valid_from=None, valid_until=None).order_by()
        own = (dated.granted_to(groups=each.groups, person=each.user_id) for each in _holders(visitor))
        rows = (row for grants in own for row in grants.values_list("valid_from", "valid_until"))
        return tuple(sorted(at for dates in rows for at in dates if at is not None))


_PERIODS = GrantPeriods(Grant.objects.all)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a visitor has on a layer by one grant in force: by which group, on which rows, what for, until when.

    ``rows`` is CQL2 text, empty for every row, whose communes ``margin_m`` widens by metres; ``written_fields`` are the
    only fields that it lets write, empty for all; ``valid_until`` is an aware instant, excluded.
    """

    group: str
    rows: str
    margin_m: int
    can_download: bool
    can_add: bool
    can_change_own: bool
    can_change: bool
    can_delete: bool
    can_approve: bool
    written_fields: tuple[str, ...]
    valid_until: dt.datetime | None


def origins(visitor: Visitor, layers: Iterable[Layer]) -> dict[int, tuple[Origin, ...]]:
    """Return where a visitor's rights on some layers come from, by layer id; an administrator needs none."""
    by_layer = {} if visitor.is_administrator else grants_in_force(visitor, layers)
    group_ids = {grant.group_id for grants in by_layer.values() for grant in grants if grant.group_id}
    names = {group.pk: group.name for group in Group.objects.filter(pk__in=group_ids)}
    return {
        layer_id: tuple(
            Origin(
                names.get(grant.group_id or 0, ""),
                grant.rows.strip(),
                grant.margin_m,
                grant.can_download,
                grant.can_add,
                grant.can_change_own,
                grant.can_change,
                grant.can_delete,
                grant.can_approve,
                tuple(grant.written_fields),
                grant.valid_until,
            )
            for grant in grants
        )
        for layer_id, grants in by_layer.items()
    }


def grants_version(visitor: Visitor, versions: PageVersions) -> tuple[Hashable, ...]:
    """Return what changes with the grants in force of a visitor, on layers and themes, and with no others.

    ``versions`` have the counters of ``reader_families``. Of two visitors without a grant of their own it is the same.
    """
    counters = versions.reader_counters(reader_families(visitor))
    return (counters, _PERIODS.number(visitor, versions))


def rights_key(visitor: Visitor, versions: PageVersions) -> tuple[Hashable, ...]:
    """Return what the rights of a visitor follow from: two with the same key have the same scopes on a day.

    ``versions`` are as for ``grants_version``.
    """
    return (
        versions.counters({"catalogue"}),
        grants_version(visitor, versions),
        visitor.groups,
        visitor.is_administrator,
        visitor.may_write,
        visitor.portal,
        visitor.plan and visitor.plan.versions,
        visitor.link and visitor.link.key,
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


def row_filter_key(text: str, margin_m: int = 0) -> str:
    """Return what identifies a row filter without its layer: text, margin, and the day where it counts from it."""
    return _with_margin(f"{text} [{timezone.localdate()}]" if _counts_days(text) else text, margin_m)


def _with_margin(text: str, margin_m: int) -> str:
    return f"{text} [{margin_m} m]" if margin_m else text


@lru_cache(1_000)
def _counts_days(text: str) -> bool:
    """Whether a row filter counts days from that of the request; one that cannot be read opens nothing."""
    try:
        return bool(text) and parse_filter(text, parameter="rows").day is not None
    except (InvalidFilter, InvalidGeometry):
        return False


def fitting(grants: Iterable[Grant], definition: LayerDefinition) -> list[Grant]:
    """Return the grants that open something of a layer: without those of a theme whose row filter does not fit it."""
    return [
        grant
        for grant in grants
        if grant.theme_id is None or grant.has_every_row or _compiled(grant, definition) is not None
    ]


def union(filters: Iterable[Q]) -> Q:
    """Return the rows of any of these filters; of none, no row."""
    rows = Q(pk__in=[])
    for other in filters:
        rows |= other
    return rows


# A condition weighs some ten times its text.
_FILTERS: BoundedCache[tuple[str, Q]] = BoundedCache(5_000, weigh=lambda value: 500 + 10 * len(value[0]))


def _compiled(grant: Grant, definition: LayerDefinition) -> tuple[str, Q] | None:
    """Compile a grant's row filter; a filter that no longer fits the layer opens nothing, and is logged."""
    row_key = (grant.rows, grant.margin_m)
    key = (*row_key, definition.slug, definition.revision, definition.model, timezone.localdate())
    try:
        return _FILTERS.recall(key, partial(_compile, *row_key, definition))
    except (InvalidFilter, InvalidGeometry) as error:
        if grant.theme_id is not None:
            return None  # a filter of a theme opens the layers that it fits
        logger.error("grant %s: row filter refused: %s", grant.pk, error)
        return None


def _compile(text: str, margin_m: int, definition: LayerDefinition) -> tuple[str, Q]:
    """Return what identifies a row filter, and its condition.

    Raises:
        InvalidFilter, InvalidGeometry: it does not fit the layer.
    """
    expression = parse_filter(text, parameter="rows")
    geometry = definition.geometry_path
    rows = compile_filter(expression, definition.row_fields, geometry=geometry)
    if margin_m and geometry:  # rows without geometry are of their commune alone
        rows = Q()
        for node in conjunct_nodes(expression.tree):
            part = replace(expression, tree=node)
            codes = commune_codes(node)
            rows &= (
                Q(near_communes(F(geometry), codes, margin_m))
                if codes
                else compile_filter(part, definition.row_fields, geometry=geometry)
            )
    return _with_margin(expression.identify(text), margin_m), rows


Readers = Mapping[str, frozenset[int]]


@dataclass(frozen=True, slots=True)
class RightsLookup:
    """What was read of several layers at once: grants and readers of protected parts by layer id, versions by slug."""

    grants: Mapping[int, list[Grant]]
    readers: Mapping[int, Readers]
    versions: Mapping[str, int]


def rights_lookup(
    visitor: Visitor,
    layers: Sequence[Layer],
    definitions: Iterable[LayerDefinition],
    versions: Mapping[str, int] | None = None,
) -> RightsLookup:
    """Read the rights on several layers, in one query for each kind of row.

    ``versions`` are those of the tables, where they were read already.
    """
    tables = {definition.slug: registry.tables_of(definition) for definition in definitions}
    if versions is None:
        versions = table_versions({name for names in tables.values() for name in names})
    return RightsLookup(grants_in_force(visitor, layers), _protected_readers(layers), _sums(tables, versions))


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
    """Read layers with the grants in force, of their theme too, all at once, for ``readers``."""
    grants = Grant.objects.in_force(at=visitor.instant).select_related("group", "person")
    ordered = grants.order_by("group__name", "person__username")
    return layers.prefetch_related(
        Prefetch("grants", ordered, to_attr="grants_in_force"),
        Prefetch("theme__grants", ordered, to_attr="theme_grants_in_force"),
    )


def readers(layer: Layer) -> dict[str, tuple[str, ...]]:
    """Return the names of the groups and persons that see a layer read ``with_readers``, with the filters of its rows.

    A reader without filters sees every row.
    """
    filters: dict[str, list[str]] = {}
    every_row: set[str] = set()
    own: list[Grant] = layer.grants_in_force  # type: ignore[attr-defined]  # the attribute of the prefetch
    of_theme: list[Grant] = layer.theme.theme_grants_in_force  # type: ignore[attr-defined]  # same
    for grant in (*own, *of_theme):
        filters.setdefault(str(grant.recipient), []).append(grant.rows)
        if grant.has_every_row:
            every_row.add(str(grant.recipient))
    return {name: () if name in every_row else tuple(rows) for name, rows in filters.items()}
