"""Scopes: who sees which rows, fields and relations of a layer or of a version of it, and what they may do there.

Every page, protocol, tile, export and count starts from a ``Scope``. The rule is a queryset first: hidden rows are
not in it, whatever the query. Upper layers narrow a scope, never widen it. Earlier versions of a layer, and those not
online yet, exist only for those who feed it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from functools import partial
from typing import Any

from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone

from layers import registry
from layers.access.grants import (
    Readers,
    RightsLookup,
    fitting,
    grants_in_force,
    layers_and_rights,
    reader_families,
    reader_of,
    readers_of,
    rights_key,
    rights_lookup,
    row_copy,
    row_filters,
    union,
)
from layers.access.moderated_rows import (
    EVERY_ROW,
    PUBLIC_ROWS,
    account_key,
    approved_rows,
    public_states,
    readable_rows,
)
from layers.access.partial_styles import ReadRows, of_read_rows
from layers.access.rasters import visible_rasters
from layers.access.rights import fed_layers, own_layers, rights, rights_by
from layers.cache import BoundedCache
from layers.definitions import ID, Field, LayerDefinition, Relation
from layers.errors import HiddenLayer, UnknownLayer, UnknownLayerVersion
from layers.models import Commune, Grant, Layer
from layers.registry import LayerVersion
from layers.sql.catalogue import PageVersions, page_versions
from layers.styles.definitions import Style
from layers.styles.documents import read_style
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility, WriteRight

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
        rows = every_row(self.definition).filter(self.granted).filter(part)
        return _with_computed(rows, self.definition, self.fields)

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


def scope(visitor: Visitor, slug: str) -> Scope:
    """Return what ``visitor`` may know of the layer ``slug``.

    Raises:
        HiddenLayer: the layer exists, is hidden, and the visitor gave no credentials.
        UnknownLayer: no such layer, or it is hidden from this visitor.
    """
    return scopes(visitor, [slug])[0]


def scopes(visitor: Visitor, slugs: Sequence[str]) -> list[Scope]:
    """Return the scopes of several layers for ``visitor``, in the order given, in as many queries as for one.

    Raises:
        HiddenLayer, UnknownLayer: as ``scope``, of the first that is hidden or is not there.
    """
    located, visible_scopes = _scopes_of_slugs(visitor, slugs)
    for slug in slugs:
        if slug not in located:
            raise UnknownLayer(slug)
        if slug not in visible_scopes:
            is_askable = visitor.is_anonymous and located[slug].layer.state == LayerState.PUBLISHED
            raise HiddenLayer(slug) if is_askable else UnknownLayer(slug)
    return [visible_scopes[slug] for slug in slugs]


def scopes_by_slug(visitor: Visitor, slugs: Sequence[str]) -> dict[str, Scope]:
    """Return the scopes of those of several layers that exist for ``visitor``, by slug, in the order given."""
    visible_scopes = _scopes_of_slugs(visitor, slugs)[1]
    return {slug: visible_scopes[slug] for slug in slugs if slug in visible_scopes}


def _scopes_of_slugs(
    visitor: Visitor, slugs: Sequence[str]
) -> tuple[dict[str, registry.RegisteredLayer], dict[str, Scope]]:
    if not slugs:
        return {}, {}
    located, scopes_by_slug = registry.locate(slugs), {}
    grants = grants_in_force(visitor, [each.layer for each in located.values()] or [Layer(pk=0)])
    for slug, each in located.items():
        lookup = RightsLookup(grants, {each.layer.pk: readers_of(each.readers)}, {slug: each.version})
        if visible_scope := layer_scope(visitor, each.layer, each.definition, lookup):
            scopes_by_slug[slug] = visible_scope
    registry.ask_rest(slugs, located=scopes_by_slug)
    return located, scopes_by_slug


def scope_of(visitor: Visitor, layer: Layer, definition: LayerDefinition) -> Scope:
    """Return what ``visitor`` may know of another definition of a layer: an earlier version, one not online yet.

    Raises:
        UnknownLayer: the layer is hidden from this visitor.
    """
    match = layer_scope(visitor, layer, definition, rights_lookup(visitor, [layer], [definition]))
    if match is None:
        raise UnknownLayer(layer.slug)
    return match


def scope_of_own(visitor: Visitor, slug: str) -> Scope:
    """Return the scope of a layer narrowed to the rows about the visitor's own layers, to read on this portal.

    It is an implicit grant: who feeds a layer, or belongs to the group that produces it, reads the rows whose
    ``LayerDefinition.subject_field`` names it. Protected fields stay protected.

    Raises:
        UnknownLayer: no such layer, its rows are about no layer, or the visitor has no layer of their own.
    """
    return _about(visitor, slug, own_layers(visitor).values_list("slug", flat=True))


def scope_of_use(visitor: Visitor, slug: str, subject: str) -> Scope:
    """Return the scope of a layer of counts narrowed to the rows about the use of one layer, ``subject``.

    They are for whose own the layer is, and for who sees it once it shows its use (``Layer.is_use_public``).

    Raises:
        UnknownLayer: no such layer of counts, or the use of ``subject`` is not the visitor's to read.
    """
    is_readable = own_layers(visitor).filter(slug=subject).exists() or (
        Layer.objects.filter(slug=subject, is_use_public=True, state=LayerState.PUBLISHED).exists()
        and listed_layers(visitor).filter(slug=subject).exists()
    )
    return _about(visitor, slug, [subject] if is_readable else [])


def _about(visitor: Visitor, slug: str, subjects: Iterable[str]) -> Scope:
    """Return the scope of a layer narrowed to the rows about some layers.

    Raises:
        UnknownLayer: no such layer, its rows are about no layer, or there is no subject.
    """
    located = registry.locate([slug]).get(slug)
    if located is None:
        raise UnknownLayer(slug)
    layer, subject = located.layer, located.definition.subject_field
    own = sorted(subjects) if subject else []
    if not own:
        raise UnknownLayer(slug)
    # A slug holds letters, digits, - and _ alone: no quotation mark to double.
    quoted = ", ".join(f"'{name}'" for name in own)
    rows = f"{subject} IN ({quoted})"
    lookup = RightsLookup(
        {layer.pk: [Grant(layer=layer, rows=rows, can_download=False)]},
        {layer.pk: readers_of(located.readers)},
        {slug: located.version},
    )
    own_scope = layer_scope(visitor, layer, located.definition, lookup)
    if own_scope is None:
        raise UnknownLayer(slug)
    return own_scope


def versions(scope: Scope) -> tuple[LayerVersion, ...]:
    """Return the versions of a layer whose rows the visitor reads, newest first; none unless they feed it."""
    return registry.versions(scope.slug) if rights(scope.visitor, scope.layer).is_feeder else ()


def version_scope(visitor: Visitor, slug: str, number: int) -> Scope:
    """Return what a visitor may know of a version of a layer: what ``hidden_like`` leaves of it. It is never public.

    Raises:
        UnknownLayer: no such layer, or it is hidden from this visitor.
        UnknownLayerVersion: no such version, its rows are not kept, or the visitor does not feed the layer.
    """
    online = scope(visitor, slug)
    if not rights(visitor, online.layer).is_feeder:
        raise UnknownLayerVersion(slug, number)
    definition = registry.version(slug, number)
    match = hidden_like(scope_of(visitor, online.layer, definition), online)
    return replace(match, is_public=False)


def hidden_like(version: Scope, online: Scope) -> Scope:
    """Return the scope of a version without the fields that its visitor does not read of what is online.

    Neither an older schema nor the next one shows what a protection hides.
    """
    hidden = online.definition.by_name.keys() - {item.name for item in online.fields}
    fields = tuple(item for item in version.fields if item.name not in hidden)
    return replace(joined(version, [online]), fields=fields)


def visible(visitor: Visitor, definitions: Iterable[LayerDefinition] | None = None) -> list[Scope]:
    """Return the scopes of the layers the visitor sees, of all or of these, in the order of the catalogue.

    Those of all are built once for each set of rights, until the catalogue or a grant of theirs is written, begins or
    ends.
    """
    if definitions is not None:
        return _scopes(visitor, definitions, layer_scope)
    versions = page_versions(reader_families(visitor))
    built = _built_for(visitor, versions)
    return [_of_now(scope, visitor, versions.tables, built.lookup) for scope in built.scopes]


def countable_slugs(visitor: Visitor) -> frozenset[str]:
    """Return the identifiers of the layers of which a visitor reads rows or statistics: those of ``countable``."""
    every = registry.definitions()
    built = _built_for(visitor, page_versions(reader_families(visitor)))
    visible_slugs = {each.slug for each in built.scopes}
    counted = Layer.objects.filter(state=LayerState.PUBLISHED, visibility=Visibility.STATISTICS)
    of_statistics = set(counted.order_by().values_list("slug", flat=True))
    return frozenset(visible_slugs | (of_statistics & {each.slug for each in every}))


@dataclass(frozen=True, slots=True)
class _BuiltScopes:
    """The scopes of all layers, and the rights that they were built by, for those that follow the account too."""

    scopes: tuple[Scope, ...]
    lookup: RightsLookup


# Scopes as they were built for a visitor, whose rows may have changed since.
_built: BoundedCache[_BuiltScopes] = BoundedCache(64, is_counted=False)
# The rows of the catalogue that they are built from, which are the same for everybody.
_layers: BoundedCache[tuple[Layer, ...]] = BoundedCache(2, is_counted=False)


def _built_for(visitor: Visitor, versions: PageVersions) -> _BuiltScopes:
    """Return the scopes of all layers as they were built for the rights of a visitor: to be copied before use."""
    every = registry.definitions()
    revisions = tuple((each.slug, each.revision) for each in every)

    def read() -> tuple[Layer, ...]:
        rows = Layer.objects.select_related("theme", "producer")
        return tuple(rows.filter(slug__in=[each.slug for each in every]))

    def build() -> _BuiltScopes:
        layers = _layers.recall((versions.counters({"catalogue"}), revisions), read)
        lookup = rights_lookup(visitor, layers, every)
        return _BuiltScopes(tuple(_scopes_of(visitor, every, layer_scope, lookup, layers)), lookup)

    key = (rights_key(visitor, versions), timezone.localdate(), revisions)  # row filters count days
    return _built.recall(key, build)


def _of_now(scope: Scope, visitor: Visitor, versions: Mapping[str, int], lookup: RightsLookup) -> Scope:
    """Return a scope that was built before, for a visitor of the same rights and the data of this instant."""
    if account_key(visitor, [scope.definition]) != account_key(scope.visitor, [scope.definition]):
        own = layer_scope(visitor, scope.layer, scope.definition, lookup)
        assert own is not None  # the layer is open to these rights
        scope = own
    current = replace(
        scope,
        visitor=visitor,
        layer=row_copy(scope.layer),
        queryset=scope.queryset.all(),
        version=sum(versions.get(name, 0) for name in registry.tables_of(scope.definition)),
    )
    current._computed["filterable"] = scope.filterable
    if scope.has_every_row:  # else the style follows the rows
        current._computed["style"] = scope.style
    return current


def countable(visitor: Visitor, definitions: Iterable[LayerDefinition]) -> list[Scope]:
    """Return the scopes of the layers whose statistics a visitor reads, of these, in the order of the catalogue.

    They are those that the visitor sees, and those whose statistics are open though their rows are not: of the latter
    ``can_read_rows`` is false, and everything but an aggregate refuses them.
    """
    return _scopes(visitor, definitions, _countable)


def countable_scope(visitor: Visitor, slug: str) -> Scope:
    """Return what ``visitor`` may count of the layer ``slug``.

    Raises:
        UnknownLayer: no such layer, or the visitor reads neither its rows nor its statistics.
    """
    for match in countable(visitor, [registry.definition(slug)]):
        return match
    raise UnknownLayer(slug)


def listed_layers(visitor: Visitor) -> QuerySet[Layer]:
    """Select the rows of the catalogue that a visitor knows of: the layers they see, and those they feed."""
    if visitor.is_administrator:
        return Layer.objects.all()
    layer_ids = [each.layer.pk for each in visible(visitor)]
    layer_ids += [each.layer.pk for each in visible_rasters(visitor)]
    return Layer.objects.filter(Q(pk__in=layer_ids) | Q(pk__in=fed_layers(visitor).values("pk")))


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
        key=_key(*(each.key for each in all_scopes)),
        timeless_key=_key(*(each.rights_key for each in all_scopes)) if is_dated else "",
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
    return replace(scope, key=_key(scope.key, day.isoformat()), timeless_key=scope.rights_key)


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


def every_row(definition: LayerDefinition) -> QuerySet[Any]:
    """Select every row of a layer, hidden ones included: for work of the portal itself, never for an answer."""
    return definition.model._default_manager.all()


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


def layer_scope(
    visitor: Visitor, layer: Layer, definition: LayerDefinition, lookup: RightsLookup
) -> Scope | None:
    """Return the scope of a layer by the rights that were read; None where it is hidden."""
    grants, readers = lookup.grants.get(layer.pk, []), lookup.readers.get(layer.pk, {})
    reader, grants = reader_of(visitor, layer), fitting(grants, definition)
    opened = frozenset(name for grant in grants for name in grant.fields)
    rows = _rows(reader, layer, definition, grants)
    if rows is None:
        return None
    condition, row_key = readable_rows(rows, visitor, definition, grants if reader is visitor else ())
    closed = frozenset(layer.sensitive_fields) if reader is not visitor else frozenset()
    reads = partial(_is_readable, reader, definition, readers=readers, opened=opened)
    fields = tuple(part for part in definition.fields if part.name not in closed and reads(part))
    relations = tuple(part for part in definition.relations if part.name not in closed and reads(part))
    names = [*(field.name for field in fields), *(relation.name for relation in relations)]
    queryset = every_row(definition)
    if condition:  # an empty one costs as much as another
        queryset = queryset.filter(condition)
    if visitor.portal:
        queryset = queryset.filter(in_commune(definition, visitor.portal))
    is_administrator, rights = reader.is_administrator, rights_by(reader, grants)
    changes_all = any(grant.can_change for grant in grants)
    changes_own = any(grant.can_change_own for grant in grants)
    return Scope(
        visitor=visitor,
        layer=layer,
        definition=definition,
        queryset=_with_computed(queryset, definition, fields),
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
        key=_key(layer.slug, definition.revision, row_key, visitor.portal, *names, *_suppression(layer)),
        rows_key=_key(layer.slug, definition.revision, row_key, visitor.portal),
        version=lookup.versions[layer.slug],
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


def _written_fields(grants: Iterable[Grant]) -> frozenset[str] | None:
    """Return the fields that some grant lets write; None where one names none, which is all that is read."""
    limits = [frozenset(grant.written_fields) for grant in grants if grant.writes]
    return frozenset().union(*limits) if limits and all(limits) else None


def _scopes(
    visitor: Visitor,
    definitions: Iterable[LayerDefinition],
    build: Callable[[Visitor, Layer, LayerDefinition, RightsLookup], Scope | None],
) -> list[Scope]:
    """Return the scopes of several layers, which are read together."""
    by_slug = {definition.slug: definition for definition in definitions}
    rows = Layer.objects.select_related("theme", "producer").filter(slug__in=by_slug)
    layers, lookup = layers_and_rights(visitor, rows, by_slug.values())
    return _scopes_of(visitor, by_slug.values(), build, lookup, layers)


def _scopes_of(
    visitor: Visitor,
    definitions: Iterable[LayerDefinition],
    build: Callable[[Visitor, Layer, LayerDefinition, RightsLookup], Scope | None],
    lookup: RightsLookup,
    layers: Iterable[Layer],
) -> list[Scope]:
    """Return the scopes of layers by the rights that were read, without those that are hidden."""
    by_slug = {definition.slug: definition for definition in definitions}
    built = (build(visitor, layer, by_slug[layer.slug], lookup) for layer in layers)
    return [scope for scope in built if scope is not None]


def _countable(
    visitor: Visitor, layer: Layer, definition: LayerDefinition, lookup: RightsLookup
) -> Scope | None:
    """Return the scope of a layer, or one of its statistics alone where these are open."""
    visible_scope = layer_scope(visitor, layer, definition, lookup)
    if visible_scope is not None or not layer.has_open_statistics or layer.state != LayerState.PUBLISHED:
        return visible_scope
    counted = layer_scope(
        visitor, layer, definition, replace(lookup, grants={layer.pk: [Grant(layer=layer)]})
    )
    return counted and replace(
        counted, relations=(), is_public=False, can_read_rows=False, key=_key("statistics", counted.key)
    )


def _with_computed(
    queryset: QuerySet[Any], definition: LayerDefinition, fields: Sequence[Field]
) -> QuerySet[Any]:
    """Add the values computed from their records to the rows; a statement that uses none of them pays nothing."""
    values = {}
    for field in fields:
        if field.computed is not None:
            relation = definition.relation(field.computed.relation)
            records = relation.model._default_manager.filter(**{relation.link: OuterRef("pk")})
            values[field.source] = field.computed.value(records)
    return queryset.annotate(**values) if values else queryset


def _is_readable(
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


def protections(
    definition: LayerDefinition, part: Field | Relation, readers: Readers
) -> list[Field | Relation]:
    """Return the protected parts that hide one from who does not read each: itself, and what it is computed from."""
    return [each for each in _guarding(definition, part) if _is_protected(each, readers)]


def protected_names(scope: Scope) -> frozenset[str]:
    """Return the fields and relations of a layer that only some groups read, whoever the visitor is."""
    layer, definition = scope.layer, scope.definition
    readers = rights_lookup(scope.visitor, [layer], [definition]).readers.get(layer.pk, {})
    parts: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    return frozenset(part.name for part in parts if protections(definition, part, readers))


def _guarding(definition: LayerDefinition, part: Field | Relation) -> Sequence[Field | Relation]:
    """Return the parts whose protection hides one: itself, and the relation that it is computed from."""
    computed = part.computed if isinstance(part, Field) else None
    return (part, definition.relation(computed.relation)) if computed else (part,)


def _is_protected(part: Field | Relation, readers: Readers) -> bool:
    return part.is_protected or part.name in readers


def _is_public(layer: Layer, definition: LayerDefinition, readers: Readers, names: Sequence[str]) -> bool:
    """Whether the public gets the same fields: only then may everybody share a cached answer."""
    parts: tuple[Field | Relation, ...] = (*definition.fields, *definition.relations)
    unprotected = sum(not protections(definition, part, readers) for part in parts)
    return layer.is_open and layer.state == LayerState.PUBLISHED and len(names) == unprotected


def _suppression(layer: Layer) -> tuple[str, ...]:
    """Return the part of a scope's key that stands for the suppression of small counts."""
    return (f"smallest {layer.smallest_count}",) if layer.smallest_count else ()


def _key(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:20]


def _rows(
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
