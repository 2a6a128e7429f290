"""The queries of the map on each layer, a version or a period of it, and the layers that it shows first.

The values of a field become a filter of the kernel by ``interface.conditions``.

``<layer>.touching`` is the API's ``touching`` with, after a ``*``, the conditions of the map on the other layer:
``plui-zones*``, ``batiments-patrimoniaux@300*``; so is ``<layer>.disjoint``. ``<layer>.filter`` is the API's
``filter``: a condition that no form of the map writes, from links of other pages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _

from explorer.map_state.parsing import (
    COMBINING,
    FILTER,
    FIRST,
    RECORDS,
    SWIPE,
    TOUCHING,
    MapQuery,
    Pair,
    Side,
    parse_map,
    without_stray_nearest,
)
from interface import wording
from interface.conditions import condition, value_words
from interface.requests import Parameters
from interface.territory import COMMUNES_LAYER
from layers import access
from layers.access import Scope
from layers.definitions import Field, LayerDefinition
from layers.errors import BadRequest, InvalidParameter, UnknownLayer, UnknownProperty
from layers.parsing import FeatureQuery, parse_query
from layers.parsing.query import MATCHED, parse_records, parse_spatial_relations, parse_top
from layers.queries import Selection, select
from layers.registry import LayerVersion
from layers.visitor import Visitor

LIVE = "*"
# Layers that are on where the address names none and none of ``PORTAL_FIRST_LAYERS`` has features: one a theme.
MAX_AT_FIRST = 4


@dataclass(frozen=True, slots=True)
class LayerQuery:
    """The query of the map on one layer: the equivalent parameters of the API, and the matching rows."""

    scope: Scope
    parameters: tuple[Pair, ...]
    selection: Selection

    @property
    def query(self) -> str:
        """The parameters as a query string for the API, the tiles and the exports; empty without a condition."""
        return urlencode(self.parameters)

    @property
    def base(self) -> str:
        """The query string of the tiles of the whole layer: the day of plans, where its rows are those of a day."""
        plan = self.scope.visitor.plan
        is_dated = plan is not None and bool(plan.versions) and self.scope.definition.dated is not None
        return urlencode(self.scope.visitor.plan_parameters, doseq=True) if is_dated else ""

    @property
    def drawn_query(self) -> str:
        """The query string of the tiles of what answers."""
        return "&".join(filter(None, (self.base, self.tile_query)))

    @property
    def tile_query(self) -> str:
        """The conditions on the tiles: a view of the map does not narrow what is drawn."""
        return urlencode([pair for pair in self.parameters if pair[0] != "bbox"])

    @property
    def list_query(self) -> str:
        """The parameters of the page of all that answers: as those of a file, it says what each row matches."""
        return urlencode([*self.download_pairs, *self.plan_pairs])

    @property
    def plan_pairs(self) -> tuple[Pair, ...]:
        """The day of plans, of a layer that has one."""
        plan = self.scope.visitor.plan_parameters if self.scope.definition.dated else {}
        return tuple((name, value) for name, values in plan.items() for value in values)

    @property
    def download_pairs(self) -> tuple[Pair, ...]:
        """The parameters of a file: what answers comes with the object of the other layer that it is near."""
        is_matched = any(name == TOUCHING for name, _value in self.parameters)
        return (*self.parameters, *([(MATCHED, "true")] if is_matched else []))


def layer_query(
    scope: Scope, query: MapQuery, scopes: Mapping[str, Scope] | None = None, **shaping: str
) -> LayerQuery:
    """Apply the map's question to one layer; ``shaping`` are more parameters of the API (``limit``, ``sortby``…).

    ``scopes`` holds scopes already read, by slug, for the layers that the question combines with this one.

    Raises:
        UnknownLayer: the question combines a layer that the visitor does not see.
        UnknownProperty: a value is asked of a field that the visitor does not have.
        InvalidParameter: a value that cannot be read, naming ``layer.field``; its subclasses say more.
    """
    parameters = api_parameters(scope, query, scopes or {})
    requested: dict[str, list[str]] = {}
    for name, value in [*parameters, *shaping.items()]:
        requested.setdefault(name, []).append(value)
    return LayerQuery(scope=scope, parameters=parameters, selection=select(scope, parse_query(requested)))


def layer_queries(scopes: Iterable[Scope], query: MapQuery, *, limit: int) -> dict[str, LayerQuery]:
    """Apply the map's question to several layers, by slug; the first rows of each are by title."""
    by_slug = {scope.slug: scope for scope in scopes}
    return {
        slug: layer_query(scope, query, by_slug, limit=str(limit), **_by_title(scope))
        for slug, scope in by_slug.items()
    }


def _by_title(scope: Scope) -> dict[str, str]:
    title = scope.definition.title_field
    return {"sortby": title} if title in scope.filterable else {}


def api_parameters(scope: Scope, query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[Pair, ...]:
    """Return the parameters of the API equivalent to the map's question on a layer.

    Of a layer that the question only takes single features of, those are what it asks, wherever they are.
    """
    values = query.own.get(scope.slug, {})
    ids = single_features(scope.slug, query)
    combined = [
        (name, _combined(scope, text, query, scopes)) for name in COMBINING for text in values.get(name, ())
    ]
    own = own_filter(scope, query)
    return (
        *([("ids", ",".join(map(str, ids)))] if ids else query.shared),
        *combined,
        *([("filter", own)] if own else []),
        *_records(scope, query),
        *_first_rows(scope, query),
    )


def _records(scope: Scope, query: MapQuery) -> list[Pair]:
    """Return the parameters of the records of a layer, and of those of the layers that its conditions narrow.

    Raises:
        InvalidParameter: a condition cannot be read, naming ``layer.fiches``.
    """
    values = query.own.get(scope.slug, {})
    live = (
        text.partition("@")[0].removesuffix(LIVE)
        for name in COMBINING
        for text in values.get(name, ())
        if text.endswith(LIVE)
    )
    pairs = [(scope.slug, "")]
    pairs += [(slug, f"{slug}/") for slug in dict.fromkeys(live)]
    records = []
    for slug, prefix in pairs:
        texts, parameter = query.own.get(slug, {}).get(RECORDS, ()), f"{slug}.{RECORDS}"
        for one in parse_records(texts, parameter=parameter):
            if one.layer:
                message = _("%(name)s ne nomme aucune autre couche ; reçu « %(value)s ».")
                raise InvalidParameter(
                    message % {"name": parameter, "value": one.text[:80]}, parameter=parameter
                )
            records.append(("records", f"{prefix}{one.text}"))
    return records


def out_of_place(
    other: Scope, pks: Collection[int], query: MapQuery, scopes: Mapping[str, Scope]
) -> frozenset[int]:
    """Return which features of another layer are out of the place of a question that they answer for."""
    placed = query.sharing({"bbox": ""})
    if not placed.shared or not pks:
        return frozenset()
    inside = layer_query(other, placed, scopes).selection.queryset.filter(pk__in=pks)
    return frozenset(pks) - set(inside.order_by().values_list("pk", flat=True))


def single_features(slug: str, query: MapQuery) -> tuple[int, ...]:
    """Return the ids of the features of a layer that relations of other layers take one by one; else nothing.

    Raises:
        InvalidParameter: a relation cannot be read.
    """
    if slug == query.subject:
        return ()
    texts = [
        text.removesuffix(LIVE)
        for other, requested in query.own.items()
        for name in COMBINING
        for text in requested.get(name, ())
        if other != slug
    ]
    related = [one for text in texts for one in parse_spatial_relations([text]) if one.layer == slug]
    ids = [one.pk for one in related if one.pk is not None]
    return tuple(dict.fromkeys(ids)) if len(ids) == len(related) else ()


def _first_rows(scope: Scope, query: MapQuery) -> list[Pair]:
    """Return the parameter of the first rows of a layer, if the question asks for them.

    Raises:
        InvalidParameter: it is given several times or cannot be read, naming ``layer.premiers``.
    """
    texts, parameter = query.own.get(scope.slug, {}).get(FIRST, ()), f"{scope.slug}.{FIRST}"
    if len(texts) > 1:
        raise InvalidParameter(_("%s est donné plusieurs fois.") % parameter, parameter=parameter)
    for text in texts:
        parse_top(text, parameter=parameter)
    return [("top", text) for text in texts]


def check_conditions(scope: Scope, query: MapQuery) -> None:
    """Check the conditions on a layer's own fields, its records and its first rows, without those on other layers.

    Raises:
        UnknownProperty: a field or a relation that the visitor does not have.
        InvalidParameter: a value that cannot be read, naming ``layer.field``; its subclasses say more.
    """
    alone = {name: texts for name, texts in query.own.get(scope.slug, {}).items() if name not in COMBINING}
    layer_query(scope, replace(query, shared=(), own={scope.slug: without_stray_nearest(alone)}))


def own_filter(scope: Scope, query: MapQuery) -> str:
    """Return the CQL2 text of the map's conditions on a layer's own fields; empty without any."""
    requested = query.own.get(scope.slug, {})
    conditions = [
        condition(field_of(scope, name), values, parameter=f"{scope.slug}.{name}")
        for name, values in requested.items()
        if name not in {*COMBINING, FILTER, FIRST, RECORDS}
    ]
    return " AND ".join([*conditions, *(f"({text})" for text in requested.get(FILTER, ()))])


def _combined(scope: Scope, text: str, query: MapQuery, scopes: Mapping[str, Scope]) -> str:
    """Replace the ``*`` after another layer by the map's conditions on that layer's fields."""
    if not text.endswith(LIVE):
        return text
    name = text.removesuffix(LIVE)
    slug = name.partition("@")[0]
    other = scopes.get(slug) or access.scope(scope.visitor, slug)
    own = own_filter(other, query)
    return f"{name}?{own}" if own else name


def filter_counts(query: MapQuery) -> dict[str, int]:
    """Return how many filters each layer has of its own, by slug."""
    return {
        slug: sum(len(values) if name in COMBINING else 1 for name, values in requested.items())
        for slug, requested in query.own.items()
    }


def field_of(scope: Scope, name: str) -> Field:
    """Return a field of a layer by the name that the address gives.

    Raises:
        UnknownProperty: the visitor has no such field.
    """
    field = scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=f"{scope.slug}.{name}"[:120])
    return field


@dataclass(frozen=True, slots=True)
class Variant:
    """A layer as a side shows it; ``words`` describe the side, empty for the whole layer.

    ``matched`` features answer the map's question. ``fault`` says why a version cannot be queried: it lacks the
    field; there is then no ``question``, and nothing to draw.
    """

    side: Side
    title: str
    words: str
    question: LayerQuery | None
    matched: int
    fault: str = ""

    @property
    def base(self) -> str:
        """The query string of the tiles of the whole version, or of the day of plans; empty for what is online."""
        if self.side.version is None:
            return self.question.base if self.question else ""
        return urlencode({"version": self.side.version})

    @property
    def tile_query(self) -> str:
        """The query string of the tiles of what answers."""
        requested = self.question.tile_query if self.question else ""
        return "&".join(filter(None, (self.base, requested)))


def variants(sides: Iterable[Side], query: MapQuery, scopes: Mapping[str, Scope]) -> tuple[Variant, ...]:
    """Apply the map's question to each side that is a layer of ``scopes``.

    Raises:
        InvalidParameter: a period is asked of a layer that has no date for the visitor; it names ``rideau``.
        UnknownLayerVersion: a version that the visitor does not have.
    """
    return tuple(_variant(side, query, scopes) for side in sides if side.layer in scopes)


def _variant(side: Side, query: MapQuery, scopes: Mapping[str, Scope]) -> Variant:
    scope, title = scopes[side.layer], str(scopes[side.layer].layer.title)
    if side.version is not None:
        return _version(side, title, query, scopes)
    values, words = query, ""
    if side.period:
        if scope.event_field is None:
            raise InvalidParameter(
                _("La couche « %s » n’a pas de date : rideau n’y choisit pas de période.") % side.layer,
                parameter=SWIPE,
            )
        values = query.asking(side.layer, {scope.event_field.name: (side.period,)})
        words = value_words(scope.event_field, side.period)
    question = layer_query(scope, values, scopes)
    return Variant(side, title, words, question, question.selection.count())


def _version(side: Side, title: str, query: MapQuery, scopes: Mapping[str, Scope]) -> Variant:
    assert side.version is not None
    online = scopes[side.layer]
    scope = access.version_scope(online.visitor, side.layer, side.version)
    result = next(one for one in access.versions(online) if one.number == side.version)
    try:
        question = layer_query(scope, query, scopes)
    except BadRequest as error:
        return Variant(side, title, version_words(result), None, 0, error.detail)
    return Variant(side, title, version_words(result), question, question.selection.count())


def version_words(version: LayerVersion) -> str:
    """Word a version by its number and its day: « version 2, du 3 mars 2026, en ligne »."""
    parts = {"number": version.number, "day": wording.day(version.at)}
    if version.is_online:
        return _("version %(number)d, du %(day)s, en ligne") % parts
    if version.is_published:
        return _("version %(number)d, du %(day)s") % parts
    return _("version %(number)d, du %(day)s, pas encore publiée") % parts


def on_map(scopes: Sequence[Scope]) -> list[Scope]:
    """Select the layers that a map may show: located, and not the ground itself."""
    return [scope for scope in scopes if is_on_map(scope.definition)]


def is_on_map(definition: LayerDefinition) -> bool:
    """Whether a map may show a layer."""
    return definition.slug != COMMUNES_LAYER and definition.geometry.is_located


def has_features(scope: Scope) -> bool:
    """Return whether a layer has features for this visitor."""
    return select(scope, FeatureQuery()).count() > 0


def default_layers(
    scopes: Iterable[Scope], has_rows: Callable[[Scope], bool] = has_features
) -> tuple[str, ...]:
    """Return the default layers: those of ``PORTAL_FIRST_LAYERS``, else the first one of each theme, four at most.

    They have points, which hide nothing, and are drawn from afar.
    """
    points = [scope for scope in scopes if scope.definition.is_in_overview]
    named = [scope for scope in points if scope.slug in settings.PORTAL_FIRST_LAYERS]
    first = tuple(scope.slug for scope in named if has_rows(scope))
    return first or tuple(islice(_one_a_theme(points, has_rows), MAX_AT_FIRST))


def _one_a_theme(scopes: Iterable[Scope], has_rows: Callable[[Scope], bool]) -> Iterator[str]:
    themes: set[int] = set()
    for scope in scopes:
        if scope.layer.theme_id not in themes and has_rows(scope):
            themes.add(scope.layer.theme_id)
            yield scope.slug


def with_default_layers(visible: Sequence[Scope], query: MapQuery) -> MapQuery:
    """Return the question; when its address names no layer, those the portal chooses and that of the sheet are on."""
    if not query.is_default:
        return query
    on = default_layers(visible)
    below = [scope.slug for scope in visible if scope.slug == query.sheet and scope.slug not in on]
    return query.with_layers([*on, *below])


def named_layers(query: MapQuery) -> Iterable[str]:
    """Yield the layers that a map shows or queries.

    Raises:
        InvalidParameter: a condition on another layer cannot be read.
    """
    yield from query.layers
    yield from query.own
    yield from query.versions
    yield from filter(None, [query.subject])
    for requested in query.own.values():
        for name in COMBINING:
            for text in requested.get(name, ()):
                yield parse_spatial_relations([text.removesuffix(LIVE)], parameter=name)[0].layer
    if query.swipe:
        yield from (side.layer for side in query.swipe.sides)


def requested_layer(
    visitor: Visitor, parameters: Parameters, slug: str, *allowed: str
) -> tuple[Scope, MapQuery, dict[str, Scope]]:
    """Read the address of the map for one of its layers; return its scope, the query, and the scopes of all by slug.

    Raises:
        UnknownLayer: a map does not show such a layer to the visitor.
    """
    scopes = {scope.slug: scope for scope in on_map(access.visible(visitor))}
    query = parse_map(parameters, allowed=allowed)
    if slug not in scopes:
        raise UnknownLayer(slug)
    return scopes[slug], with_default_layers(list(scopes.values()), query), scopes
