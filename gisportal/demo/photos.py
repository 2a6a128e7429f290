"""Photos of the sample features: drawn once, left alone where they are already there with their files."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from io import BytesIO

from amenities.models import Photo, Playground
from gisportal.demo.pictures import draw_building, draw_playground, draw_tree
from gisportal.demo.sources import dice
from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto
from layers.models import FeaturePhoto
from layers.services.photos import store_photo

SAMPLE = "donnée d’exemple"
CREDIT = "Image générée, exemple"
PICTURED = 12
"""Buildings and trees that have a picture: as many as a gallery shows."""


def load_photos(
    playgrounds: Iterable[Playground], buildings: list[HeritageBuilding], trees: list[RemarkableTree]
) -> None:
    """Draw one or two pictures a playground, and one of some buildings and of the last trees."""
    _store(Photo, "playground", _of_playgrounds(playgrounds), draw_playground)
    _store(BuildingPhoto, "building", [_of_building(each) for each in buildings[:PICTURED]], draw_building)
    _store(TreePhoto, "tree", [_of_tree(each) for each in trees[-PICTURED:]], draw_tree)


def _store(
    model: type[FeaturePhoto],
    link: str,
    photos: Iterable[FeaturePhoto],
    draw: Callable[[random.Random], BytesIO],
) -> None:
    sampled = model._default_manager.filter(credit=CREDIT)
    known = {(getattr(photo, f"{link}_id"), photo.legende): photo for photo in sampled}
    for photo in photos:
        found = known.get((getattr(photo, f"{link}_id"), photo.legende), photo)
        if found.image and found.thumbnail and found.image.storage.exists(str(found.image.name)):
            continue
        store_photo(photo=found, upload=draw(dice(f"picture/{getattr(photo, link)}/{photo.legende}")))


def _of_playgrounds(playgrounds: Iterable[Playground]) -> Iterable[Photo]:
    rolls = dice("photos")
    for playground in playgrounds:
        views = ["vue d’ensemble", "les jeux"][: rolls.randint(1, 2)]
        for view in views:
            yield Photo(playground=playground, legende=f"{playground.nom}, {view} ({SAMPLE})", credit=CREDIT)


def _of_building(building: HeritageBuilding) -> BuildingPhoto:
    return BuildingPhoto(
        building=building, legende=f"{building.denomination}, façade ({SAMPLE})", credit=CREDIT
    )


def _of_tree(tree: RemarkableTree) -> TreePhoto:
    return TreePhoto(tree=tree, legende=f"{tree.nom_vernaculaire}, {tree.adresse} ({SAMPLE})", credit=CREDIT)
