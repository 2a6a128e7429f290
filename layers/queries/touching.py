"""Layers combined by space: the features of one that touch, or are near, those of another, or none of them.

The other layer passes through the same door: its rows, its readable fields and its portal are the visitor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import InvalidParameter, UnknownFeature
from layers.parsing.touching import Touching
from layers.sql.bounded_cache import BoundedCache
from layers.sql.filters import compile_filter
from layers.sql.spatial import nearer_than
from layers.sql.spatial_joins import SpatialJoin
from layers.sql.statistics import DEFAULT_CHANCE, Spread, expected_rows, meeting_chance, spread


@dataclass(frozen=True, slots=True)
class LayerJoin:
    """A join with another layer: ``others`` are the rows of it that answer."""

    other: Scope
    asked: Touching
    others: QuerySet[Any]


def answering_rows(other: Scope, asked: Touching) -> QuerySet[Any]:
    """Return the rows of another layer that a question is about: the one that it names, or those of its filter.

    Raises:
        InvalidParameter: the other layer is a table.
        InvalidFilter: the filter does not fit the other layer.
    """
    if not other.definition.geometry.is_located:
        raise InvalidParameter(
            _("La couche « %s » n’a pas de géométrie : rien ne peut la toucher.") % other.slug,
            parameter=asked.parameter,
        )
    if asked.pk is not None:
        return other.queryset.filter(pk=asked.pk) if asked.pk < 2**63 else other.queryset.none()
    if asked.filter is None:
        return other.queryset
    return other.queryset.filter(
        compile_filter(asked.filter, other.filterable, geometry=other.definition.geometry_path)
    )


@dataclass(frozen=True, slots=True)
class _Sizes:
    """What is expected of a join: rows of the layer, rows of the other one that answer, and how near they are.

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

    def starts_apart(self, rows: float) -> bool:
        """Whether fewer pairs are compared from the other layer, when ``rows`` of this one are asked."""
        return self.answering * (1 + self.layer * self.chance) < rows * (1 + self.first)

    def excess(self, *, starts_apart: bool) -> float:
        """Return what the planner's cost is multiplied by: it takes a fixed chance, and looks at every candidate."""
        looked_at = 1.0 if starts_apart else (_DESCENT + self.first) / (_DESCENT + self.candidates)
        return looked_at * max(1.0, self.chance / DEFAULT_CHANCE)


# What it costs to find the first candidate in an index, in candidates.
_DESCENT = 6
_sizes: BoundedCache[_Sizes] = BoundedCache(500)


def layer_join(other: Scope, asked: Touching) -> LayerJoin | Q:
    """Return how a layer joins another, or the condition when ``asked`` names one feature of it.

    Raises:
        UnknownFeature: ``asked`` names a feature that is not in the other scope.
        InvalidParameter: the other layer is a table.
        InvalidFilter: the filter does not fit the other layer.
    """
    others = answering_rows(other, asked)
    return LayerJoin(other, asked, others) if asked.pk is None else _beside_one(other, asked, others)


def joined_rows(scope: Scope, rows: QuerySet[Any], joins: Sequence[LayerJoin]) -> QuerySet[Any]:
    """Return those of ``rows`` that touch, or are near, the other layers, or none of their rows.

    Each join starts where it is cheaper. A row without a geometry is neither near nor far.
    """
    if not joins:
        return rows
    expected = expected_rows(rows)
    for join in joins:
        key = (scope.key, scope.version, join.other.key, join.other.version, join.asked.text)
        sizes = _sizes.recall(key, partial(_read, scope, join))
        apart = sizes.starts_apart(expected)
        excess = sizes.excess(starts_apart=apart) if join.asked.metres else 1.0
        condition = SpatialJoin(
            scope.definition.model,
            join.others,
            join.asked.metres,
            parameter=join.asked.parameter,
            is_disjoint=join.asked.is_disjoint,
            starts_apart=apart,
            excess=excess,
        )
        rows = rows.filter(Q(condition, geom__isnull=False) if join.asked.is_disjoint else Q(condition))
    return rows


def _read(scope: Scope, join: LayerJoin) -> _Sizes:
    own, other = (_spread(one) for one in (scope, join.other))
    return _Sizes(
        layer=own.rows,
        answering=expected_rows(join.others),
        other=other.rows,
        chance=meeting_chance(own, other, join.asked.metres),
    )


def _spread(scope: Scope) -> Spread:
    return spread(scope.definition.model._meta.db_table)


def _beside_one(other: Scope, asked: Touching, rows: QuerySet[Any]) -> Q:
    """One feature is a literal: the index of the layer asked about serves it."""
    shape = rows.values_list("geom", flat=True).first()
    if shape is None:
        raise UnknownFeature(
            _("La couche « %(layer)s » n’a pas d’objet %(id)s.") % {"layer": other.slug, "id": asked.pk},
            parameter=asked.parameter,
        )
    near = Q(nearer_than(F("geom"), shape, asked.metres)) if asked.metres else Q(geom__intersects=shape)
    return Q(~near, geom__isnull=False) if asked.is_disjoint else near
