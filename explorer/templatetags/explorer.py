"""Tags of the explorer: titles of rows, states of sorts, ways to reuse a layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from explorer.queries import row_name
from explorer.serializers import shape as shape_of
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.parsing import FeatureQuery

register = template.Library()


@dataclass(frozen=True, slots=True)
class Sorting:
    """How a table is sorted on a column: ``state`` is the word of ``aria-sort``, ``next`` what a click asks."""

    state: str
    next: str


@dataclass(frozen=True, slots=True)
class Way:
    """A way to reuse a layer: an absolute address to copy, and what it is for."""

    name: str
    label: str
    address: str
    help: str


@register.simple_tag
def sort_state(query: FeatureQuery, field: Field) -> Sorting:
    """Tell how the table is sorted on ``field``."""
    key = next((key for key in query.sort[:1] if key.name == field.name), None)
    if key is None:
        return Sorting("", field.name)
    return Sorting("descending", field.name) if key.is_descending else Sorting("ascending", f"-{field.name}")


@register.simple_tag
def row_title(scope: Scope, row: dict[str, Any]) -> str:
    """Return what a row is called in a list."""
    return row_name(scope, row)


@register.filter
def type_name(field: Field) -> str:
    """Return the French name of a field's type."""
    names = {
        FieldType.TEXT: _("texte"),
        FieldType.INTEGER: _("entier"),
        FieldType.NUMBER: _("nombre"),
        FieldType.BOOLEAN: _("oui ou non"),
        FieldType.DATE: _("date"),
        FieldType.DATETIME: _("date et heure"),
        FieldType.TEXTS: _("liste de textes"),
    }
    return names[field.type]


@register.filter
def ways(scope: Scope, request: HttpRequest) -> list[Way]:
    """List the addresses that desktop tools and scripts ask for."""
    items, tiles = reverse("ogc:items", args=[scope.slug]), reverse("tiles:tilejson", args=[scope.slug])
    found = [
        Way(
            "qgis",
            _("QGIS : OGC API Features"),
            request.build_absolute_uri(reverse("ogc:landing")),
            _(
                "Couche › Ajouter une couche › WFS / OGC API Features, nouvelle connexion, version « OGC API »."
            ),
        ),
        Way(
            "api",
            _("API : GeoJSON"),
            request.build_absolute_uri(items),
            _("Filtres : commune, bbox, q, filter (CQL2)…"),
        ),
        Way(
            "tiles",
            _("Tuiles vectorielles : TileJSON"),
            request.build_absolute_uri(tiles),
            _("MapLibre, OpenLayers, QGIS."),
        ),
    ]
    return found if scope.definition.geometry.is_located else found[:-1]


@register.filter
def shape(scope: Scope) -> str:
    """Return how features are drawn: point, line or surface."""
    return shape_of(scope)
