"""The scope of one layer: what a visitor may know of it and do there, by the rights that were read.

Upper layers narrow a scope, or join it with that of another layer; nothing widens it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet

from layers import registry
from layers.access.grants import (
    Readers,
    RightsLookup,
    data_versions,
    fitting,
    grants_in_force,
    reader_of,
    rights_lookup,
)
from layers.access.moderated_rows import EVERY_ROW, PUBLIC_ROWS, approved_rows, public_states, readable_rows
from layers.access.partial_styles import ReadRows, of_read_rows
from layers.access.protection import has_protection, is_readable, protections
from layers.access.rights import rights_by
from layers.access.row_conditions import granted_rows, in_commune, rows_with_computed, with_part_in
from layers.cache import BoundedCache
from layers.definitions import ID, Field, LayerDefinition, Relation
from layers.models import Grant, Layer
from layers.styles.definitions import Style
from layers.styles.documents import read_style
from layers.visitor import Visitor
from layers.vocabulary import LayerState, WriteRight

logger = logging.getLogger(__name__)
_NO_CONDITION = Q()
_styles: BoundedCache[Style] = BoundedCache(500)


def _styled(style: Style, document: str) -> Style:
    """Return a style changed by a JSON document; cached, since a tile reads it several times."""
    return _styles.recall((style, document), lambda: read_style(style, json.loads(document)))


@dataclass(frozen=True, slots=True)
class Scope:
    """What a visitor may know of a layer: narrowed rows, readable fields and relations, rights.

    ``is_public``: everybody gets the same answer, which shared caches and other sites may store. ``key`` identifies
    the set of permissions, not the person: two visitors with the same key get the same answers, so it may take part
    in a shared cache key. ``visitor`` is the owner of the scope; a query about another layer needs a scope of that
    layer. ``version`` grows with every write to the layer, its related records or the boundaries; it is read with the
    rights, before any feature, so that an answer may be newer than its ETag and never older. After a write, ask for
    the scope again. ``can_load`` and ``can_publish`` are about every row at once: see ``LayerRights``. Without
    ``can_read_rows`` the rows may be counted and measured, not read. Without ``has_every_row`` other rows of the layer
    are hidden from the visitor; a commune's portal hides none, it shows a part. ``can_change`` is true of who may
    change some rows, with ``changes_own_alone`` no other than those they wrote; so for ``deletes_own_alone``.
    ``adds_every_row`` is true of who may add any row, ``changes_every_row`` and ``deletes_every_row`` of who may change
    or delete each row of ``queryset``, every field of it. ``written_fields`` are the most that they may write of some
    row, None for all that they read; with ``limits_fields`` it depends on the row (``layers.access.row_access``).
    ``granted`` is the condition of the visitor's rows, whatever the portal. ``rows_key`` identifies the rows of
    ``queryset`` alone, whatever is read of them. ``timeless_key`` is the key without the day that the answer depends
    on, where it does. ``joined_definitions`` are those of the other layers that its version counts too.
    """

    visitor: Visitor
    layer: Layer
    definition: LayerDefinition
    queryset: QuerySet[Any]
    fields: tuple[Field, ...]
    relations: tuple[Relation, ...]
    can_download: bool
    can_add: bool
    can_change: bool
    can_delete: bool
    can_approve: bool
    can_load: bool
    can_publish: bool
    is_public: bool
    key: str
    rows_key: str
    version: int
    has_every_row: bool
    can_read_rows: bool = True
    adds_every_row: bool = False
    changes_every_row: bool = False
    deletes_every_row: bool = False
    changes_own_alone: bool = False
    deletes_own_alone: bool = False
    written_fields: frozenset[str] | None = None
    limits_fields: bool = False
    granted: Q = _NO_CONDITION
    timeless_key: str = ""
    joined_definitions: tuple[LayerDefinition, ...] = ()
    # What was computed of the other attributes, which a page reads hundreds of times.
    _computed: dict[str, Any] = dataclass_field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def plan_parameters(self) -> dict[str, list[str]]:
        """The day of plans as a parameter, where the rows are those of another day than today; else nothing."""
        dated = self.definition.dated
        return self.visitor.plan_parameters if dated is not None and dated.versions else {}

    @property
    def tables(self) -> frozenset[str]:
        """The tables whose versions add up to ``version``."""
        definitions = (self.definition, *self.joined_definitions)
        return frozenset().union(*(registry.tables_of(definition) for definition in definitions))

    @property
    def write_rights(self) -> tuple[object, ...]:
        """What the visitor may do beside reading: two scopes of one key differ by it."""
        return (
            self.can_download,
            self.can_add,
            self.can_change,
            self.changes_own_alone,
            self.can_delete,
            self.deletes_own_alone,
            self.can_approve,
            self.written_fields,
        )

    def has_right(self, right: WriteRight) -> bool:
        """Whether the visitor has a right on some row of the layer."""
        return {
            WriteRight.ADD: self.can_add,
            WriteRight.CHANGE: self.can_change,
            WriteRight.DELETE: self.can_delete,
        }[right]

    def has_right_everywhere(self, right: WriteRight) -> bool:
        """Whether the visitor has a right on every row of the layer, and on every field that they read."""
        return {
            WriteRight.ADD: self.adds_every_row,
            WriteRight.CHANGE: self.changes_every_row,
            WriteRight.DELETE: self.deletes_every_row,
        }[right]

    @property
    def rights_key(self) -> str:
        """The key of the rights alone, whatever day the answer depends on."""
        return self.timeless_key or self.key

    @property
    def slug(self) -> str:
        """The layer's identifier."""
        return self.definition.slug

    @property
    def style(self) -> Style:
        """How the layer is drawn for the visitor: nothing of a field that they do not read, nor of hidden rows."""
        if "style" not in self._computed:
            self._computed["style"] = self._style()
        style: Style = self._computed["style"]
        return style

    def _style(self) -> Style:
        written = self.definition.style
        if self.layer.style:
            try:
                written = _styled(written, json.dumps(self.layer.style))
            except ValueError as error:
                logger.error("layer %s: style refused: %s", self.slug, error)
        style = written.readable(self.filterable)
        if self.has_every_row:
            return style
        rows = ReadRows(self.queryset, (self.key, self.version))
        return of_read_rows(style, self.filterable, rows)

    @property
    def measured_rows(self) -> QuerySet[Any]:
        """The rows of which the part in the portal's commune is measured: those of ``queryset``, and slivers."""
        if not (self.visitor.portal and self.definition.has_commune_shares):
            return self.queryset
        part = with_part_in(self.definition, self.visitor.portal)
        return rows_with_computed(self.definition, self.fields).filter(self.granted).filter(part)

    @property
    def is_open(self) -> bool:
        """Whether the layer is open data."""
        return self.layer.is_open

    @property
    def filterable(self) -> dict[str, Field]:
        """Fields that may be filtered and sorted on, by name: the readable ones and the id."""
        if "filterable" not in self._computed:
            self._computed["filterable"] = {ID.name: ID} | {each.name: each for each in self.fields}
        fields: dict[str, Field] = self._computed["filterable"]
        return fields

    @property
    def readable_names(self) -> frozenset[str]:
        """The names of the fields and relations that the visitor reads."""
        return frozenset(part.name for part in self.parts)

    @property
    def parts(self) -> tuple[Field | Relation, ...]:
        """The fields and relations that the visitor reads."""
        return (*self.fields, *self.relations)

    @property
    def time_field(self) -> Field | None:
        """The field that dates the features: None for a layer without one, and for a visitor who does not read it."""
        return self.filterable.get(self.definition.time_field)

    @property
    def event_field(self) -> Field | None:
        """The date that the map shows in time: the one that matters to people, else the one that dates the features."""
        return self.filterable.get(self.definition.event_field) or self.time_field


def layer_scope(
    visitor: Visitor, layer: Layer, definition: LayerDefinition, lookup: RightsLookup
) -> Scope | None:
    """Return the scope of a layer by the rights that were read; None where it is hidden.

    Of a layer with versions in time it is that of the day of the visitor: the rows differ, and no right does.
    """
    if is_dated := visitor.plan is not None and bool(visitor.plan.versions) and definition.dated is not None:
        definition = definition.of_versions(visitor.plan.versions)
    grants, readers = lookup.grants.get(layer.pk, []), lookup.readers.get(layer.pk, {})
    reader, grants = reader_of(visitor, layer), fitting(grants, definition)
    opened = frozenset(name for grant in grants for name in grant.fields)
    rows = granted_rows(reader, layer, definition, grants)
    if rows is None:
        return None
    condition, row_key = readable_rows(rows, visitor, definition, grants if reader is visitor else ())
    closed = frozenset(layer.sensitive_fields) if reader is not visitor else frozenset()
    fields, relations = definition.fields, definition.relations
    if closed or has_protection(definition, readers):
        reads = partial(is_readable, reader, definition, readers=readers, opened=opened)
        fields = tuple(part for part in fields if part.name not in closed and reads(part))
        relations = tuple(part for part in relations if part.name not in closed and reads(part))
    names = [*(field.name for field in fields), *(relation.name for relation in relations)]
    queryset = _rows_of(definition, fields, condition, row_key)
    if visitor.portal:
        queryset = queryset.filter(in_commune(definition, visitor.portal))
    is_administrator, rights = reader.is_administrator, rights_by(reader, grants)
    changes_all = any(grant.can_change for grant in grants)
    changes_own = any(grant.can_change_own for grant in grants)
    return Scope(
        visitor=visitor,
        layer=layer,
        definition=definition,
        queryset=queryset,
        fields=fields,
        relations=relations,
        can_download=is_administrator or layer.is_open or any(grant.can_download for grant in grants),
        can_add=visitor.may_write and (is_administrator or any(grant.can_add for grant in grants)),
        can_change=visitor.may_write and (is_administrator or changes_all or changes_own),
        can_delete=visitor.may_write and (is_administrator or any(grant.can_delete for grant in grants)),
        can_approve=visitor.may_write and (is_administrator or any(grant.can_approve for grant in grants)),
        can_load=rights.can_load,
        can_publish=rights.can_publish,
        is_public=_is_public(layer, definition, readers, names)
        and row_key == (EVERY_ROW if definition.moderation is None else PUBLIC_ROWS),
        key=scope_key(layer.slug, definition.revision, row_key, visitor.portal, *names, *_suppression(layer)),
        rows_key=scope_key(layer.slug, definition.revision, row_key, visitor.portal),
        version=data_versions([definition])[layer.slug] if is_dated else lookup.versions[layer.slug],
        has_every_row=row_key == EVERY_ROW,
        adds_every_row=visitor.may_write and rights.adds_every_row,
        changes_every_row=visitor.may_write and rights.changes_every_row,
        deletes_every_row=visitor.may_write and rights.deletes_every_row,
        changes_own_alone=changes_own and not (changes_all or is_administrator),
        deletes_own_alone=not is_administrator
        and any(grant.can_delete for grant in grants)
        and not any(grant.can_delete and grant.can_change for grant in grants),
        written_fields=None if is_administrator else _written_fields(grants),
        limits_fields=not is_administrator and any(grant.written_fields for grant in grants if grant.writes),
        granted=condition,
    )


# A condition is written into a statement in longer than it takes to copy the statement.
_conditioned: BoundedCache[QuerySet[Any]] = BoundedCache(2_000, is_counted=False)


def _rows_of(
    definition: LayerDefinition, fields: Sequence[Field], condition: Q, row_key: str
) -> QuerySet[Any]:
    """Select rows under a condition, which ``row_key`` identifies, with the computed values of some fields."""
    if not condition:  # an empty one costs as much as another
        return rows_with_computed(definition, fields)
    versions = definition.dated and tuple(definition.dated.versions)
    computed = tuple(field.name for field in fields if field.computed is not None)
    key = (definition.model, definition.slug, definition.revision, versions, computed, row_key)
    return _conditioned.recall(key, lambda: rows_with_computed(definition, fields).filter(condition)).all()


def _written_fields(grants: Iterable[Grant]) -> frozenset[str] | None:
    """Return the fields that some grant lets write; None where one names none, which is all that is read."""
    limits = [frozenset(grant.written_fields) for grant in grants if grant.writes]
    return frozenset().union(*limits) if limits and all(limits) else None


def _is_public(layer: Layer, definition: LayerDefinition, readers: Readers, names: Sequence[str]) -> bool:
    """Whether the public gets the same fields: only then may everybody share a cached answer."""
    if not layer.is_open or layer.state != LayerState.PUBLISHED:
        return False
    parts: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    if not has_protection(definition, readers):
        return len(names) == len(parts)
    return len(names) == sum(not protections(definition, part, readers) for part in parts)


def _suppression(layer: Layer) -> tuple[str, ...]:
    """Return the part of a scope's key that stands for the suppression of small counts."""
    return (f"smallest {layer.smallest_count}",) if layer.smallest_count else ()


def scope_key(*parts: str) -> str:
    """Return the digest, of 80 bits, of what an answer depends on: in hexadecimal."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def joined(first: Scope, extra: Iterable[Scope]) -> Scope:
    """Return ``first`` as the scope of an answer that depends on others too: as private as the most private.

    Its version is that of all of them.
    """
    extra_scopes = list(extra)
    if not extra_scopes:
        return first
    all_scopes = (first, *extra_scopes)
    is_dated = any(each.timeless_key for each in all_scopes)
    return replace(
        first,
        is_public=all(each.is_public for each in all_scopes),
        key=scope_key(*(each.key for each in all_scopes)),
        timeless_key=scope_key(*(each.rights_key for each in all_scopes)) if is_dated else "",
        version=first.version + sum(other.version for other in extra_scopes),
        joined_definitions=tuple(
            definition
            for each in all_scopes
            for definition in (*each.joined_definitions, *((each.definition,) if each is not first else ()))
        ),
    )


def on_day(scope: Scope, day: dt.date | None) -> Scope:
    """Return the scope of an answer that depends on the day of its request; the same one without a day."""
    if day is None:
        return scope
    return replace(scope, key=scope_key(scope.key, day.isoformat()), timeless_key=scope.rights_key)


def hidden_like(version: Scope, online: Scope) -> Scope:
    """Return the scope of a version without the fields that its visitor does not read of what is online.

    Neither an older schema nor the next one shows what a protection hides.
    """
    hidden = online.definition.by_name.keys() - {item.name for item in online.fields}
    fields = tuple(item for item in version.fields if item.name not in hidden)
    return replace(joined(version, [online]), fields=fields)


def approvable(scope: Scope) -> QuerySet[Any]:
    """Return the rows of a scope that its visitor approves: those of the grants that do, no other."""
    if not scope.can_approve:
        return scope.queryset.none()
    grants = grants_in_force(scope.visitor, [scope.layer]).get(scope.layer.pk, [])
    return approved_rows(scope.queryset, scope.visitor, scope.definition, fitting(grants, scope.definition))


def public_rows(scope: Scope) -> QuerySet[Any]:
    """Return the rows of a scope in a public state: all of them where nobody moderates the layer."""
    condition = public_states(scope.definition)
    return scope.queryset.filter(condition) if condition else scope.queryset


def protected_names(scope: Scope) -> frozenset[str]:
    """Return the fields and relations of a layer that only some groups read, whoever the visitor is."""
    layer, definition = scope.layer, scope.definition
    readers = rights_lookup(scope.visitor, [layer], [definition]).readers.get(layer.pk, {})
    parts: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    return frozenset(part.name for part in parts if protections(definition, part, readers))
