"""Photos: only pictures get in, nothing but the picture stays, and files leave with their row."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction
from PIL import Image, ImageDraw

from amenities.models import Photo, Playground
from layers.errors import InvalidImage
from layers.services import photos
from layers.services.photos import read_picture, remove_features, remove_photo, store_photo

_GPS, _ORIENTATION, _MAKE = 0x8825, 0x0112, 0x010F


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def playground(db: None) -> Playground:
    return Playground.objects.create(nom="Square d’essai", geom=Point(2.2352, 48.8123))


def picture(
    size: tuple[int, int] = (800, 600), kind: str = "JPEG", mode: str = "RGB", **options: Any
) -> io.BytesIO:
    image = Image.new(mode, size, None)
    if mode == "RGB":
        ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2, size[1]), fill="red")
    content = io.BytesIO()
    image.save(content, kind, **options)
    content.seek(0)
    return content


def located() -> io.BytesIO:
    """Return a JPEG lying on its side, with a maker and a position in its EXIF."""
    exif = Image.Exif()
    exif[_ORIENTATION] = 6
    exif[_MAKE] = "Appareil"
    exif.get_ifd(_GPS)[1] = "N"
    exif.get_ifd(_GPS)[2] = (48.0, 48.0, 44.0)
    return picture(exif=exif, comment=b"secret")


def stored(of: Playground) -> Photo:
    return store_photo(photo=Photo(playground=of, legende="Vue"), upload=picture((3000, 1500)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_usual_pictures_become_jpeg(kind: str) -> None:
    with Image.open(io.BytesIO(read_picture(upload=picture(kind=kind)).full)) as image:
        assert (image.format, image.size) == ("JPEG", (800, 600))


@pytest.mark.parametrize(
    "content",
    [
        b"<script>alert(1)</script>",
        b"<!doctype html><html><body onload=alert(1)>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"#!/bin/sh\nrm -rf /\n",
        b"GIF89a<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0" + b"\0" * 64,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 64,
        b"RIFF\x10\0\0\0WEBPVP8 " + b"\0" * 8,
    ],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidImage, match="JPEG, PNG ou WebP"):
        read_picture(upload=io.BytesIO(content))


def test_a_truncated_picture_is_refused() -> None:
    content = picture(kind="PNG", size=(200, 200)).getvalue()
    with pytest.raises(InvalidImage):
        read_picture(upload=io.BytesIO(content[: len(content) // 2]))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF"])
def test_other_formats_are_refused(kind: str) -> None:
    with pytest.raises(InvalidImage):
        read_picture(upload=picture(kind=kind))


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(InvalidImage, match="vide"):
        read_picture(upload=io.BytesIO(b""))


def test_a_file_that_is_too_heavy_is_refused() -> None:
    with pytest.raises(InvalidImage, match="15 Mo"):
        read_picture(upload=io.BytesIO(b"\0" * (photos.MAX_BYTES + 1)))


@pytest.mark.parametrize("side", [7_100, 9_500, 13_500])
def test_a_decompression_bomb_is_refused_before_it_unfolds(side: int) -> None:
    bomb = picture((side, side), kind="PNG", mode="1")
    with pytest.raises(InvalidImage, match="millions de pixels"):
        read_picture(upload=bomb)


def test_a_script_hidden_behind_a_picture_does_not_survive() -> None:
    upload = io.BytesIO(picture().getvalue() + b"<script>alert(1)</script>")
    assert b"<script>" not in read_picture(upload=upload).full


def test_position_and_other_metadata_are_stripped() -> None:
    found = read_picture(upload=located())
    for content in (found.full, found.thumbnail):
        with Image.open(io.BytesIO(content)) as image:
            assert not image.getexif() and not {"exif", "comment", "icc_profile"} & set(image.info)


def test_a_picture_lying_on_its_side_is_put_upright() -> None:
    with Image.open(io.BytesIO(read_picture(upload=located()).full)) as image:
        assert image.size == (600, 800)


def test_transparency_becomes_white() -> None:
    with Image.open(io.BytesIO(read_picture(upload=picture(kind="PNG", mode="RGBA")).full)) as image:
        assert image.getpixel((5, 5)) == (255, 255, 255)


def test_large_pictures_are_reduced_to_both_sizes(playground: Playground) -> None:
    photo = stored(playground)
    with Image.open(photo.thumbnail.path) as thumbnail:
        assert ((photo.width, photo.height), thumbnail.size) == ((2048, 1024), (480, 240))


def test_nothing_of_the_uploaded_name_is_kept(playground: Playground) -> None:
    upload = picture()
    upload.name = "../../etc/passwd.jpg"
    photo = store_photo(photo=Photo(playground=playground, legende="Vue"), upload=upload)
    name = str(photo.image.name)
    assert name.startswith("photos/amenities.photo/") and "passwd" not in name


def test_a_refused_picture_writes_nothing(playground: Playground, media: Path) -> None:
    with pytest.raises(InvalidImage):
        store_photo(photo=Photo(playground=playground, legende="Vue"), upload=io.BytesIO(b"non"))
    assert not Photo.objects.exists() and not list(media.rglob("*.jpg"))


def test_a_row_that_cannot_be_saved_leaves_no_file(playground: Playground, media: Path) -> None:
    gone = Photo(legende="Vue")
    with pytest.raises(Exception, match="playground"), transaction.atomic():
        store_photo(photo=gone, upload=picture())
    assert not list(media.rglob("*.jpg"))


def test_files_go_with_their_photo_once_committed(
    playground: Playground, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photo = stored(playground)
    with django_capture_on_commit_callbacks(execute=True):
        remove_photo(photo=photo)
        assert len(list(media.rglob("*.jpg"))) == 2
    assert not list(media.rglob("*.jpg"))


def test_a_replaced_picture_leaves_no_old_file(
    playground: Playground, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    photo = stored(playground)
    with django_capture_on_commit_callbacks(execute=True):
        store_photo(photo=photo, upload=picture())
    assert len(list(media.rglob("*.jpg"))) == 2 and photo.width == 800


def test_files_go_with_the_feature(
    playground: Playground, media: Path, django_capture_on_commit_callbacks: Any
) -> None:
    stored(playground)
    with django_capture_on_commit_callbacks(execute=True):
        remove_features(features=[playground])
    assert not list(media.rglob("*.jpg")) and not Photo.objects.exists()
