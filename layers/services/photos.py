"""Photos: what an upload must be to become one, and how it leaves with its files.

Nothing of an upload is kept as it came. The picture is decoded and encoded anew: what hides beside or inside it
(scripts, positions, names, thumbnails of an uncropped original) does not survive, whatever the format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from io import BytesIO
from typing import BinaryIO, TypeVar

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import models, transaction
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from layers.errors import InvalidImage
from layers.models import FeaturePhoto

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
FULL_SIZE = 2048
THUMBNAIL_SIZE = 480
_QUALITY = {FULL_SIZE: 85, THUMBNAIL_SIZE: 80}
# What Pillow raises on damaged or hostile files; UnidentifiedImageError is an OSError.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)

Photo = TypeVar("Photo", bound=FeaturePhoto)


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """A picture ready to be stored: two JPEG files without metadata."""

    full: bytes
    thumbnail: bytes


def read_picture(*, upload: BinaryIO | File[bytes]) -> ProcessedPhoto:
    """Decode an uploaded image, put it upright, and encode it at both sizes.

    Raises:
        InvalidImage: not a JPEG, PNG or WebP image, damaged, over ``MAX_BYTES`` or over ``MAX_PIXELS``.
    """
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidImage(_("L’image dépasse %d Mo.") % (MAX_BYTES // 1024**2), parameter="upload")
    if not content:
        raise InvalidImage(_("Le fichier est vide."), parameter="upload")
    image = _upright(content)
    return ProcessedPhoto(full=_jpeg(image, FULL_SIZE), thumbnail=_jpeg(image, THUMBNAIL_SIZE))


def store_photo(*, photo: Photo, upload: BinaryIO | File[bytes]) -> Photo:
    """Save ``photo`` (its owner and caption set, saved before or not) with the picture of ``upload``.

    Raises:
        InvalidImage: see ``read_picture``; nothing is written.
    """
    return store_picture(photo=photo, picture=read_picture(upload=upload))


def store_picture(*, photo: Photo, picture: ProcessedPhoto) -> Photo:
    """Save ``photo`` with a picture already read; the files it replaces go once the transaction is committed."""
    replaced = _files([photo])
    # The model names the files; Django measures an image only if its content has a name too.
    photo.image.save("", ContentFile(picture.full, "full.jpg"), save=False)
    photo.thumbnail.save("", ContentFile(picture.thumbnail, "thumbnail.jpg"), save=False)
    with ExitStack() as undo:
        undo.callback(_delete, _files([photo]))
        with transaction.atomic():
            photo.save()
        undo.pop_all()
    transaction.on_commit(lambda: _delete(replaced))
    return photo


def remove_photo(*, photo: FeaturePhoto) -> None:
    """Delete a photo, and its files once the transaction is committed."""
    files = _files([photo])
    photo.delete()
    transaction.on_commit(lambda: _delete(files))


def remove_features(*, features: Iterable[models.Model]) -> None:
    """Delete features with what belongs to them, and the files of their photos once the transaction is committed."""
    files: list[tuple[Storage, str]] = []
    with transaction.atomic():
        for feature in features:
            files += _files(_photos_of(feature))
            feature.delete()
    transaction.on_commit(lambda: _delete(files))


def _photos_of(feature: models.Model) -> list[FeaturePhoto]:
    galleries = [
        (link.related_model, link.field.name)
        for link in feature._meta.related_objects
        if isinstance(link.related_model, type) and issubclass(link.related_model, FeaturePhoto)
    ]
    return [
        photo for gallery, field in galleries for photo in gallery._default_manager.filter(**{field: feature})
    ]


def _files(photos: Iterable[FeaturePhoto]) -> list[tuple[Storage, str]]:
    pairs = [file for photo in photos for file in (photo.image, photo.thumbnail)]
    return [(file.storage, file.name) for file in pairs if file.name]


def _delete(files: Iterable[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)


def _upright(content: bytes) -> Image.Image:
    """Return the picture as RGB at full size at most, turned as its EXIF orientation says."""
    try:
        with Image.open(BytesIO(content), formats=FORMATS) as sealed:
            if sealed.width * sealed.height > MAX_PIXELS:
                raise InvalidImage(_too_many_pixels(), parameter="upload")
            sealed.verify()
        # ``verify`` leaves the image unusable.
        with Image.open(BytesIO(content), formats=FORMATS) as image:
            image.draft("RGB", (FULL_SIZE, FULL_SIZE))  # JPEG only: decodes no more than needed
            image.load()
            turned = ImageOps.exif_transpose(image)
            turned.thumbnail((FULL_SIZE, FULL_SIZE))
            return _on_white(turned)
    except _TOO_LARGE as error:
        raise InvalidImage(_too_many_pixels(), parameter="upload") from error
    except _UNREADABLE as error:
        raise InvalidImage(
            _("Le fichier n’est pas une image JPEG, PNG ou WebP lisible."), parameter="upload"
        ) from error


def _too_many_pixels() -> str:
    return _("L’image dépasse %d millions de pixels.") % (MAX_PIXELS // 1_000_000)


def _on_white(image: Image.Image) -> Image.Image:
    """Return an RGB copy: JPEG has no transparency, which would otherwise turn black."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    transparent = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(transparent, mask=transparent.getchannel("A"))
    return ground


def _jpeg(image: Image.Image, size: int) -> bytes:
    """Encode at most ``size`` pixels a side; a new image carries no metadata of the old one."""
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    bare.thumbnail((size, size))
    output = BytesIO()
    bare.save(output, "JPEG", quality=_QUALITY[size], optimize=True, progressive=True)
    return output.getvalue()
