"""A small town to walk through: the real communes, a dozen features in Meudon and Sèvres, one internal layer."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path

from django.contrib.auth.models import Group
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from PIL import Image

from amenities.models import Equipment, Inspection, Photo, Playground
from gisportal.catalogue import THEMES
from heritage.models import HeritageBuilding, RemarkableTree
from layers.models import Commune, Grant, Layer, ProtectedField
from layers.registry import definitions
from layers.services.catalogue import publish_layers
from layers.services.photos import store_photo
from layers.vocabulary import Visibility
from plui.models import DocUrba, ZoneUrba
from tests.approvals import let_producers_publish

COMMUNES = Path(__file__).resolve().parents[2] / "fixtures" / "communes.geojson"
MEUDON = "92048"
CEDAR, CEDAR_PLACE = "Cèdre de l’Observatoire", (2.2310, 48.8050)
GARDEN, GARDEN_PLACE = "Aire du Potager du Dauphin", (2.2365, 48.8125)
INTERNAL = "batiments-patrimoniaux"


def build() -> None:
    """Fill the database. Buildings are internal, and open to the group Urbanisme alone."""
    _communes()
    publish_layers(themes=THEMES, definitions=definitions())
    let_producers_publish()
    _trees()
    _playground()
    _zones()
    _buildings()


def cedar() -> RemarkableTree:
    """The one tree of Meudon."""
    return RemarkableTree.objects.get(nom_vernaculaire=CEDAR)


def garden() -> Playground:
    """The one playground, with its photos."""
    return Playground.objects.get(nom=GARDEN)


def zone(label: str) -> ZoneUrba:
    """The zone of a label."""
    return ZoneUrba.objects.get(libelle=label)


def heritage_trees() -> list[int]:
    """Add what a planner asks about; return the trees near a building of Meudon, the nearest first.

    The cedar is in the same zone and too far; the limes of Sèvres are near a building, in a zone of another kind.
    """
    HeritageBuilding.objects.create(denomination="Manufacture", geom=Point(2.2011, 48.8172, srid=4326))
    east = {"Séquoia du Hangar": 0.0010, "Hêtre du Hangar": 0.0030, "Chêne de Trivaux": 0.0060}
    trees = [
        RemarkableTree.objects.create(
            nom_vernaculaire=name, hauteur=20, geom=Point(2.2340 + step, 48.7990, srid=4326)
        )
        for name, step in east.items()
    ]
    return [tree.pk for tree in trees[:2]]


def other_playgrounds() -> None:
    """Add two playgrounds farther than the garden, one of them just outside the screen of a phone."""
    for name, step in {"Aire des Capucins": 0.004, "Aire de Bellevue": 0.009}.items():
        place = Point(GARDEN_PLACE[0] - step, GARDEN_PLACE[1], srid=4326)
        Playground.objects.create(nom=name, geom=place)


def open_inspections(group: str) -> None:
    """Let a group read the inspections of playgrounds."""
    layer = Layer.objects.get(slug="aires-de-jeux")
    entry, _is_new = ProtectedField.objects.get_or_create(layer=layer, name="inspections")
    entry.groups.add(Group.objects.get_or_create(name=group)[0])


def _communes() -> None:
    for feature in json.loads(COMMUNES.read_text("utf-8"))["features"]:
        geometry = GEOSGeometry(json.dumps(feature["geometry"]), srid=4326)
        assert isinstance(geometry, MultiPolygon)
        Commune.objects.create(geom=geometry, **feature["properties"])


def _trees() -> None:
    RemarkableTree.objects.create(
        nom_vernaculaire=CEDAR,
        genre="Cedrus",
        espece="libani",
        adresse="Terrasse de l’Observatoire",
        hauteur=24.5,
        geom=Point(*CEDAR_PLACE, srid=4326),
    )
    for number in range(1, 31):
        place = Point(2.2000 + 0.0011 * (number % 6), 48.8160 + 0.0012 * (number // 6), srid=4326)
        RemarkableTree.objects.create(
            nom_vernaculaire=f"Tilleul {number:02d}", hauteur=12 + number % 5, geom=place
        )
    Layer.objects.filter(slug="arbres-remarquables").update(is_sample=True)


def _playground() -> None:
    garden = Playground.objects.create(
        nom=GARDEN,
        adresse="15 rue de Porto-Riche",
        age_min=3,
        age_max=12,
        cloture=True,
        geom=Point(*GARDEN_PLACE, srid=4326),
    )
    Equipment.objects.create(playground=garden, type="toboggan", fabricant="Atelier du jeu", annee_pose=2019)
    Inspection.objects.create(
        playground=garden, date=dt.date(2026, 3, 12), type="annuel", resultat="conforme"
    )
    for caption, colour in (("L’entrée du jardin", "#5d8a4f"), ("Le toboggan", "#c98a3a")):
        store_photo(photo=Photo(playground=garden, legende=caption), upload=_picture(colour))


def _picture(colour: str) -> io.BytesIO:
    upload = io.BytesIO()
    Image.new("RGB", (900, 600), colour).save(upload, "JPEG")
    upload.seek(0)
    return upload


def _zones() -> None:
    document = DocUrba.objects.create(idurba="200057974_PLUI_20260101")
    for commune in Commune.objects.filter(code__in=["92048", "92072"]):
        typezone = "N" if commune.code == MEUDON else "U"
        ZoneUrba.objects.create(
            idurba=document, libelle=f"{typezone} {commune.nom}", typezone=typezone, geom=commune.geom[0]
        )


def _buildings() -> None:
    HeritageBuilding.objects.create(
        denomination="Hangar Y", adresse="9 avenue de Trivaux", geom=Point(2.2340, 48.7990, srid=4326)
    )
    layer = Layer.objects.get(slug=INTERNAL)
    layer.visibility = Visibility.INTERNAL
    layer.save()
    Grant.objects.create(group=Group.objects.get_or_create(name="Urbanisme")[0], layer=layer)
