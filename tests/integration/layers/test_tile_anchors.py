"""The point that stands for a surface: in one tile, inside the surface, with what its label needs, for who reads it."""

from __future__ import annotations

from typing import Any

import mapbox_vector_tile
import pytest
from django.utils import timezone

from layers import access, queries
from layers.formats import mvt
from layers.models import Commune, Layer, ProtectedField
from layers.parsing import parse_query
from layers.visitor import Visitor
from plui.catalogue import ZONES
from tests import factories
from tests.factories import box
from tests.protocols import tile_of

NAMED = {"labels": {"field": "libelle", "zoom": 13}}
ANCHORS = f"{ZONES.slug}:anchors"


def tile(at: str, **parameters: str) -> dict[str, Any]:
    asked = parse_query({name: [text] for name, text in parameters.items()})
    selection = queries.select(access.scope(Visitor(instant=timezone.now()), ZONES.slug), asked)
    content = mvt.tile(selection, *map(int, at.split("/")))
    return mapbox_vector_tile.decode(content, default_options={"y_coord_down": True}) if content else {}


def anchors(at: str, **parameters: str) -> list[dict[str, Any]]:
    return list(tile(at, **parameters).get(ANCHORS, {"features": []})["features"])


@pytest.fixture
def styled(catalogue: dict[str, Commune]) -> None:
    Layer.objects.filter(slug=ZONES.slug).update(style=NAMED)


def test_a_surface_across_tiles_has_one_point(styled: None) -> None:
    zone = factories.zone(geom=box(2.19, 48.80, 2.23, 48.83))
    zoom, x, y = map(int, tile_of(2.21, 48.815, 13).split("/"))
    around = {(i, j): anchors(f"{zoom}/{x + i}/{y + j}") for i in (-1, 0, 1) for j in (-1, 0, 1)}
    assert {place: [one["id"] for one in found] for place, found in around.items() if found} == {
        (0, 0): [zone.pk]
    }
    assert sum(ZONES.slug in tile(f"{zoom}/{x + i}/{y}") for i in (-1, 0, 1)) > 1


def test_the_point_carries_what_the_label_needs(styled: None) -> None:
    factories.zone(geom=box(2.20, 48.80, 2.22, 48.81))
    (found,) = anchors(tile_of(2.21, 48.805, 13))
    assert found["geometry"]["type"] == "Point"
    assert found["properties"]["libelle"]


def test_tiles_have_no_points_where_no_label_is_seen_or_properties_are_asked(styled: None) -> None:
    factories.zone(geom=box(2.20, 48.80, 2.22, 48.81))
    assert anchors(tile_of(2.21, 48.805, 12)) == []
    assert anchors(tile_of(2.21, 48.805, 14), properties="typezone") == []


def test_the_point_of_a_bent_surface_is_inside(styled: None) -> None:
    bent = box(2.200, 48.800, 2.212, 48.812) - box(2.202, 48.802, 2.212, 48.812)
    factories.zone(geom=bent)
    at = tile_of(2.201, 48.811, 13)
    zoom, x, y = map(int, at.split("/"))
    found = [one for i in (-1, 0, 1) for j in (-1, 0, 1) for one in anchors(f"{zoom}/{x + i}/{y + j}")]
    assert len(found) == 1


def test_no_label_of_a_protected_field_is_in_a_tile(styled: None) -> None:
    factories.zone(geom=box(2.20, 48.80, 2.22, 48.81))
    ProtectedField.objects.create(layer=Layer.objects.get(slug=ZONES.slug), name="libelle")
    found = tile(tile_of(2.21, 48.805, 14))
    assert "libelle" not in str(found)
