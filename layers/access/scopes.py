"""Scopes: who sees which rows, fields and relations of a layer or of a version of it, and what they may do there.

Every page, protocol, tile, export and count starts from a ``Scope``. The rule is a queryset first: hidden rows are
not in it, whatever the query. Earlier versions of a layer, and those not online yet, exist only for those who feed it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils import timezone

from layers import registry
from layers.access.grants import (
    RightsLookup,
    grants_in_force,
    layers_and_rights,
    reader_families,
    readers_of,
    rights_key,
    rights_lookup,
    row_copy,
)
from layers.access.layer_scopes import Scope, hidden_like, layer_scope, scope_key
from layers.access.moderated_rows import account_key
from layers.access.rasters import visible_rasters
from layers.access.rights import fed_layers, own_layers, rights
from layers.cache import BoundedCache
from layers.definitions import LayerDefinition
from layers.errors import HiddenLayer, UnknownLayer, UnknownLayerVersion
from layers.models import Grant, Layer
from layers.registry import LayerVersion
from layers.sql.catalogue import PageVersions, page_versions
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility


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


@dataclass(frozen=True, slots=True)
class _ReadLayer:
    """A layer that was read for a visitor: what is registered, None where absent, and what they may know of it."""

    registered: registry.RegisteredLayer | None
    scope: Scope | None


_read: ContextVar[dict[tuple[Visitor, bool, str], _ReadLayer] | None] = ContextVar(
    "scopes that were read", default=None
)


@contextmanager
def scopes_read_once() -> Iterator[None]:
    """Read the scope of a layer once for a visitor in the block: of a page that writes nothing.

    What is read first with the slugs of all that the page needs takes one statement a provider.
    """
    token = _read.set(_read.get() or {})
    try:
        yield
    finally:
        _read.reset(token)


def _scopes_of_slugs(
    visitor: Visitor, slugs: Sequence[str]
) -> tuple[dict[str, registry.RegisteredLayer], dict[str, Scope]]:
    """Return what is registered of layers, and the scopes of those that exist for a visitor, by slug."""
    cached = _read.get()
    if cached is None:
        return _read_scopes(visitor, slugs)
    who = (visitor, visitor.is_observed)  # which equal visitors do not tell
    missing = [slug for slug in slugs if (*who, slug) not in cached]
    located, scopes_by_slug = _read_scopes(visitor, missing)
    for slug in missing:
        cached[*who, slug] = _ReadLayer(located.get(slug), scopes_by_slug.get(slug))
    read = {slug: cached[*who, slug] for slug in slugs}
    return (
        {slug: each.registered for slug, each in read.items() if each.registered is not None},
        # Rows that somebody read are not those of the next reader.
        {
            slug: replace(each.scope, queryset=each.scope.queryset.all())
            for slug, each in read.items()
            if each.scope is not None
        },
    )


def _read_scopes(
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
        lookup = rights_lookup(visitor, layers, every, versions.tables)
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
        counted, relations=(), is_public=False, can_read_rows=False, key=scope_key("statistics", counted.key)
    )
