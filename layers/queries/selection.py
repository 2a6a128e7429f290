"""A selection: a scope joined with a query. Renderers stream it; counts and lists read it.

Every name of the query is resolved here against the scope's readable fields, so a hidden property cannot be selected,
filtered or sorted on, and its refusal reads like that of an unknown property.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import partial, reduce
from operator import or_
from typing import Any

from django.contrib.gis.db.models.functions import Transform
from django.contrib.gis.geos import GEOSGeometry
from django.core.exceptions import EmptyResultSet
from django.db.models import F, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from layers import access
from layers.access import Scope, in_commune, with_part_in
from layers.cache import BoundedCache
from layers.definitions import ID, Field, FieldType, LayerDefinition
from layers.errors import InvalidParameter, UnknownCommune, UnknownLayer, UnknownProperty
from layers.models import Commune
from layers.parsing import FeatureQuery
from layers.parsing.datetimes import Interval
from layers.parsing.query import AREA, LENGTH, NEAREST, SortKey, Top, ends_of_days
from layers.queries.combined_layers import (
    LayerJoin,
    LayerMatch,
    answering_rows,
    joined_rows,
    layer_join,
    matched_rows,
    matches,
)
from layers.queries.paging import Page, RowOrder, Window
from layers.queries.records import record_condition
from layers.queries.shared_answers import AnswerKey, SharedAnswers, answer_key
from layers.sql.costs import reading
from layers.sql.filters import compile_filter
from layers.sql.grouping import DATES, GroundArea, GroundLength, days_between, overlaps_period
from layers.sql.limits import time_limit
from layers.sql.search import has_words
from layers.sql.spatial import within_distance
from layers.sql.unions import nonempty, timed_counts


@dataclass(frozen=True, slots=True)
class Unjoined:
    """The rows of a layer before they are joined to others."""

    scope: Scope
    rows: QuerySet[Any]
    joins: tuple[LayerJoin, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Rows of a layer that answer a question: ``queryset`` is filtered, neither ordered nor cut.

    ``scope`` stands for everything the answer depends on: when the question names other layers, its key, its privacy
    and its version are theirs too. ``matches`` are the nearest features of other layers of each row, ``near_features``
    the conditions of being near one of them.
    """

    scope: Scope
    query: FeatureQuery
    queryset: QuerySet[Any]
    fields: tuple[Field, ...]
    order: RowOrder
    parts: Unjoined | None = None
    matches: tuple[LayerMatch, ...] = ()
    near_features: tuple[Q, ...] = ()

    @property
    def rows(self) -> QuerySet[Any]:
        """The rows of ``queryset`` with all ``fields``, for writers, page by page or whole."""
        return matched_rows(self.queryset, self.matches)

    def rows_in(self, **box: Any) -> QuerySet[Any]:
        """Return the rows in a box that the ORM's lookup names: a join starts anew from how many rows it holds."""
        if self.parts is None:
            return self.queryset.filter(**box)
        return joined_rows(self.parts.scope, self.parts.rows.filter(**box), self.parts.joins)

    @property
    def communes(self) -> tuple[str, ...]:
        """The codes of the communes that the question is about, none for all of the territory: the portal's alone."""
        portal = self.scope.visitor.portal
        return (portal,) if portal else self.query.communes

    @property
    def measured_rows(self) -> QuerySet[Any]:
        """The rows of which the part in ``communes`` is measured: those of ``queryset``, and slivers along a border."""
        if self.query.top or not (self.communes and self.scope.definition.has_commune_shares):
            return self.queryset  # slivers are none of the first rows
        rows = _narrowed(
            self.scope, self.query, self.scope.measured_rows, self.near_features, of_commune=with_part_in
        )
        return joined_rows(self.parts.scope, rows, self.parts.joins) if self.parts else rows

    @property
    def in_communes(self) -> Q:
        """The condition that a row of ``measured_rows`` is one of ``queryset``."""
        portal, definition = self.scope.visitor.portal, self.scope.definition
        condition = in_commune(definition, portal) if portal else Q()
        return condition & _any_commune(definition, self.query.communes, in_commune)

    @property
    def version(self) -> int:
        """The data version of all the answer depends on, read before anything else."""
        return self.scope.version

    def check_rows(self) -> None:
        """Refuse to read rows of which the visitor reads statistics alone.

        Raises:
            UnknownLayer: the visitor reads none of the rows.
        """
        if not self.scope.can_read_rows:
            raise UnknownLayer(self.scope.slug)

    def count(self) -> int:
        """Return how many rows match, whatever the page. Cached until the data change, for all processes."""
        return _counts.recall(self.count_key, self._count)

    def timed_count(self, kind: str) -> int:
        """Return how many rows match; counted within the limit of a kind of read when it is not cached.

        Raises:
            TooSlow: the count took longer.
        """
        return _counts.recall(self.count_key, partial(self._count_within, kind))

    def cached_count(self) -> int | None:
        """Return how many rows match when it is cached, else None."""
        return _counts.cached(self.count_key)

    @property
    def is_count_light(self) -> bool:
        """Whether an index counts, without an estimate: in a box or by ids, without filter or words."""
        query = self.query
        is_indexed = query.bbox is not None or bool(query.ids)
        return is_indexed and not (self.reads_every_row or query.is_dear or query.records or query.top)

    def remember_count(self, count: int) -> None:
        """Cache how many rows match, counted by the statement of a page."""
        _counts.put(self.count_key, count)

    def _count_within(self, kind: str) -> int:
        with time_limit(kind):
            return self._count()

    def _count(self) -> int:
        """Count; the cost of reading every row for a filter or words is estimated first."""
        self.check_rows()
        with reading("count") if self.reads_every_row else nullcontext():
            return self.queryset.count()

    @property
    def reads_every_row(self) -> bool:
        """Whether a filter or words are tried on every row."""
        return self.query.filter is not None or bool(self.query.text)

    @property
    def count_key(self) -> AnswerKey:
        """What the number of rows that match depends on."""
        return answer_key(self.scope, self.query.identity)

    def window(self) -> Window:
        """Return the ordered rows of the requested page, with what is known of the neighbouring pages.

        Raises:
            UnknownLayer: the visitor reads the statistics of the layer, and none of its rows.
        """
        self.check_rows()
        limit, cursor = self.query.limit, self.query.cursor
        if not cursor:
            return Window(lambda: self._ordered(self.rows)[: limit + 1], is_after=False)
        start, is_backward = self.order.read(cursor)
        if not is_backward:
            return Window(lambda: self._ordered(self._around(start))[: limit + 1], is_after=True, start=start)
        rows = self._around(start, is_backward=True).order_by(*self.order.reversed())
        ids = list(rows.values_list("pk", flat=True)[: limit + 1])
        return Window(
            lambda: self._ordered(self.rows.filter(pk__in=ids[:limit])),
            is_after=len(ids) > limit,
            is_before=True,
        )

    def _ordered(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.order_by(*self.order.expressions())

    def _around(self, start: Sequence[Any], *, is_backward: bool = False) -> QuerySet[Any]:
        return self.rows.filter(self.order.around(start, is_backward=is_backward))

    def page(self) -> Page:
        """Return the rows of the requested page, as plain values by field name, with ``id``.

        The first page of a whole layer, where most visits begin, is cached until the data change: sorting every row
        is its main cost.
        """
        key = self.layer_count_key
        if key is None or self.query.limit > REMEMBERED_ROWS:
            return self._page()
        page = _pages.recall(key, self._page)
        return replace(page, rows=[dict(row) for row in page.rows])

    def counted_page(self) -> tuple[Page, int]:
        """Return the requested page and how many rows match, in one snapshot.

        Raises:
            TooSlow: the database did not answer in the time given to a list.
        """
        with time_limit("list"):
            return self.page(), self.count()

    @property
    def layer_count_key(self) -> Hashable | None:
        """The cache key for values about every row of the layer, in order; None when some are left out."""
        narrowing = (self.query.combined, self.query.records, self.query.top, _conditions_of(self.query))
        if self.query.cursor or any(narrowing):
            return None
        names = tuple(field.name for field in self.fields)
        return (self.scope.key, self.version, names, self.query.sort, self.query.limit)

    def _page(self) -> Page:
        names = {ID.name: ID.source} | {field.name: field.source for field in self.fields}
        columns = [
            *names.values(),
            *(source for source in self.order.sources if source not in names.values()),
        ]
        window, limit = self.window(), self.query.limit
        try:
            listed = list(window.rows.values(*columns))
        except EmptyResultSet:
            listed = []
        keys = [[row[source] for source in self.order.sources] for row in listed[:limit]]
        return Page(
            rows=[{name: row[source] for name, source in names.items()} for row in listed[:limit]],
            next=self.order.cursor(keys[-1]) if keys and window.is_followed(len(listed), limit) else "",
            previous=self.order.cursor(keys[0], is_backward=True) if keys and window.is_after else "",
        )

    def cursor_at(self, pk: int, *, is_backward: bool = False) -> str:
        """Return the cursor of the page that follows the row ``pk``, or of the one that precedes it."""
        if self.order.is_by_id:
            return self.order.cursor([pk], is_backward=is_backward)
        row = self.rows.filter(pk=pk).values_list(*self.order.sources).first()
        return self.order.cursor(row, is_backward=is_backward) if row else ""


_counts: SharedAnswers[int] = SharedAnswers(
    "count", 2_000, encode=lambda count: str(count).encode(), decode=int
)
_pages: BoundedCache[Page] = BoundedCache(64)
REMEMBERED_ROWS = 500


def select(scope: Scope, query: FeatureQuery) -> Selection:
    """Join a scope and a question.

    Raises:
        UnknownProperty: ``properties``, ``sortby`` or ``filter`` names a property the visitor does not have.
        UnknownLayer: ``touching`` or ``disjoint`` names a layer that the visitor does not see.
        UnknownFeature: one of them names a feature that the visitor does not see.
        UnknownCommune: ``commune`` names a code that is not of the territory.
        InvalidParameter: ``within``, ``near``, ``touching`` or ``disjoint`` asks where the rows of a table are, or
            ``sortby`` names a list.
        InvalidFilter: the CQL2 expression does not fit the layer.
    """
    if query.top is not None:
        return _topped(scope, query, query.top)
    other_scopes = access.scopes(scope.visitor, [relation.layer for relation in query.combined])
    combined = [
        layer_join(scope, other, relation)
        for relation, other in zip(query.combined, other_scopes, strict=True)
    ]
    joins = tuple(each for each in combined if isinstance(each, LayerJoin))
    near_features = tuple(each for each in combined if isinstance(each, Q))
    if query.communes:
        _check_communes(scope, query.communes)
    narrow = partial(_narrowed, scope, query, scope.queryset, near_features)
    is_plain = not (query.combined or query.records) and _conditions_of(query).keys() <= {"bbox"}
    # Nothing refuses a box: a page whose statement is cached does without the rows.
    rows: Any = SimpleLazyObject(narrow) if is_plain else narrow()
    layer_matches = _matches(scope, query, other_scopes)
    added = tuple(field for match in layer_matches for field in match.fields)
    return Selection(
        scope=access.on_day(access.joined(scope, other_scopes), query.day),
        query=query,
        queryset=joined_rows(scope, rows, joins),
        fields=(*_fields(scope, query), *added),
        order=RowOrder.of([(_sorted(scope, key.name, added), key.is_descending) for key in query.sort]),
        parts=Unjoined(scope, rows, joins) if joins else None,
        matches=layer_matches,
        near_features=near_features,
    )


def selection_counts(selections: Sequence[Selection]) -> list[int]:
    """Return how many rows of each selection match: one statement for all that are not cached, and one a join.

    Raises:
        TooSlow, Busy: as ``Selection.count``.
    """
    for each in selections:
        each.check_rows()
    # A join is examined alone: its cost is refused or not whatever is counted beside it.
    keys = [each.count_key for each in selections]
    plain = {
        key.question: (key, each)
        for key, each in zip(keys, selections, strict=True)
        if not each.query.combined
    }
    listed = [each for _key, each in plain.values()]

    def compute(indexes: Sequence[int]) -> dict[int, tuple[int, float]]:
        missing = [listed[index] for index in indexes]
        with reading("count") if any(each.reads_every_row for each in missing) else nullcontext():
            counted = timed_counts([each.queryset for each in missing])
        return dict(zip(indexes, counted, strict=True))

    together = _counts.recall_light([key for key, _each in plain.values()], compute)
    by_question = dict(zip(plain, map(together.get, range(len(listed))), strict=True))
    return [
        each.count() if (count := by_question.get(key.question)) is None else count
        for key, each in zip(keys, selections, strict=True)
    ]


def whole_counts(scopes: Sequence[Scope]) -> list[int]:
    """Return how many rows of layers a visitor reads, without a query: one statement for all that are not cached.

    Raises:
        UnknownLayer: the visitor reads the statistics of a layer, and none of its rows.
        TooSlow, Busy: as ``Selection.count``.
    """
    everything = FeatureQuery()
    identity = everything.identity

    def compute(indexes: Sequence[int]) -> dict[int, tuple[int, float]]:
        missing = [select(scopes[index], everything) for index in indexes]
        for each in missing:
            each.check_rows()
        return dict(zip(indexes, timed_counts([each.queryset for each in missing]), strict=True))

    cached = _counts.recall_light([answer_key(scope, identity) for scope in scopes], compute)
    return [
        select(scope, everything).count() if (count := cached.get(index)) is None else count
        for index, scope in enumerate(scopes)
    ]


def are_empty(selections: Sequence[Selection]) -> list[bool]:
    """Return whether each selection has no row: one statement for all, which reads each until its first row.

    Raises:
        TooSlow, TooCostly, Busy: as ``Selection.count``.
    """
    for each in selections:
        each.check_rows()
    cached = [each.cached_count() for each in selections]
    unknown = [index for index, count in enumerate(cached) if count is None]
    existing = {unknown[index] for index in nonempty([selections[index].queryset for index in unknown])}
    return [index not in existing if count is None else count == 0 for index, count in enumerate(cached)]


def _topped(scope: Scope, query: FeatureQuery, top: Top) -> Selection:
    """Select the first rows in an order, of all that answer wherever the view is."""
    everywhere = select(scope, replace(query, top=None, bbox=None, is_matched=False, sort=()))
    selection = select(scope, replace(query, top=None))
    first: QuerySet[Any] | list[int] = ordered(everywhere, top.key).values("pk")[: top.count]
    if top.key.name == NEAREST:  # the distance comes from a join, which no subquery may have
        first = list(ordered(everywhere, top.key).values_list("pk", flat=True)[: top.count])
    return replace(selection, query=query, queryset=selection.queryset.filter(pk__in=first), parts=None)


def ordered(selection: Selection, key: SortKey) -> QuerySet[Any]:
    """Return the rows that have a value, in the order of a property, of the measure of their geometry or of a duration.

    ``_distance`` is that to the nearest feature of the layer that they are near.

    Raises:
        UnknownProperty: the visitor has no such property.
        InvalidParameter: a list has no order, nor points an area or a length, nor what is near nothing a distance.
    """
    rows, source = selection.queryset, "_measure"
    if key.name == NEAREST:
        rows, source = _at_distance(selection)
    elif key.name in _MEASURES:
        rows = rows.annotate(_measure=_measure(selection.scope, key.name))
    elif ends := ends_of_days(key.name):
        rows = rows.annotate(_measure=days_between(*(_date(selection.scope, name) for name in ends)))
    else:
        source = _sorted(selection.scope, key.name, (), "top").source
    sign = "-" if key.is_descending else ""
    return rows.filter(**{f"{source}__isnull": False}).order_by(f"{sign}{source}", "pk")


def _at_distance(selection: Selection) -> tuple[QuerySet[Any], str]:
    """Return the rows with their distance to the layer that they are near, and its name."""
    query = replace(selection.query, top=None, bbox=None, sort=(), is_matched=True)
    measured = select(selection.scope, query)
    match = next((each for each in measured.matches if each.spatial_relation.metres), None)
    if match is None:
        raise InvalidParameter(
            _("top=_distance demande une couche voisine : touching=couche@mètres."), parameter="top"
        )
    return measured.rows.filter(pk__in=selection.queryset.values("pk")), match.distance.source


_MEASURES: Mapping[str, tuple[int, type[GroundArea] | type[GroundLength]]] = {
    AREA: (2, GroundArea),
    LENGTH: (1, GroundLength),
}


def _measure(scope: Scope, name: str) -> Combinable:
    dimension, function = _MEASURES[name]
    if scope.definition.geometry.dimension != dimension or not scope.definition.geometry.is_located:
        raise InvalidParameter(
            _("Cette couche n’a pas de mesure « %s ».") % name,
            parameter="top",
        )
    return function("geom")


def _date(scope: Scope, name: str) -> Field:
    field = _field(scope, name, "top")
    if field.type not in DATES:
        raise InvalidParameter(_("« %s » n’est pas une date.") % name, parameter="top")
    return field


def _matches(scope: Scope, query: FeatureQuery, other_scopes: Sequence[Scope]) -> tuple[LayerMatch, ...]:
    if not query.is_matched:
        return ()
    pairs = zip(query.touching, other_scopes, strict=False)  # the scopes of ``disjoint`` follow
    return matches(scope, [(relation, other, answering_rows(other, relation)) for relation, other in pairs])


def _field(scope: Scope, name: str, parameter: str) -> Field:
    field = scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter=parameter)
    return field


def _sorted(scope: Scope, name: str, added: Sequence[Field], parameter: str = "sortby") -> Field:
    field = next((one for one in added if one.name == name), None) or _field(scope, name, parameter)
    if not field.is_sortable:
        raise InvalidParameter(
            _("« %s » est une liste de valeurs : elle n’a pas d’ordre.") % name, parameter=parameter
        )
    return field


def _fields(scope: Scope, query: FeatureQuery) -> tuple[Field, ...]:
    if query.properties is None:
        return scope.fields
    names = {_field(scope, name, "properties").name for name in query.properties}
    return tuple(field for field in scope.fields if field.name in names)


def _conditions_of(query: FeatureQuery) -> dict[str, Any]:
    """Return the parts of a question that leave rows out, by name."""
    values = {name: getattr(query, name) for name in ("communes", *_CONDITIONS)}
    return {
        name: value for name, value in values.items() if value is not None and value != () and value != ""
    }


def _narrowed(
    scope: Scope,
    query: FeatureQuery,
    rows: QuerySet[Any],
    near_features: Sequence[Q],
    *,
    of_commune: Callable[[LayerDefinition, str], Q] = in_commune,
) -> QuerySet[Any]:
    """Return the rows that satisfy every condition of a query but joins and the first rows."""
    records = (record_condition(scope, one) for one in query.records)
    for condition in (*records, *_conditions(scope, query, of_commune=of_commune), *near_features):
        rows = rows.filter(condition)
    return rows


def _conditions(
    scope: Scope, query: FeatureQuery, *, of_commune: Callable[[LayerDefinition, str], Q] = in_commune
) -> list[Q]:
    """Return one condition for each given part of the query; ``of_commune`` is that of one commune."""
    parameters = _conditions_of(query)
    if not scope.definition.geometry.is_located:
        _check_located([*parameters, *(one.parameter for one in query.combined)])
    communes = parameters.pop("communes", ())
    conditions = [_CONDITIONS[name](scope, value) for name, value in parameters.items()]
    return [*conditions, _any_commune(scope.definition, communes, of_commune)] if communes else conditions


def _check_located(parameters: Iterable[str]) -> None:
    """Refuse to look for the rows of a table on the ground."""
    for name in parameters:
        if name in _SPATIAL:
            raise InvalidParameter(
                _("Cette couche n’a pas de géométrie : « %s » ne s’y applique pas.") % name, parameter=name
            )


def _stored(geometry: Any) -> Any:
    """Let PostGIS bring a literal to the CRS of storage."""
    return geometry if geometry.srid == 4326 else Transform(Value(geometry), 4326)


def _check_communes(scope: Scope, codes: tuple[str, ...]) -> None:
    """Refuse communes for rows of the whole territory, and a code that is none."""
    if not scope.definition.is_placed:
        raise InvalidParameter(
            _("Cette couche vaut pour tout le territoire : « commune » ne s’y applique pas."),
            parameter="commune",
        )
    existing = set(Commune.objects.filter(code__in=codes).values_list("code", flat=True))
    unknown = [code for code in codes if code not in existing]
    if unknown:
        raise UnknownCommune(
            _("« %s » n’est pas le code INSEE d’une commune du territoire.") % unknown[0][:20],
            parameter="commune",
        )


def _any_commune(
    definition: LayerDefinition, codes: Sequence[str], of_commune: Callable[[LayerDefinition, str], Q]
) -> Q:
    """Match the rows of some communes, every row without any."""
    return reduce(or_, (of_commune(definition, code) for code in codes), Q())


def _text(scope: Scope, text: str) -> Q:
    """Match every word in some text field, whatever the case and the accents."""
    texts = [field for field in scope.fields if field.type is FieldType.TEXT and not field.choices]
    return has_words(texts, text.split())


def _in_box(scope: Scope, box: GEOSGeometry) -> Q:
    """Match the features in a box, and every row of a table (17-069r4, /req/core/fc-bbox-response C)."""
    return Q(geom__intersects=_stored(box)) if scope.definition.geometry.is_located else Q()


def _during(scope: Scope, interval: Interval) -> Q:
    """Match the rows whose time is in the period, and those without one (17-069r4, /req/core/fc-time-response C).

    No row has a time in a layer without dates, nor in one whose date the visitor does not read.
    """
    time = scope.time_field
    if time is None:
        return Q()
    return overlaps_period(time, interval) | Q(**{f"{time.source}__isnull": True})


_CONDITIONS: dict[str, Callable[[Scope, Any], Q]] = {
    "ids": lambda _scope, ids: Q(pk__in=ids),
    "bbox": _in_box,
    "within": lambda _scope, geometry: Q(geom__intersects=_stored(geometry)),
    "near": lambda _scope, near: Q(within_distance(F("geom"), near.point, near.radius_m)),
    "text": _text,
    "filter": lambda scope, expression: compile_filter(
        expression, scope.filterable, geometry=scope.definition.geometry_path
    ),
    "interval": _during,
}
_SPATIAL = frozenset({"within", "near", "touching", "disjoint"})
