"""The measured layers, published like any other."""

from __future__ import annotations

from dataclasses import replace

from django.db import models

from bench.models import Kind, Million, Point, Road, Surface
from bench.seed import ATTRIBUTES
from layers.catalogue import COMMUNES
from layers.definitions import GeometryType, LayerDefinition, Metadata, fields_of
from layers.registry import CodedProvider
from layers.services.catalogue import ThemeEntry
from layers.styles.definitions import Category, Style

THEME = ThemeEntry("mesure", "Mesure", "t-territory", "map", 10)


def measured_layer(slug: str, model: type[models.Model], geometry: GeometryType) -> LayerDefinition:
    """Describe a measured layer: categories in its style, every attribute in its tiles where people click."""
    return LayerDefinition(
        slug=slug,
        model=model,
        title=slug,
        singular=slug,
        geometry=geometry,
        fields=fields_of(model, ATTRIBUTES),
        title_field="nom",
        tile_fields=ATTRIBUTES,
        time_field="releve_le",
        style=Style(
            token="t-territory",  # noqa: S106  (the name of a colour)
            icon="map",
            field="categorie",
            categories=tuple(Category(kind.value, kind.label, "t-territory") for kind in Kind),
        ),
        metadata=Metadata(
            theme=THEME.slug, abstract="Données générées pour mesurer le portail.", is_sample=True
        ),
    )


POINTS = measured_layer("points", Point, GeometryType.POINT)
SURFACES = measured_layer("surfaces", Surface, GeometryType.SURFACE)
MILLION = measured_layer("million", Million, GeometryType.POINT)
MEASURED = CodedProvider((POINTS, SURFACES, MILLION))
# Under the maps of dashboards.
TERRITORY = ThemeEntry("territoire", "Territoire", "t-territory", "map", 20)
GROUND = CodedProvider((COMMUNES,))


ROADS = measured_layer("roads", Road, GeometryType.LINE)
LINES = CodedProvider((ROADS,))


MANY = 100
LAYERS = CodedProvider(
    (
        POINTS,
        SURFACES,
        MILLION,
        *(replace(POINTS, slug=f"points-{number}", title=f"Points {number}") for number in range(MANY - 3)),
    )
)
