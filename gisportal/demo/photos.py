"""Photos of the sample features: drawn scenes labelled as examples.

The same random numbers draw the same picture. They come from no stranger: they are stored as drawn, without being
read again, once, and left alone where they exist with their files.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

from amenities.models import Photo, Playground
from amenities.vocabulary import PhotoZone
from gisportal.demo.sample_rows import seeded_random
from heritage.models import BuildingPhoto, HeritageBuilding, RemarkableTree, TreePhoto
from layers.models import FeaturePhoto
from layers.services.photos import ProcessedPhoto, store_picture

SIZE, _THUMBNAIL = (1200, 800), 480
_SKIES = ((214, 233, 240), (233, 226, 240), (250, 232, 214), (222, 238, 228))
_GROUNDS = ((196, 214, 160), (214, 196, 160), (176, 205, 178), (222, 186, 150))
_LEAVES = ((61, 122, 31), (96, 145, 60), (140, 160, 62), (47, 105, 78))
_TOYS = ((194, 65, 12), (11, 85, 99), (168, 91, 0), (90, 58, 155), (163, 38, 31))
_WALLS = ((236, 224, 200), (222, 205, 180), (206, 150, 120), (228, 228, 222))
_WOOD, _INK, _PAPER = (107, 75, 58), (20, 36, 43), (255, 255, 255)

Colour = tuple[int, int, int]


def draw_playground(rng: random.Random) -> ProcessedPhoto:
    """Return the picture of a playground."""
    return _draw_photo(rng, _toys)


def draw_tree(rng: random.Random) -> ProcessedPhoto:
    """Return the picture of a great tree."""
    return _draw_photo(rng, _great_tree)


def draw_building(rng: random.Random) -> ProcessedPhoto:
    """Return the picture of a house of character."""
    return _draw_photo(rng, _facade)


def _draw_photo(
    rng: random.Random, subject: Callable[[ImageDraw.ImageDraw, random.Random], None]
) -> ProcessedPhoto:
    image = Image.new("RGB", SIZE, rng.choice(_SKIES))
    pen = ImageDraw.Draw(image)
    _sun(pen, rng)
    _ground(pen, rng)
    for _tree in range(rng.randint(3, 6)):
        _draw_tree(pen, rng)
    subject(pen, rng)
    _label(pen)
    full = _jpeg(image)
    image.thumbnail((_THUMBNAIL, _THUMBNAIL))
    return ProcessedPhoto(full, _jpeg(image), *SIZE)


def _jpeg(image: Image.Image) -> bytes:
    output = BytesIO()
    image.save(output, "JPEG", quality=85)
    return output.getvalue()


def _toys(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    toys = rng.sample([_slide, _swing, _spring, _house], 2)
    for toy, left in zip(toys, (200, 660), strict=True):
        toy(pen, left + rng.randint(-30, 30), rng.choice(_TOYS))


def _great_tree(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Draw a trunk and a crown that fill the picture."""
    middle, leaf = rng.randint(520, 680), rng.choice(_LEAVES)
    pen.polygon([(middle - 45, 690), (middle - 25, 330), (middle + 25, 330), (middle + 45, 690)], fill=_WOOD)
    for side in (-1, 1):
        pen.line([(middle, 470), (middle + side * 150, 330)], fill=_WOOD, width=22)
    for _bough in range(22):
        x, y, size = rng.gauss(middle, 130), rng.gauss(260, 65), rng.randint(55, 95)
        shade = rng.randint(-14, 14)
        red, green, blue = (max(0, min(255, part + shade)) for part in leaf)
        pen.ellipse((x - size, y - size, x + size, y + size), fill=(red, green, blue))


def _facade(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Draw a front with rows of windows under a roof."""
    wall, roof = rng.choice(_WALLS), rng.choice(_TOYS)
    left, right, top = rng.randint(230, 300), rng.randint(900, 970), rng.randint(250, 310)
    pen.polygon(
        [(left - 30, top), (left + 90, top - 130), (right - 90, top - 130), (right + 30, top)], fill=roof
    )
    pen.rectangle((left, top, right, 680), fill=wall)
    columns = rng.randint(4, 6)
    step = (right - left) / columns
    for floor in (top + 45, top + 190):
        for column in range(columns):
            x = left + step * (column + 0.5)
            pen.rectangle((x - 28, floor, x + 28, floor + 95), fill=_INK)
            pen.rectangle((x - 34, floor - 10, x + 34, floor), fill=_PAPER)
    door = (left + right) / 2
    pen.rectangle((door - 40, 560, door + 40, 680), fill=_WOOD)


def _sun(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    x, y = rng.randint(100, 1100), rng.randint(70, 190)
    pen.ellipse((x - 55, y - 55, x + 55, y + 55), fill=(253, 216, 120))


def _ground(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    """Draw two hills and the soft ground between them."""
    wave = rng.uniform(0, math.pi)
    for level, colour in ((430, rng.choice(_LEAVES)), (520, rng.choice(_GROUNDS))):
        top = [(x, level + 35 * math.sin(wave + x / 190)) for x in range(0, SIZE[0] + 20, 20)]
        pen.polygon([(0, SIZE[1]), *top, (SIZE[0], SIZE[1])], fill=colour)


def _draw_tree(pen: ImageDraw.ImageDraw, rng: random.Random) -> None:
    x, foot, height = rng.randint(40, 1160), rng.randint(470, 540), rng.randint(150, 270)
    leaf = rng.choice(_LEAVES)
    pen.rectangle((x - 9, foot - height // 2, x + 9, foot), fill=_WOOD)
    for turn in range(5):
        across, up = 42 * math.cos(turn * 1.26), 34 * math.sin(turn * 1.26)
        centre = (x + across, foot - height * 0.7 + up)
        pen.ellipse((centre[0] - 52, centre[1] - 52, centre[0] + 52, centre[1] + 52), fill=leaf)


def _slide(pen: ImageDraw.ImageDraw, left: int, colour: Colour) -> None:
    pen.rectangle((left, 380, left + 90, 400), fill=_WOOD)
    for x in (left, left + 80):
        pen.rectangle((x, 390, x + 10, 660), fill=_WOOD)
    for y in range(440, 650, 45):
        pen.rectangle((left, y, left + 90, y + 8), fill=_WOOD)
    down = [(90, 380), (345, 632), (380, 632), (380, 660), (330, 660), (90, 425)]
    pen.polygon([(left + x, y) for x, y in down], fill=colour)
    pen.polygon([(left - 20, 330), (left + 45, 260), (left + 110, 330)], fill=colour)
    for x in (left, left + 82):
        pen.rectangle((x, 325, x + 7, 385), fill=_WOOD)


def _swing(pen: ImageDraw.ImageDraw, left: int, colour: Colour) -> None:
    pen.rectangle((left, 330, left + 330, 346), fill=colour)
    for x in (left + 10, left + 320):
        pen.line([(x, 338), (x - 45, 665)], fill=colour, width=14)
        pen.line([(x, 338), (x + 45, 665)], fill=colour, width=14)
    for board in (left + 85, left + 200):
        pen.line([(board, 346), (board, 570)], fill=_INK, width=4)
        pen.line([(board + 55, 346), (board + 55, 570)], fill=_INK, width=4)
        pen.rounded_rectangle((board - 6, 566, board + 61, 582), radius=6, fill=_WOOD)


def _spring(pen: ImageDraw.ImageDraw, left: int, colour: Colour) -> None:
    for turn in range(6):
        pen.ellipse((left + 110, 560 + turn * 16, left + 190, 584 + turn * 16), outline=_INK, width=6)
    pen.rounded_rectangle((left + 30, 450, left + 270, 565), radius=55, fill=colour)
    pen.ellipse((left + 215, 385, left + 315, 485), fill=colour)
    pen.ellipse((left + 268, 415, left + 286, 433), fill=_PAPER)
    pen.rectangle((left + 175, 420, left + 187, 470), fill=_INK)


def _house(pen: ImageDraw.ImageDraw, left: int, colour: Colour) -> None:
    pen.rectangle((left + 40, 460, left + 290, 660), fill=_WOOD)
    pen.polygon([(left + 10, 465), (left + 165, 340), (left + 320, 465)], fill=colour)
    pen.rectangle((left + 135, 540, left + 200, 660), fill=_INK)
    pen.ellipse((left + 70, 500, left + 120, 550), fill=_PAPER)
    pen.ellipse((left + 220, 500, left + 270, 550), fill=_PAPER)


def _label(pen: ImageDraw.ImageDraw) -> None:
    """Write what the picture is, on a band that reads on any scene."""
    text, font = "Image d’exemple", ImageFont.load_default(54)
    left, top, right, bottom = pen.textbbox((0, 0), text, font=font)
    x, y = (SIZE[0] - (right - left)) / 2, SIZE[1] - 100
    pen.rounded_rectangle((x - 30, y - 14, x + (right - left) + 30, y + bottom + 18), radius=16, fill=_PAPER)
    pen.text((x - left, y - top / 2), text, font=font, fill=_INK)


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


Drawing = tuple[FeaturePhoto, Future[ProcessedPhoto]]


def draw_photos(
    threads: Executor,
    playgrounds: Iterable[Playground],
    buildings: list[HeritageBuilding],
    trees: list[RemarkableTree],
    *,
    anchor: dt.date,
) -> list[Drawing]:
    """Let ``threads`` draw one or two pictures a playground, and one of some buildings and of the last trees.

    Those that are there are left out. The compression of a picture leaves the interpreter to others.
    """
    return [
        *_missing(threads, Photo, "playground", _of_playgrounds(playgrounds, anchor), draw_playground),
        *_missing(threads, BuildingPhoto, "building", map(_of_building, buildings[:PICTURED]), draw_building),
        *_missing(threads, TreePhoto, "tree", map(_of_tree, trees[-PICTURED:]), draw_tree),
    ]


def store_photos(drawings: Iterable[Drawing]) -> None:
    """Store pictures as they are ready."""
    for photo, picture in drawings:
        store_picture(photo=photo, picture=picture.result())


def _missing(
    threads: Executor,
    model: type[FeaturePhoto],
    link: str,
    photos: Iterable[FeaturePhoto],
    draw: Callable[[random.Random], ProcessedPhoto],
) -> Iterator[Drawing]:
    sampled = model._default_manager.filter(credit=CREDIT)
    existing = {(getattr(photo, f"{link}_id"), photo.legende): photo for photo in sampled}
    for photo in photos:
        stored = existing.get((getattr(photo, f"{link}_id"), photo.legende), photo)
        if stored.image and stored.thumbnail and stored.image.storage.exists(str(stored.image.name)):
            _put_back(stored, photo)
            continue
        yield stored, threads.submit(draw, seeded_random(f"picture/{getattr(photo, link)}/{photo.legende}"))


def _put_back(stored: FeaturePhoto, photo: FeaturePhoto) -> None:
    """Give a picture that is there the day and the zone of its sample."""
    described = [name for name in ("date_prise_vue", "zone") if hasattr(photo, name)]
    changed = [name for name in described if getattr(stored, name) != getattr(photo, name)]
    for name in changed:
        setattr(stored, name, getattr(photo, name))
    if changed:
        stored.save(update_fields=changed)


def _of_playgrounds(playgrounds: Iterable[Playground], anchor: dt.date) -> Iterable[Photo]:
    rng, days = seeded_random("photos"), seeded_random("days of photos")
    for index, playground in enumerate(playgrounds):
        views = [(PhotoZone.ENSEMBLE, "vue d’ensemble"), (PhotoZone.JEUX, "les jeux")][: rng.randint(1, 2)]
        for zone, view in [*views, *_DETAILS.get(index % 10, ())]:
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
