"""Small features of real models. Each takes only what a test says of it; the rest is plausible and neutral."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import groupby
from typing import Any, TypeVar

from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from django.db.models import Model
from PIL import Image

from amenities.models import ChargePoint, ChargingStation, Photo, Playground
from heritage.models import RemarkableTree
from layers.models import Commune
from layers.services.photos import store_photo
from plui.models import DocUrba, PrescriptionLin, PrescriptionPct, PrescriptionSurf, ZoneUrba

SEVRES, MEUDON, BOULOGNE = "92072", "92048", "92012"
_NAMES = {
    SEVRES: ("Sèvres", "sevres"),
    MEUDON: ("Meudon", "meudon"),
    BOULOGNE: ("Boulogne-Billancourt", "boulogne-billancourt"),
}
# Three squares of 0.02 degree from west to east, which share their borders: west, south, east, north.
SQUARES = {
    SEVRES: (2.18, 48.80, 2.20, 48.82),
    MEUDON: (2.20, 48.80, 2.22, 48.82),
    BOULOGNE: (2.22, 48.80, 2.24, 48.82),
}
MIDDLES = {
    code: ((west + east) / 2, (south + north) / 2) for code, (west, south, east, north) in SQUARES.items()
}
IDURBA = "200057974_PLUI_20260101"
Feature = TypeVar("Feature", bound=Model)
_batches: list[list[Model]] = []


@contextmanager
def in_bulk() -> Iterator[None]:
    """Store the features created in the block at its end, by one statement for those of a model in a row.

    Sixty statements take longer than most tests. Until the end of the block the features have no key.
    """
    _batches.append([])
    try:
        yield
    finally:
        batch = _batches.pop()
    for model, features in groupby(batch, type):
        model._default_manager.bulk_create(list(features))


def _stored(feature: Feature) -> Feature:
    if _batches:
        _batches[-1].append(feature)
    else:
        feature.save(force_insert=True)
    return feature


def box(west: float, south: float, east: float, north: float) -> Polygon:
    """Return a rectangle in EPSG:4326."""
    found = Polygon.from_bbox((west, south, east, north))
    found.srid = 4326
    return found


def point(longitude: float, latitude: float) -> Point:
    """Return a point in EPSG:4326."""
    return Point(longitude, latitude, srid=4326)


def line(*positions: tuple[float, float]) -> LineString:
    """Return a line in EPSG:4326."""
    return LineString(*positions, srid=4326)


def communes() -> dict[str, Commune]:
    """Create the three communes: official names and codes, square boundaries, an invented SIREN."""
    return {
        code: Commune.objects.create(
            code=code,
            nom=nom,
            slug=slug,
            siren="000000000",
            codes_postaux=[code[:2] + "000"],
            geom=MultiPolygon(box(*SQUARES[code]), srid=4326),
        )
        for code, (nom, slug) in _NAMES.items()
    }


def tree(nom_vernaculaire: str = "Cèdre", *, at: Any = MIDDLES[MEUDON], **values: Any) -> RemarkableTree:
    """Create a tree; ``at`` is (longitude, latitude) or the code of a commune."""
    position = point(*MIDDLES.get(at, at))
    return _stored(RemarkableTree(nom_vernaculaire=nom_vernaculaire, geom=position, **values))


def playground(nom: str = "Square", *, at: Any = MIDDLES[MEUDON], **values: Any) -> Playground:
    """Create a playground; ``at`` as for ``tree``."""
    return _stored(Playground(nom=nom, geom=point(*MIDDLES.get(at, at)), **values))


def station(nom_station: str = "Station", *, at: Any = MIDDLES[MEUDON], **values: Any) -> ChargingStation:
    """Create a charging station; ``at`` as for ``tree``."""
    neutral = {
        "contact_operateur": "contact@example.org",
        "nom_enseigne": "Enseigne",
        "id_station_itinerance": "Non concerné",
        "implantation_station": "Voirie",
        "adresse_station": "1 rue de la Gare",
        "nbre_pdc": 1,
        "condition_acces": "Accès libre",
        "horaires": "24/7",
        "restriction_gabarit": "Inconnu",
        "station_deux_roues": False,
        "date_maj": dt.date(2026, 1, 1),
    }
    position = point(*MIDDLES.get(at, at))
    return _stored(ChargingStation(nom_station=nom_station, geom=position, **neutral | values))


def charge_point(owner: ChargingStation, **values: Any) -> ChargePoint:
    """Create a charge point of a station."""
    neutral = {
        "id_pdc_itinerance": "Non concerné",
        "id_pdc_local": "1",
        "puissance_nominale": 22.0,
        "prise_type_ef": False,
        "prise_type_2": True,
        "prise_type_combo_ccs": False,
        "prise_type_chademo": False,
        "prise_type_autre": False,
        "paiement_acte": True,
        "reservation": False,
        "accessibilite_pmr": "Accessibilité inconnue",
        "date_maj": dt.date(2026, 1, 1),
    }
    return _stored(ChargePoint(station=owner, **neutral | values))


def picture() -> BytesIO:
    """Return the bytes of a small picture."""
    content = BytesIO()
    Image.new("RGB", (8, 6), "green").save(content, "PNG")
    content.seek(0)
    return content


def photo(owner: Playground, legende: str) -> Photo:
    """Create a photo of a playground, with its files."""
    return store_photo(photo=Photo(playground=owner, legende=legende), upload=picture())


def document() -> DocUrba:
    """Return the planning document that zones and prescriptions belong to."""
    return DocUrba.objects.get_or_create(idurba=IDURBA)[0]


def zone(libelle: str = "UA", *, geom: Polygon | None = None, **values: Any) -> ZoneUrba:
    """Create a zone of the PLUi."""
    place = geom or box(*SQUARES[MEUDON])
    return _stored(ZoneUrba(libelle=libelle, idurba=document(), geom=place, **{"typezone": "U"} | values))


def prescription_lin(libelle: str, geom: LineString, **values: Any) -> PrescriptionLin:
    """Create a prescription along a line."""
    return _stored(
        PrescriptionLin(libelle=libelle, idurba=document(), geom=geom, **{"typepsc": "07"} | values)
    )


def prescription_surf(libelle: str, geom: Polygon | None = None, **values: Any) -> PrescriptionSurf:
    """Create a prescription on a surface."""
    place = geom or box(*SQUARES[MEUDON])
    return _stored(
        PrescriptionSurf(libelle=libelle, idurba=document(), geom=place, **{"typepsc": "07"} | values)
    )


def prescription_pct(libelle: str, *, at: Any = MIDDLES[MEUDON], **values: Any) -> PrescriptionPct:
    """Create a prescription on a point; ``at`` as for ``tree``."""
    position = point(*MIDDLES.get(at, at))
    return _stored(
        PrescriptionPct(libelle=libelle, idurba=document(), geom=position, **{"typepsc": "07"} | values)
    )
