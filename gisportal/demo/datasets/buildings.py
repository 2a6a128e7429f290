"""Sample buildings: one on most sample parcels of built zones, as a file that comes in like any dataset.

The outlines are rectangles along the parcel and inside it; uses, heights and years are invented. Tools of planners and
the sheet of a place read them by rows that the team may change.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import shapely
from django.contrib.auth.models import Group
from shapely import affinity

from datasets.publication.services import publish
from gisportal.demo.datasets.definitions import FieldText, SampleDataset
from gisportal.demo.datasets.loading import describe, load_sample
from gisportal.demo.parcels import SampleParcel, parcels_of
from gisportal.demo.plui import Zone, zones_of
from gisportal.demo.rights import DIG
from gisportal.demo.sample_rows import Territory, read_territory, seeded_random
from gisportal.demo.streets import METRES
from layers.models import Layer
from layers.visitor import system_visitor
from planning.models import ApplicableRule, ToolLayer
from planning.vocabulary import Family, Relation, ToolRole
from reference_data.models import Parcel

Shape = Any  # shapely has no types

BUILDINGS = "batiments"
SAMPLE = SampleDataset(
    slug=BUILDINGS,
    title="Bâtiments",
    noun=("bâtiment", "bâtiments", False),
    theme="territoire",
    files=("batiments.geojson",),
    producer=DIG,
    abstract="Emprises, usages et hauteurs de bâtiments inventés, sur les parcelles d’exemple.",
    keywords=("bâtiment", "bâti", "construction"),
    title_field="usage",
    synonyms={"": ("bâti", "construction")},
    words={
        "id_batiment": FieldText("Identifiant"),
        "usage": FieldText("Usage"),
        "hauteur_m": FieldText("Hauteur", "m", "Du sol à l’égout du toit.", is_additive=False),
        "etages": FieldText("Étages", "", "Au-dessus du rez-de-chaussée.", is_additive=False),
        "annee": FieldText("Année de construction", is_additive=False),
    },
)
# Part of the parcel that a building covers, and its storeys, by the kind of zone: centres are dense, slopes are not.
_DENSITY: Mapping[str, tuple[float, float, int]] = {
    "UA": (0.35, 0.6, 5),
    "UB": (0.25, 0.45, 5),
    "UC": (0.2, 0.4, 7),
    "UD": (0.15, 0.35, 3),
    "UE": (0.1, 0.22, 2),
    "UF": (0.3, 0.6, 4),
    "UL": (0.05, 0.15, 1),
    "UP": (0.2, 0.4, 2),
}
_USES = {"UF": "Activité", "UL": "Équipement", "UP": "Équipement"}
_BUILT_OF_TEN = 6
_SETBACK_M = 2.0
_SMALLEST_M2 = 30
_STOREY_M = 2.9


def load_buildings_of_parcels() -> None:
    """Load the layer where it is missing and the sample parcels are there; name it for the tools and the sheet."""
    if Layer.objects.filter(slug=BUILDINGS).exists() or not Parcel.objects.exists():
        return
    territory = read_territory()
    groups = {group.name: group for group in Group.objects.filter(name=DIG)}
    if DIG not in groups:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / SAMPLE.files[0]
        path.write_text(json.dumps(buildings_of(territory), ensure_ascii=False), encoding="utf-8")
        delivery = load_sample(SAMPLE, path, None, territory.names)
        publish(delivery=delivery, visitor=system_visitor())
    describe(delivery.dataset.layer, SAMPLE, groups)
    ToolLayer.objects.get_or_create(role=ToolRole.BUILDINGS, layer=BUILDINGS)
    ApplicableRule.objects.get_or_create(
        layer=BUILDINGS,
        defaults={
            "title": "Bâtiments",
            "family": Family.BUILT,
            "relation": Relation.OVERLAPS,
            "at_most": 20,
            "detail_fields": ["hauteur_m", "etages", "annee"],
            "words": "Emprise au sol d’après les dessins, qui peuvent être plus anciens que le terrain.",
            "order": 75,
        },
    )


@lru_cache(maxsize=1)
def buildings_of(territory: Territory) -> Mapping[str, Any]:
    """Return the buildings of the territory as GeoJSON, outlined once a process: half a second of it."""
    rows = _buildings(zones_of(territory), parcels_of(territory))
    features = [
        {
            "type": "Feature",
            "geometry": shapely.geometry.mapping(shape),
            "properties": {"id_batiment": f"BATX{number:08d}", **values},
        }
        for number, (shape, values) in enumerate(rows, 1)
    ]
    return {"type": "FeatureCollection", "features": features}


def _buildings(
    zones: Sequence[Zone], parcels: Sequence[SampleParcel]
) -> Iterator[tuple[Shape, dict[str, Any]]]:
    rng = seeded_random("buildings")
    for parcel in parcels:
        label = zones[parcel.zone].label
        is_built = rng.randrange(10) < _BUILT_OF_TEN
        density = _DENSITY.get(label)
        if density is None or not is_built:
            continue
        low, high, storeys = density
        shape = _outline(parcel.shape, rng.uniform(low, high))
        if shape is not None:
            yield shape, _values(label, storeys, rng)


def _values(label: str, storeys: int, rng: random.Random) -> dict[str, Any]:
    floors = rng.randint(0, storeys)
    use = _USES.get(label) or rng.choice(("Habitation", "Habitation", "Habitation", "Commerce et habitation"))
    return {
        "usage": use,
        "hauteur_m": round(_STOREY_M * (floors + 1) + rng.uniform(0, 0.6), 1),
        "etages": floors,
        "annee": rng.randint(1890, 2024),
    }


def _outline(parcel: Shape, share: float) -> Shape | None:
    """Return a rectangle along a parcel (EPSG:4326), of a share of its area at most; None where none has its place."""
    metric = affinity.scale(parcel, *METRES, origin=(0, 0))
    ground = metric.buffer(-_SETBACK_M)
    if ground.is_empty or ground.geom_type != "Polygon":
        return None
    rectangle = shapely.oriented_envelope(ground)
    side = (share * metric.area / rectangle.area) ** 0.5
    centre = (
        shapely.point_on_surface(ground) if not ground.contains(rectangle.centroid) else rectangle.centroid
    )
    house = affinity.scale(rectangle, side, side, origin=rectangle.centroid)
    house = affinity.translate(house, centre.x - rectangle.centroid.x, centre.y - rectangle.centroid.y)
    while not ground.contains(house):
        house = affinity.scale(house, 0.8, 0.8, origin="centroid")
        if house.area < _SMALLEST_M2:
            return None
    degrees = affinity.scale(house, 1 / METRES[0], 1 / METRES[1], origin=(0, 0))
    return shapely.set_precision(degrees, 1e-7)
