"""Five hundred layers, a table each, of 35 to 5,000 features: a hundred thousand in all; and one to load."""

from __future__ import annotations

from django.contrib.gis.db import models as gis
from django.db import models

from bench.catalogue import POINTS, THEME
from layers.definitions import GeometryType, LayerDefinition, Metadata, fields_of
from layers.registry import CodedProvider
from layers.styles.definitions import Style

# Features of a layer, and layers of that size.
SIZES = ((5_000, 10), (400, 90), (35, 400))
KINDS = (
    "Gymnase", "École", "Piscine", "Marché", "Parc", "Jardin", "Fontaine", "Église", "Station", "Borne", "Kiosque",
    "Médiathèque", "Crèche", "Stade", "Pharmacie", "Passerelle", "Statue", "Villa", "Théâtre", "Déchèterie",
)  # fmt: skip
_TABLE = "bench_search_{number}"


def tables() -> dict[str, int]:
    """Return how many rows each table has, by its name."""
    sizes = [size for size, layers in SIZES for _layer in range(layers)]
    return {_TABLE.format(number=number): size for number, size in enumerate(sizes)}


def _model(table: str) -> type[models.Model]:
    """Return a model of a table that no migration makes."""
    meta = type("Meta", (), {"app_label": "bench", "managed": False, "db_table": table})
    members = {
        "__module__": __name__,
        "Meta": meta,
        "id": models.BigIntegerField("id", primary_key=True),
        "nom": models.TextField("nom"),
        "adresse": models.TextField("adresse"),
        "remarque": models.TextField("remarque"),
        "commune_id": models.CharField("commune", max_length=5, null=True),
        "geom": gis.PointField(srid=4326),
    }
    return type(table.title().replace("_", ""), (models.Model,), members)


def _layer(number: int, table: str) -> LayerDefinition:
    model, kind = _model(table), KINDS[number % len(KINDS)]
    return LayerDefinition(
        slug=table.replace("_", "-"),
        model=model,
        title=f"{kind} : couche n° {number}",
        singular=kind.lower(),
        geometry=GeometryType.POINT,
        fields=fields_of(model, ("nom", "adresse", "remarque", "commune_id")),
        title_field="nom",
        address_field="adresse",
        style=Style(token="t-territory", icon="map"),  # noqa: S106  (the name of a colour)
        metadata=Metadata(
            theme=THEME.slug,
            abstract=f"Données générées pour mesurer la recherche, couche {number} de cinq cents.",
            keywords=(kind.lower(), "mesure", f"série {number % 50}"),
            is_sample=True,
        ),
    )


LAYERS = CodedProvider((*(_layer(number, table) for number, table in enumerate(tables())), POINTS))
