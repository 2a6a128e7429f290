"""Layers combined by space: the features of one that touch, or are near, those of another.

The other layer passes through the same door: its rows, its readable fields and its portal are the visitor's.
"""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import InvalidParameter, UnknownFeature
from layers.parsing.touching import PARAMETER, Touching
from layers.sql.filters import compile_filter
from layers.sql.spatial import nearer_than, nearer_than_each


def touches(other: Scope, asked: Touching) -> Q:
    """Return the condition of the rows that touch, or are within ``asked.metres`` of, features of ``other``.

    Raises:
        UnknownFeature: ``asked`` names a feature that is not in the other scope.
        InvalidParameter: the other layer is a table.
        InvalidFilter: the filter does not fit the other layer.
    """
    if not other.definition.geometry.is_located:
        raise InvalidParameter(
            _("La couche « %s » n’a pas de géométrie : rien ne peut la toucher.") % other.slug,
            parameter=PARAMETER,
        )
    return _beside_one(other, asked) if asked.pk is not None else _beside_any(other, asked)


def _beside_one(other: Scope, asked: Touching) -> Q:
    """One feature is a literal: the index of the layer asked about serves it."""
    rows = other.queryset.filter(pk=asked.pk) if (asked.pk or 0) < 2**63 else other.queryset.none()
    shape = rows.values_list("geom", flat=True).first()
    if shape is None:
        raise UnknownFeature(
            _("La couche « %(layer)s » n’a pas d’objet %(id)s.") % {"layer": other.slug, "id": asked.pk},
            parameter=PARAMETER,
        )
    return Q(nearer_than(F("geom"), shape, asked.metres)) if asked.metres else Q(geom__intersects=shape)


def _beside_any(other: Scope, asked: Touching) -> Q:
    rows = other.queryset
    if asked.filter is not None:
        rows = rows.filter(
            compile_filter(asked.filter, other.filterable, geometry=other.definition.geometry_path)
        )
    return Q(Exists(rows.filter(nearer_than_each(F("geom"), OuterRef("geom"), asked.metres)).values("pk")))
