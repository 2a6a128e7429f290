"""Photos of the sample features: drawn once, left alone where they are already there with their files."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterable

from amenities.models import Photo, Playground
from amenities.vocabulary import PhotoZone
from gisportal.demo.pictures import draw_building, draw_playground, draw_tree
from gisportal.demo.sources import dice
from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto
from layers.models import FeaturePhoto
from layers.services.photos import ProcessedPhoto, store_picture

SAMPLE = "donnée d’exemple"
CREDIT = "Image générée, exemple"
# What a third picture shows, of one playground in ten each.
_DETAILS = {
    2: [(PhotoZone.SOL, "le sol")],
    5: [(PhotoZone.CLOTURE, "le portillon")],
    8: [(PhotoZone.MOBILIER, "les bancs")],
}
PICTURED = 12
"""Buildings and trees that have a picture: as many as a gallery shows."""


def load_photos(
    playgrounds: Iterable[Playground],
    buildings: list[HeritageBuilding],
    trees: list[RemarkableTree],
    *,
    anchor: dt.date,
) -> None:
    """Draw one or two pictures a playground, and one of some buildings and of the last trees."""
    _store(Photo, "playground", _of_playgrounds(playgrounds, anchor), draw_playground)
    _store(BuildingPhoto, "building", [_of_building(each) for each in buildings[:PICTURED]], draw_building)
    _store(TreePhoto, "tree", [_of_tree(each) for each in trees[-PICTURED:]], draw_tree)


def _store(
    model: type[FeaturePhoto],
    link: str,
    photos: Iterable[FeaturePhoto],
    draw: Callable[[random.Random], ProcessedPhoto],
) -> None:
    sampled = model._default_manager.filter(credit=CREDIT)
    known = {(getattr(photo, f"{link}_id"), photo.legende): photo for photo in sampled}
    for photo in photos:
        found = known.get((getattr(photo, f"{link}_id"), photo.legende), photo)
        if found.image and found.thumbnail and found.image.storage.exists(str(found.image.name)):
            _put_back(found, photo)
            continue
        store_picture(photo=found, picture=draw(dice(f"picture/{getattr(photo, link)}/{photo.legende}")))


def _put_back(found: FeaturePhoto, photo: FeaturePhoto) -> None:
    """Give a picture that is there the day and the zone of its sample."""
    said = [name for name in ("date_prise_vue", "zone") if hasattr(photo, name)]
    changed = [name for name in said if getattr(found, name) != getattr(photo, name)]
    for name in changed:
        setattr(found, name, getattr(photo, name))
    if changed:
        found.save(update_fields=changed)


def _of_playgrounds(playgrounds: Iterable[Playground], anchor: dt.date) -> Iterable[Photo]:
    rolls, days = dice("photos"), dice("days of photos")
    for place, playground in enumerate(playgrounds):
        views = [(PhotoZone.ENSEMBLE, "vue d’ensemble"), (PhotoZone.JEUX, "les jeux")][: rolls.randint(1, 2)]
        for zone, view in [*views, *_DETAILS.get(place % 10, ())]:
            yield Photo(
                playground=playground,
                legende=f"{playground.nom}, {view} ({SAMPLE})",
                zone=zone,
                date_prise_vue=anchor - dt.timedelta(days=days.randint(5, 300)),
                credit=CREDIT,
            )


def _of_building(building: HeritageBuilding) -> BuildingPhoto:
    return BuildingPhoto(
        building=building, legende=f"{building.denomination}, façade ({SAMPLE})", credit=CREDIT
    )


def _of_tree(tree: RemarkableTree) -> TreePhoto:
    return TreePhoto(tree=tree, legende=f"{tree.nom_vernaculaire}, {tree.adresse} ({SAMPLE})", credit=CREDIT)
