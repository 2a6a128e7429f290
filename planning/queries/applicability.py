"""What applies to a place: one statement a rule, over the rows that the visitor reads, measured on the spheroid.

Of many places two statements a rule: a lateral join measures, then each feature is read once.

Distances and areas are in metres and square metres; geometries in EPSG:4326. A layer that is hidden and one that is not
there give the same answer, of the same statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BooleanField, Case, Expression, F, FloatField, Func, QuerySet, Value, When

from interface.territory import COMMUNES_LAYER
from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import Field
from layers.errors import LayersError
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.sql.functions import And, Different, Not
from layers.sql.laterals import BOX, PK, SHAPE, PlaceColumn, Places, rows_around
from layers.sql.limits import time_limit
from layers.sql.spatial import (
    BBoxOverlaps,
    DistanceWithin,
    Geography,
    Intersects,
    box_around,
    shape_value,
)
from layers.visitor import Visitor
from planning.models import ApplicableRule, RuleCaution
from planning.queries.locations import ADDRESSES, PARCELS, Location
from planning.vocabulary import NOISE_M2, Relation

_NEAREST_M = 2_000
_NEVER_NAMED = frozenset({"", "geom"})


class _SharedArea(Func):
    """The square metres that a column and a geometry share."""

    template = "ST_Area(ST_Intersection(%(expressions)s)::geography)"
    output_field = FloatField()


class _SharedLength(Func):
    """The metres of a column that are inside a geometry."""

    template = "ST_Length(ST_Intersection(%(expressions)s)::geography)"
    output_field = FloatField()


class _Reach(Func):
    """A geometry widened by metres, second."""

    template = "ST_Buffer(%(expressions)s)::geometry"
    output_field = FloatField()  # only ever an argument


class _Metres(Func):
    """The metres between two geographies."""

    function = "ST_Distance"
    output_field = FloatField()


class _Nearness(Func):
    """The order of the GiST index: the nearest on the map first."""

    template = "%(expressions)s"
    arg_joiner = " <-> "
    output_field = FloatField()


@dataclass(frozen=True, slots=True)
class ApplicableFeature:
    """A feature that applies: what it shares with the place (m² or m), how far it is, what its rule says of it.

    ``share`` is the part of the place, from 0 to 1; None where the place or the feature has no area. ``values`` are
    the fields that the rule names and the visitor reads, with their values.
    """

    pk: int
    title: str
    code: str
    code_label: str
    values: Sequence[tuple[Field, Any]]
    area_m2: float | None
    length_m: float | None
    share: float | None
    distance_m: float
    cautions: Sequence[RuleCaution]

    def value(self, name: str) -> Any:
        """Return the value of a field, None where the rule does not name it or the visitor does not read it."""
        return next((value for field, value in self.values if field.name == name), None)


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A rule and what it gives; ``scope`` is None where the layer is not there for the visitor.

    ``is_cut``: there are more features than the rule lists. ``absent_codes``: no feature has them.
    ``has_unread_cautions``: a caution selects features by what the visitor does not read, or by what is not there.
    """

    rule: ApplicableRule
    scope: Scope | None
    features: Sequence[ApplicableFeature] = ()
    is_cut: bool = False
    absent_codes: Sequence[str] = ()
    has_unread_cautions: bool = False


def active_rules() -> list[ApplicableRule]:
    """Return the rules of the sheet in its order, with their cautions."""
    return list(ApplicableRule.objects.filter(is_active=True).prefetch_related("cautions"))


def rules_key() -> str:
    """Return a text that changes with any rule or caution."""
    return repr((list(ApplicableRule.objects.values_list()), list(RuleCaution.objects.values_list())))


def area_of(geometry: GEOSGeometry) -> float | None:
    """Return the square metres of a surface on the spheroid, None for points and lines."""
    if geometry.dims != 2:
        return None
    area = Func(Geography(shape_value(geometry)), function="ST_Area", output_field=FloatField())
    value: float = ApplicableRule.objects.order_by().values_list(area, flat=True)[:1].get()
    return value


def outcomes(visitor: Visitor, location: Location, area_m2: float | None) -> list[RuleOutcome]:
    """Return what each rule gives for a place, in the order of the rules; ``area_m2`` is that of the place.

    Raises:
        TooSlow: the database did not answer in time.
    """
    around = _Surroundings([location.geometry])
    with time_limit("page"):
        return [
            RuleOutcome(reading.rule, None)
            if reading.scope is None or reading.rows is None
            else _outcome(reading, location, area_m2, around)
            for reading in _readings(visitor)
        ]


def block_outcomes(
    visitor: Visitor, locations: Sequence[Location], areas_m2: Sequence[float]
) -> list[list[RuleOutcome]]:
    """Return the same for each of some surfaces of one layer: two statements a rule, whatever their number.

    Raises:
        TooSlow: the database did not answer in time.
    """
    results: list[list[RuleOutcome]] = [[] for _each in locations]
    around = _Surroundings([each.geometry for each in locations], [each.pk for each in locations])
    with time_limit("export"):
        for reading in _readings(visitor):
            if reading.scope is None or reading.rows is None:
                for listed in results:
                    listed.append(RuleOutcome(reading.rule, None))
                continue
            for listed, outcome in zip(
                results, _block_outcomes(reading, locations[0].layer, areas_m2, around), strict=True
            ):
                listed.append(outcome)
    return results


@dataclass(frozen=True, slots=True)
class _Reading:
    """A rule as a visitor reads it: the rows of its filter, None where they read no such layer or field of it.

    Of each caution the condition is that of its rows, None for one about all of them; those whose rows cannot be read
    are left out.
    """

    rule: ApplicableRule
    scope: Scope | None
    rows: QuerySet[Any] | None = None
    cautions: Sequence[tuple[RuleCaution, Any]] = ()

    @property
    def has_unread_cautions(self) -> bool:
        """Whether a caution was left out."""
        return len(self.cautions) < len(self.rule.cautions.all())

    @property
    def conditions(self) -> list[tuple[int, Any]]:
        """The conditions of the cautions that have one, by the id of the caution."""
        return [(caution.pk, condition) for caution, condition in self.cautions if condition is not None]


def _readings(visitor: Visitor) -> Iterable[_Reading]:
    rules = active_rules()
    named = [rule.layer for rule in rules if rule.layer]
    # The rest of the sheet reads these: in a block of ``access.scopes_read_once`` one statement reads them all.
    scopes = access.scopes_by_slug(visitor, list(dict.fromkeys([*named, *_of_sheets()])))
    for rule in rules:
        scope = scopes.get(rule.layer)
        if scope is None or not scope.definition.geometry.is_located:
            yield _Reading(rule, None)
            continue
        # None: its filter names a field that the visitor does not read.
        yield _Reading(rule, scope, _filtered(scope, rule.rows), list(_cautions(scope, rule)))


def _of_sheets() -> tuple[str, ...]:
    """Return the layers that a sheet reads beside those of its rules."""
    return (*access.dated_slugs(), PARCELS, ADDRESSES, COMMUNES_LAYER)


class _Surroundings:
    """Some places with the boxes around them, made once for each distance that rules look at."""

    def __init__(self, shapes: Sequence[GEOSGeometry], pks: Sequence[int | None] | None = None) -> None:
        self._shapes, self._pks = shapes, pks
        self._boxes: dict[float, list[GEOSGeometry | None]] = {}
        self._places: dict[float | None, Places] = {}

    def boxes(self, metres: float) -> list[GEOSGeometry | None]:
        """Return the boxes of all that is within some metres."""
        if metres not in self._boxes:
            self._boxes[metres] = [box_around(shape, metres) for shape in self._shapes]
        return self._boxes[metres]

    def places(self, metres: float | None) -> Places:
        """Return the places of a statement that looks so far, None for what is on them."""
        if metres not in self._places:
            bare = self._places.get(None) or Places.of(self._shapes, self._pks)
            self._places[None] = bare
            if metres is not None:
                self._places[metres] = bare.with_boxes(self.boxes(metres))
        return self._places[metres]


def _outcome(
    reading: _Reading, location: Location, area_m2: float | None, around: _Surroundings
) -> RuleOutcome:
    rule, scope, rows = reading.rule, reading.scope, reading.rows
    assert scope is not None and rows is not None
    if scope.slug == location.layer and location.pk is not None:
        rows = rows.exclude(pk=location.pk)
    shape, metres = location.geometry, _reach_of(rule)
    box = around.boxes(metres)[0] if metres is not None else None
    place = _Place(
        shape_value(shape), None if box is None else shape_value(box), shape.dims, area_m2 is not None
    )
    rows = _with_cautions(reading, _measured(rule, scope, rows, place))
    listed = list(_without_shapes(rows)[: rule.at_most + 1])
    measures = [
        _Measures(
            row.rule_area,
            row.rule_length,
            row.rule_distance,
            [getattr(row, f"rule_caution_{pk}") for pk, _condition in reading.conditions],
        )
        for row in listed
    ]
    described = {row.pk: _described(rule, scope, row) for row in listed}
    pairs = zip([row.pk for row in listed], measures, strict=True)
    return _collected(reading, list(pairs), described, area_m2)


def _block_outcomes(
    reading: _Reading, layer: str, areas_m2: Sequence[float], around: _Surroundings
) -> Iterable[RuleOutcome]:
    """Return what a rule gives for each place: the features around all of them, then what each feature says.

    ``layer`` is that of the places themselves.
    """
    rule, scope, rows = reading.rule, reading.scope, reading.rows
    assert scope is not None and rows is not None
    if scope.slug == layer:
        rows = rows.filter(Different(F("pk"), PlaceColumn(PK)))
    places = around.places(_reach_of(rule))
    place = _Place(
        PlaceColumn(SHAPE), None if places.boxes is None else PlaceColumn(BOX), dims=2, has_area=True
    )
    rows = _with_cautions(reading, _measured(rule, scope, rows, place))
    columns = [f"rule_caution_{pk}" for pk, _condition in reading.conditions]
    measured = rows.values_list("pk", "rule_area", "rule_length", "rule_distance", *columns)
    listed = rows_around(places, measured[: rule.at_most + 1])
    pks = {pk for rows_of_place in listed.values() for pk, *_values in rows_of_place}
    read = _without_shapes(scope.queryset.filter(pk__in=pks))
    described = {row.pk: _described(rule, scope, row) for row in read}
    for index, area_m2 in enumerate(areas_m2):
        pairs = [
            (pk, _Measures(area, length, float(distance), flags))  # a distance of 0 is a constant: numeric
            for pk, area, length, distance, *flags in listed.get(index, ())
            if pk in described
        ]
        yield _collected(reading, pairs, described, area_m2)


def _without_shapes(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Leave out the geometries of features, which no sheet writes."""
    columns = {field.name for field in rows.model._meta.concrete_fields}
    deferred: QuerySet[Any] = rows.defer(*columns & {"geom", "geom_3857"})
    return deferred


def _with_cautions(reading: _Reading, rows: QuerySet[Any]) -> QuerySet[Any]:
    columns = {
        f"rule_caution_{pk}": Case(
            When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for pk, condition in reading.conditions
    }
    annotated: QuerySet[Any] = rows.annotate(**columns)
    return annotated


@dataclass(frozen=True, slots=True)
class _Measures:
    """What a feature shares with a place, and whether each condition of a caution holds for it."""

    area_m2: float | None
    length_m: float | None
    distance_m: float
    flags: Sequence[bool]


def _collected(
    reading: _Reading,
    pairs: Sequence[tuple[int, _Measures]],
    described: Mapping[int, _Described],
    area_m2: float | None,
) -> RuleOutcome:
    rule, scope = reading.rule, reading.scope
    assert scope is not None
    numbers = {pk: number for number, (pk, _condition) in enumerate(reading.conditions)}
    features = [
        described[pk].feature(
            measures,
            area_m2,
            [
                caution
                for caution, condition in reading.cautions
                if condition is None or measures.flags[numbers[caution.pk]]
            ],
        )
        for pk, measures in pairs[: rule.at_most]
        if measures.area_m2 is None or measures.area_m2 >= NOISE_M2
    ]
    return RuleOutcome(
        rule,
        scope,
        features,
        is_cut=len(pairs) > rule.at_most,
        absent_codes=_absent_codes(rule, scope) if rule.lists_absent_codes else (),
        has_unread_cautions=reading.has_unread_cautions,
    )


def _filtered(scope: Scope, text: str) -> QuerySet[Any] | None:
    """Return the rows of a CQL2 filter; None where it cannot be read by what the visitor reads."""
    if not text:
        return scope.queryset
    try:
        return scope.queryset.filter(_condition(scope, text))
    except LayersError:
        return None


def _condition(scope: Scope, text: str) -> Any:
    return compile_filter(
        parse_filter(text, parameter="rows"), scope.filterable, geometry=scope.definition.geometry_path
    )


def _cautions(scope: Scope, rule: ApplicableRule) -> Iterable[tuple[RuleCaution, Any]]:
    """Return the cautions of a rule with their conditions, None for one about every feature."""
    for caution in rule.cautions.all():
        try:
            yield caution, _condition(scope, caution.rows) if caution.rows else None
        except LayersError:
            continue


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in a statement: its geometry and a box around it, as expressions; ``dims`` is 2 for a surface."""

    shape: Expression
    box: Expression | None
    dims: int
    has_area: bool


def _reach_of(rule: ApplicableRule) -> float | None:
    """Return how far from the place a rule looks, in metres; None where it looks at what is on it."""
    if rule.relation == Relation.OVERLAPS:
        return None
    return float(rule.distance_m or _NEAREST_M)


def _measured(rule: ApplicableRule, scope: Scope, rows: QuerySet[Any], place: _Place) -> QuerySet[Any]:
    """Select the rows of a rule around a place, and measure them: ``rule_area``, ``rule_length``, ``rule_distance``."""
    literal, column = place.shape, F("geom")
    geometry, metres = scope.definition.geometry, _reach_of(rule)
    # What shares a point with the place is at no distance, which need not be measured.
    distance: Expression = Value(0.0, FloatField())
    if metres is None:
        rows = rows.filter(And(BBoxOverlaps(column, literal), Intersects(column, literal)))
    else:
        distance = _Metres(Geography(column), Geography(literal))
        within = DistanceWithin(Geography(column), Geography(literal), Value(metres))
        conditions: list[Expression] = (
            [within] if place.box is None else [BBoxOverlaps(column, place.box), within]
        )
        if rule.relation == Relation.OUTSIDE:
            conditions.append(Not(Intersects(column, literal)))
        rows = rows.filter(And(*conditions))
    shares_area = geometry.is_surface and place.has_area and rule.relation != Relation.OUTSIDE
    area: Expression = _SharedArea(column, literal) if shares_area else Value(None, FloatField())
    length: Expression = Value(None, FloatField())
    if geometry.dimension == 1 and place.dims == 2:
        reach = _Reach(Geography(literal), Value(metres)) if rule.relation == Relation.WITHIN else literal
        length = _SharedLength(column, reach)
    rows = rows.annotate(rule_area=area, rule_length=length, rule_distance=distance)
    if rule.relation == Relation.NEAREST:
        return rows.order_by(_Nearness(column, literal), "pk")
    if rule.relation == Relation.OVERLAPS and shares_area:
        return rows.order_by("-rule_area", "pk")
    return rows.order_by("pk") if metres is None else rows.order_by("rule_distance", "pk")


@dataclass(frozen=True, slots=True)
class _Described:
    """What a feature says whatever the place: its title, its code, the fields that the rule names."""

    pk: int
    title: str
    code: str
    code_label: str
    values: Sequence[tuple[Field, Any]]

    def feature(
        self, measures: _Measures, area_m2: float | None, cautions: Sequence[RuleCaution]
    ) -> ApplicableFeature:
        """Return the feature as it applies to a place of ``area_m2``."""
        shared = measures.area_m2
        return ApplicableFeature(
            pk=self.pk,
            title=self.title,
            code=self.code,
            code_label=self.code_label,
            values=self.values,
            area_m2=shared,
            length_m=measures.length_m,
            share=shared / area_m2 if shared is not None and area_m2 else None,
            distance_m=measures.distance_m,
            cautions=cautions,
        )


def _described(rule: ApplicableRule, scope: Scope, row: Any) -> _Described:
    """Read a row as the visitor may: fields that a rule names and the visitor does not read are left out."""
    title_field = scope.filterable.get(scope.definition.title_field)
    code_field = scope.filterable.get(rule.code_field)
    code = field_value(code_field, row) if code_field else None
    title = field_value(title_field, row) if title_field else None
    names = [name for name in dict.fromkeys(rule.detail_fields) if name not in _NEVER_NAMED]
    fields = [scope.filterable[name] for name in names if name in scope.filterable]
    return _Described(
        row.pk,
        str(title or rule.title),
        "" if code is None else str(code),
        "" if code_field is None or code is None else str(code_field.label(code)),
        [(field, field_value(field, row)) for field in fields],
    )


_present_codes: BoundedCache[frozenset[str]] = BoundedCache(100)


def _absent_codes(rule: ApplicableRule, scope: Scope) -> list[str]:
    """Return the codes of a list that no row has among those that the visitor reads."""
    field = scope.filterable.get(rule.code_field)
    if field is None or not field.choices:
        return []
    present = _present_codes.recall(
        (scope.key, scope.version, field.name),
        lambda: frozenset(
            str(code) for code in scope.queryset.order_by().values_list(field.source, flat=True).distinct()
        ),
    )
    return [code for code, _label in field.choices if code not in present]
