"""When a boundary moves, features are placed again."""

from __future__ import annotations

import pytest
from django.contrib.gis.geos import MultiPolygon, Point, Polygon

from amenities.models import Playground
from layers.models import Commune
from layers.services.catalogue import assign_communes

pytestmark = pytest.mark.django_db


def square(west: float) -> MultiPolygon:
    return MultiPolygon(Polygon.from_bbox((west, 48.8, west + 0.1, 48.9)), srid=4326)


def commune(code: str, west: float) -> Commune:
    return Commune.objects.create(code=code, nom=code, slug=code, siren="219200482", geom=square(west))


def test_features_follow_a_boundary_that_moved() -> None:
    near, far = commune("92048", 2.2), commune("92072", 2.4)
    playground = Playground.objects.create(
        nom="Square", age_min=2, age_max=6, geom=Point(2.25, 48.85, srid=4326)
    )
    Commune.objects.filter(pk=near.pk).update(geom=square(2.6))
    Commune.objects.filter(pk=far.pk).update(geom=square(2.2))

    assign_communes()

    playground.refresh_from_db()
    assert playground.commune_id == "92072"
