"""Layers combined by space: rows that overlap another layer, or are near it, or are not, and the nearest row of it.

The other layer is read under the rights of the visitor: its rows, its readable fields and its portal.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.db.models import F, FloatField, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from layers.access import Scope
from layers.cache import BoundedCache
from layers.definitions import ID, Field, FieldType
from layers.errors import InvalidParameter, UnknownFeature
from layers.parsing.query import SpatialRelation
from layers.queries.records import record_condition
from layers.sql.costs import DEFAULT_CHANCE, expected_rows, meeting_chance, spread
from layers.sql.filters import compile_filter
from layers.sql.spatial import shape_value, within_distance
from layers.sql.spatial_joins import Overlap, SpatialJoin, with_nearest


@dataclass(frozen=True, slots=True)
class LayerJoin:
    """A join with another layer: ``rows`` are the rows of it that answer."""

    other: Scope
    relation: SpatialRelation
    rows: QuerySet[Any]


# A name is an identifier of PostgreSQL, which cuts what is longer than 63 bytes.
_LONGEST = 50
# How the sources of the fields begin: those of a layer never do.
_SOURCE = "_matched"


@dataclass(frozen=True, slots=True)
class LayerMatch:
    """A layer of which each row has the nearest feature: its ``id``, its ``title`` and how far it is, as fields.

    ``rows`` are its rows that satisfy the question, as (id, geometry in EPSG:4326, title, error of the position);
    ``distance`` is in metres on the spheroid, 0 where a point is shared; with ``is_overlap`` more than a border is.
    Where a position has an error that the visitor reads (``own_error`` is the column of the queried layer), ``error``
    is that of the distance, and ``near_limit`` says whether the limit of the question is within it.
    """

    spatial_relation: SpatialRelation
    other: Scope
    rows: QuerySet[Any]
    id: Field
    title: Field
    distance: Field
    error: Field | None = None
    near_limit: Field | None = None
    own_error: str = ""
    is_overlap: bool = False

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that the match adds to a row."""
        return (self.title, self.distance, *self.errors, self.id)

    @property
    def columns(self) -> tuple[Field, ...]:
        """Those that a table shows: of an object that is touched the title says it all, since the distance is 0."""
        return (self.title, *([self.distance] if self.spatial_relation.metres else []), *self.errors)

    @property
    def errors(self) -> tuple[Field, ...]:
        """Those of its fields that say how sure the distance is."""
        return tuple(field for field in (self.error, self.near_limit) if field is not None)


def answering_rows(other: Scope, relation: SpatialRelation) -> QuerySet[Any]:
    """Return the rows of another layer that a question is about: the one that it names, or those of its conditions.

    Raises:
        InvalidParameter: the other layer is a table.
        InvalidFilter: the filter does not fit the other layer.
        UnknownProperty: the visitor has no such relation there.
    """
    if not other.definition.geometry.is_located:
        raise InvalidParameter(
            _("La couche « %s » n’a pas de géométrie : rien ne peut la toucher.") % other.slug,
            parameter=relation.parameter,
        )
    if relation.pk is not None:
        return other.queryset.filter(pk=relation.pk) if relation.pk < 2**63 else other.queryset.none()
    rows = other.queryset
    for condition in relation.records:
        rows = rows.filter(record_condition(other, condition))
    if relation.filter is None:
        return rows
    return rows.filter(
        compile_filter(relation.filter, other.filterable, geometry=other.definition.geometry_path)
    )


def layer_join(scope: Scope, other: Scope, relation: SpatialRelation) -> LayerJoin | Q:
    """Return how a layer joins another, or the condition when ``relation`` names one feature of it.

    Raises:
        UnknownFeature: ``relation`` names a feature that is not in the other scope.
        InvalidParameter: the other layer is a table.
        InvalidFilter: the filter does not fit the other layer.
    """
    rows = answering_rows(other, relation)
    if relation.pk is None:
        return LayerJoin(other, relation, rows)
    return _near_feature(scope, other, relation, rows)


def is_overlap(scope: Scope, other: Scope, relation: SpatialRelation) -> bool:
    """Whether a relation asks for more than a border.

    It has no distance, and of the two layers one is of surfaces and none of points.
    """
    dimensions = {each.definition.geometry.dimension for each in (scope, other)}
    return not relation.metres and not relation.shares_border and 2 in dimensions and 0 not in dimensions


def _near_feature(scope: Scope, other: Scope, relation: SpatialRelation, rows: QuerySet[Any]) -> Q:
    """Return the condition of being near one feature, a literal: the index of the queried layer serves it."""
    shape = rows.values_list("geom", flat=True).first()
    if shape is None:
        raise UnknownFeature(
            _("La couche « %(layer)s » n’a pas d’objet %(id)s.") % {"layer": other.slug, "id": relation.pk},
            parameter=relation.parameter,
        )
    if relation.metres:
        near = Q(within_distance(F("geom"), shape, relation.metres))
    else:
        near = Q(geom__intersects=shape)
        if is_overlap(scope, other, relation):
            near &= Q(Overlap(F("geom"), shape_value(shape)))
    return Q(~near, geom__isnull=False) if relation.is_disjoint else near


# What it costs to find the first candidate in an index, in candidates.
_DESCENT = 6


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Estimates for a join: rows of the layer, matching rows of the other one, and how near they are.

    ``chance`` is the share of one layer that is near a row of the other.
    """

    layer: float
    answering: float
    other: float
    chance: float

    @property
    def candidates(self) -> float:
        """How many rows of the other layer an index finds around a row of this one."""
        return self.other * self.chance

    @property
    def first(self) -> float:
        """How many candidates are looked at before one answers: all of them when few do."""
        return min(self.candidates, self.other / self.answering) if self.answering else self.candidates

    def from_other_layer(self, rows: float) -> bool:
        """Whether fewer pairs are compared from the other layer, for ``rows`` of this one."""
        return self.answering * (1 + self.layer * self.chance) < rows * (1 + self.first)

    def cost_factor(self, *, from_other_layer: bool) -> float:
        """Return the factor on the planner's cost, which assumes a fixed chance and examines every candidate."""
        looked_at = 1.0 if from_other_layer else (_DESCENT + self.first) / (_DESCENT + self.candidates)
        return looked_at * max(1.0, self.chance / DEFAULT_CHANCE)


_sizes: BoundedCache[_Sizes] = BoundedCache(500)


def joined_rows(scope: Scope, rows: QuerySet[Any], joins: Sequence[LayerJoin]) -> QuerySet[Any]:
    """Return those of ``rows`` that overlap, touch or are near the other layers, or none of their rows.

    Each join starts where it is cheaper. A row without a geometry is neither near nor far.
    """
    if not joins:
        return rows
    expected = expected_rows(rows)
    for join in joins:
        key = (scope.key, scope.version, join.other.key, join.other.version, join.relation.text)
        sizes = _sizes.recall(key, partial(_read, scope, join))
        is_from_other = sizes.from_other_layer(expected)
        cost_factor = sizes.cost_factor(from_other_layer=is_from_other) if join.relation.metres else 1.0
        condition = SpatialJoin(
            scope.definition.model,
            join.rows,
            join.relation.metres,
            parameter=join.relation.parameter,
            is_disjoint=join.relation.is_disjoint,
            from_other_layer=is_from_other,
            is_overlap=is_overlap(scope, join.other, join.relation),
            cost_factor=cost_factor,
        )
        rows = rows.filter(Q(condition, geom__isnull=False) if join.relation.is_disjoint else Q(condition))
    return rows


def _read(scope: Scope, join: LayerJoin) -> _Sizes:
    own, other = (spread(one.definition.model._meta.db_table) for one in (scope, join.other))
    return _Sizes(
        layer=own.rows,
        answering=expected_rows(join.rows),
        other=other.rows,
        chance=meeting_chance(own, other, join.relation.metres),
    )


def is_matched_distance(field: Field) -> bool:
    """Whether a field is the distance of a match."""
    return field.path.startswith(_SOURCE) and field.path.endswith("_metres")


def matches(
    scope: Scope, relations: Sequence[tuple[SpatialRelation, Scope, QuerySet[Any]]]
) -> tuple[LayerMatch, ...]:
    """Return the matches of a layer with others, each with the rows of it that satisfy the query.

    Their names are those of the layers, distinct from the fields of ``scope``; titles distinguish several relations
    with one layer.
    """
    matches_by_layer: list[LayerMatch] = []
    used_names = set(scope.filterable)
    metric = sum(bool(relation.metres) for relation, _other, _rows in relations)
    for number, (relation, other, other_rows) in enumerate(relations, start=1):
        is_only = len(relations) == 1 or (metric == 1 and bool(relation.metres))
        match = _match(
            scope,
            LayerJoin(other, relation, other_rows),
            source=f"{_SOURCE}{number}",
            used_names=used_names,
            is_only=is_only,
        )
        used_names |= {field.name for field in match.fields}
        matches_by_layer.append(match)
    return tuple(matches_by_layer)


def matched_rows(rows: QuerySet[Any], layer_matches: Sequence[LayerMatch]) -> QuerySet[Any]:
    """Return the rows with the values of the fields of each match."""
    for match in layer_matches:
        rows = with_nearest(
            rows,
            match.rows,
            match.spatial_relation.metres,
            match.id.source.removesuffix("_id"),
            is_overlap=match.is_overlap,
            has_error=bool(match.errors),
            own_error=match.own_error,
        )
    return rows


def error_field(scope: Scope) -> Field | None:
    """Return the field of the probable error of a position, in metres; None where the visitor reads none."""
    return scope.filterable.get(scope.definition.precision_field)


_NAMES = ("voisin", "distance", "incertitude", "limite", "voisin_id")


def _match(
    scope: Scope, join: LayerJoin, *, source: str, used_names: Collection[str], is_only: bool
) -> LayerMatch:
    other, relation = join.other, join.relation
    base, suffix = other.slug.replace("-", "_")[:_LONGEST], ""
    number = 1
    while {f"{base}_{name}{suffix}" for name in _NAMES} & set(used_names):
        number += 1
        suffix = f"_{number}"
    kind = str(other.definition.singular)
    title = _neighbour(other) if relation.metres else kind
    title_field = other.filterable.get(other.definition.title_field)
    own_error, other_error = error_field(scope), error_field(other)
    is_inside = scope.definition.geometry.is_point and other.definition.geometry.is_surface
    has_limit = bool(own_error or other_error) and bool(relation.metres or is_inside)

    def added(name: str, column: str, words: str, words_of_one: str) -> Field:
        title = words if is_only else words_of_one % kind
        return Field(f"{base}_{name}{suffix}", FieldType.NUMBER, title, path=f"{source}_{column}", unit="m")

    error = added("incertitude", "error", _("incertitude"), _("incertitude, %s"))
    limit = added("limite", "near_limit", _("proche de la limite"), _("proche de la limite, %s"))
    return LayerMatch(
        spatial_relation=relation,
        other=other,
        rows=_nearest_columns(join.rows, title_field, other_error),
        id=Field(
            f"{base}_voisin_id{suffix}", FieldType.INTEGER, _("%s, identifiant") % title, path=f"{source}_id"
        ),
        title=Field(
            f"{base}_voisin{suffix}",
            FieldType.TEXT,
            title,
            path=f"{source}_title",
            choices=_choices(title_field),
        ),
        distance=added("distance", "metres", _("distance"), _("distance, %s")),
        error=error if has_limit and relation.metres else None,
        near_limit=replace(limit, type=FieldType.BOOLEAN, unit="") if has_limit else None,
        own_error=own_error.source if own_error else "",
        is_overlap=is_overlap(scope, other, relation),
    )


def _neighbour(other: Scope) -> str:
    """Return the title of a nearest object; a layer without a noun has words that suit any gender."""
    noun, kind = other.definition.noun, other.definition.singular
    if noun is None:
        return _("%s au plus près") % kind
    words = pgettext("feminine", "%s voisine") if noun.is_feminine else pgettext("masculine", "%s voisin")
    return words % kind


def _nearest_columns(rows: QuerySet[Any], title_field: Field | None, error: Field | None) -> QuerySet[Any]:
    """Select the id, the geometry, the title and the error of the position of rows, in this order.

    The id stands for a title without value.
    """
    number = Cast(ID.source, TextField())
    text = NullIf(Cast(F(title_field.source), TextField()), Value("", TextField())) if title_field else None
    title = Coalesce(text, number) if text else number
    metres = Cast(F(error.source) if error else Value(None), FloatField())
    named: QuerySet[Any] = rows.order_by().annotate(_title=title, _error=metres)
    return named.values_list(ID.source, "geom", "_title", "_error")


def _choices(title_field: Field | None) -> tuple[tuple[str, Any], ...]:
    return tuple((str(code), label) for code, label in title_field.choices) if title_field else ()
