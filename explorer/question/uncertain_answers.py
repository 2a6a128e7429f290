"""Features beyond the distance of a question that may be within it, given the error of their positions.

The list marks the answers whose error reaches over the limit; these are the others, counted once, with the address of
the same question at the distance that holds them all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from django.db.models import Count, F, Max

from explorer.map_state.parsing import TOUCHING, MapQuery
from explorer.map_state.queries import layer_query
from explorer.question.sentence import LayerRelation, relation_text, relations, with_relation
from interface import wording
from layers.access import Scope
from layers.cache import BoundedCache
from layers.parsing.query import MATCHED, MAX_METRES
from layers.queries import error_field
from layers.sql.limits import time_limit

_METRES = re.compile(r"@\d+(?:\.\d+)?", re.ASCII)
_STEP_M = 10  # errors from 100 m on are rounded to ten metres (``layers.sql.spatial_joins.DistanceError``)


@dataclass(frozen=True, slots=True)
class UncertainAnswers:
    """How many features may be within ``limit``, and the address of the question at ``distance``, which holds them."""

    count: int
    limit: str
    distance: str
    address: str


_errors: BoundedCache[float] = BoundedCache(200)


def uncertain_answers(
    subject: Scope, query: MapQuery, scopes: Mapping[str, Scope]
) -> UncertainAnswers | None:
    """Return those of a question with one distance; None without any, or where no error of a position is known.

    Raises:
        TooSlow: the database did not answer in the time given to a list.
    """
    near = [each for each in relations(query, subject, scopes) if each.spatial_relation.metres]
    if len(near) != 1 or near[0].name != TOUCHING:
        return None
    (relation,) = near
    metres = relation.spatial_relation.metres
    with time_limit("list"):
        error = math.hypot(*(_largest_error(scope) for scope in (subject, relation.other)))
        reach = min(math.ceil(metres + error) + _STEP_M, MAX_METRES)
        if not error or reach <= metres:
            return None
        wider = layer_query(
            subject, _at(query, subject, relation, reach, scopes), scopes, **{MATCHED: "true"}
        )
        (match,) = (each for each in wider.selection.matches if each.spatial_relation.metres)
        if match.error is None:
            return None
        beyond = wider.selection.rows.filter(**{f"{match.distance.source}__gt": metres})
        may_be = beyond.annotate(_closest=F(match.distance.source) - F(match.error.source)).filter(
            _closest__lte=metres
        )
        row = may_be.order_by().aggregate(count=Count("pk"), furthest=Max(match.distance.source))
    if not row["count"]:
        return None
    distance = min(math.ceil(row["furthest"] / _STEP_M) * _STEP_M, MAX_METRES)
    address = _at(query, subject, relation, distance, scopes).link
    return UncertainAnswers(row["count"], wording.distance(metres), wording.distance(distance), address)


def _at(
    query: MapQuery, subject: Scope, relation: LayerRelation, metres: float, scopes: Mapping[str, Scope]
) -> MapQuery:
    """Return the question at another distance."""
    requested = relation.spatial_relation
    text = (
        relation_text(requested.layer, metres)
        if relation.is_live
        else _METRES.sub(f"@{metres:g}", relation.text, count=1)
    )
    other = with_relation(query, subject.slug, TOUCHING, text, instead_of=relation.text, scopes=scopes)
    return replace(other, order=query.order)


def _largest_error(scope: Scope) -> float:
    """Return the largest error of the positions of a layer, in metres; 0 where the visitor reads none."""
    field = error_field(scope)
    if field is None:
        return 0.0
    return _errors.recall((scope.key, scope.version), partial(_read_error, scope, field.source))


def _read_error(scope: Scope, source: str) -> float:
    return float(scope.queryset.aggregate(largest=Max(source))["largest"] or 0)
