"""What applies to a place: one statement a rule, over the rows that the visitor reads, measured on the spheroid.

Distances and areas are in metres and square metres; geometries in EPSG:4326. A layer that is hidden and one that is not
there give the same answer, of the same statements.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry
from django.db.models import BooleanField, Case, Expression, F, FloatField, Func, QuerySet, Value, When

from interface.wording import field_value
from layers import access
from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import Field
from layers.errors import LayersError
from layers.parsing.cql2 import parse_filter
from layers.sql.filters import compile_filter
from layers.sql.functions import And, Not
from layers.sql.limits import time_limit
from layers.sql.spatial import (
    BBoxOverlaps,
    DistanceWithin,
    Geography,
    Intersects,
    box_around,
    shape_value,
    within_distance,
)
from layers.visitor import Visitor
from planning.models import ApplicableRule, RuleCaution
from planning.queries.locations import Location
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
    """

    rule: ApplicableRule
    scope: Scope | None
    features: Sequence[ApplicableFeature] = ()
    is_cut: bool = False
    absent_codes: Sequence[str] = ()


def active_rules() -> list[ApplicableRule]:
    """Return the rules of the sheet in its order, with their cautions."""
    return list(ApplicableRule.objects.filter(is_active=True).prefetch_related("cautions"))


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
    rules = active_rules()
    scopes = access.scopes_by_slug(visitor, list(dict.fromkeys(rule.layer for rule in rules if rule.layer)))
    results = []
    with time_limit("page"):
        for rule in rules:
            scope = scopes.get(rule.layer)
            if scope is None or not scope.definition.geometry.is_located:
                results.append(RuleOutcome(rule, None))
                continue
            results.append(_outcome(rule, scope, location, area_m2))
    return results


def _outcome(rule: ApplicableRule, scope: Scope, location: Location, area_m2: float | None) -> RuleOutcome:
    rows = _filtered(scope, rule.rows)
    if rows is None:  # its filter names a field that the visitor does not read
        return RuleOutcome(rule, None)
    if scope.slug == location.layer and location.pk is not None:
        rows = rows.exclude(pk=location.pk)
    cautions = list(_cautions(scope, rule))
    rows = _measured(rule, scope, rows, location.geometry, area_m2)
    rows = rows.annotate(
        **{
            f"rule_caution_{caution.pk}": Case(
                When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
            )
            for caution, condition in cautions
            if condition is not None
        }
    )
    fields = _fields(rule, scope)
    listed = list(rows[: rule.at_most + 1])
    features = [
        _feature(rule, scope, row, fields, cautions, area_m2)
        for row in listed[: rule.at_most]
        if row.rule_area is None or row.rule_area >= NOISE_M2
    ]
    return RuleOutcome(
        rule,
        scope,
        features,
        is_cut=len(listed) > rule.at_most,
        absent_codes=_absent_codes(rule, scope) if rule.lists_absent_codes else (),
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


def _measured(
    rule: ApplicableRule, scope: Scope, rows: QuerySet[Any], place: GEOSGeometry, area_m2: float | None
) -> QuerySet[Any]:
    """Select the rows of a rule around a place, and measure them: ``rule_area``, ``rule_length``, ``rule_distance``."""
    literal, column = shape_value(place), F("geom")
    geometry, metres = scope.definition.geometry, float(rule.distance_m or 0)
    match rule.relation:
        case Relation.OVERLAPS:
            rows = rows.filter(And(BBoxOverlaps(column, literal), Intersects(column, literal)))
        case Relation.WITHIN:
            rows = rows.filter(within_distance(column, place, metres))
        case Relation.OUTSIDE:
            rows = rows.filter(And(within_distance(column, place, metres), Not(Intersects(column, literal))))
        case _:
            rows = rows.filter(_within_reach(place, metres or _NEAREST_M))
    shares_area = geometry.is_surface and area_m2 is not None and rule.relation != Relation.OUTSIDE
    is_line = geometry.dimension == 1 and place.dims == 2
    area: Expression = _SharedArea(column, literal) if shares_area else Value(None, FloatField())
    length: Expression = Value(None, FloatField())
    if is_line:
        reach = _Reach(Geography(literal), Value(metres)) if rule.relation == Relation.WITHIN else literal
        length = _SharedLength(column, reach)
    distance = _Metres(Geography(column), Geography(literal))
    rows = rows.annotate(rule_area=area, rule_length=length, rule_distance=distance)
    if rule.relation == Relation.NEAREST:
        return rows.order_by(_Nearness(column, literal), "pk")
    if rule.relation == Relation.OVERLAPS and shares_area:
        return rows.order_by("-rule_area", "pk")
    return rows.order_by("rule_distance", "pk")


def _within_reach(place: GEOSGeometry, metres: float) -> Expression:
    box = box_around(place, metres)
    measured = DistanceWithin(Geography(F("geom")), Geography(shape_value(place)), Value(metres))
    return measured if box is None else And(BBoxOverlaps(F("geom"), shape_value(box)), measured)


def _fields(rule: ApplicableRule, scope: Scope) -> list[Field]:
    """Return the fields that a rule names and the visitor reads, without its title."""
    names = [name for name in dict.fromkeys(rule.detail_fields) if name not in _NEVER_NAMED]
    return [scope.filterable[name] for name in names if name in scope.filterable]


def _feature(
    rule: ApplicableRule,
    scope: Scope,
    row: Any,
    fields: Sequence[Field],
    cautions: Iterable[tuple[RuleCaution, Any]],
    area_m2: float | None,
) -> ApplicableFeature:
    title_field = scope.filterable.get(scope.definition.title_field)
    code_field = scope.filterable.get(rule.code_field)
    code = field_value(code_field, row) if code_field else None
    title = field_value(title_field, row) if title_field else None
    return ApplicableFeature(
        pk=row.pk,
        title=str(title or rule.title),
        code="" if code is None else str(code),
        code_label="" if code_field is None or code is None else str(code_field.label(code)),
        values=[(field, field_value(field, row)) for field in fields],
        area_m2=row.rule_area,
        length_m=row.rule_length,
        share=row.rule_area / area_m2 if row.rule_area is not None and area_m2 else None,
        distance_m=row.rule_distance,
        cautions=[
            caution
            for caution, condition in cautions
            if condition is None or getattr(row, f"rule_caution_{caution.pk}")
        ],
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
