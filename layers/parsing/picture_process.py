"""Pictures of strangers, decoded and encoded anew in a child process of ``sandbox``.

No byte of an upload is stored: hidden contents (scripts, positions, names, thumbnails of an uncropped original) are
lost, whatever the format.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import BinaryIO

from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from layers.errors import InvalidImage
from sandbox.child import Job

MAX_PIXELS = 50_000_000
FORMATS = ("JPEG", "PNG", "WEBP")
FULL_SIZE = 2048
THUMBNAIL_SIZE = 480
_QUALITY = {FULL_SIZE: 85, THUMBNAIL_SIZE: 80}
# What Pillow raises on damaged or hostile files; UnidentifiedImageError is an OSError.
_UNREADABLE = (OSError, SyntaxError, ValueError, EOFError, struct.error)
_TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)


def serve(job: Job) -> None:
    """Answer with both JPEG files of the picture, the larger first, or with why it is refused."""
    try:
        image = _upright(job.file)
        full, (width, height) = _jpeg(image, FULL_SIZE)
        thumbnail, _size = _jpeg(image, THUMBNAIL_SIZE)
    except InvalidImage as error:
        job.channel.send({"refused": error.detail})
    else:
        job.channel.send({"full": len(full), "width": width, "height": height}, full + thumbnail)


def _upright(file: BinaryIO) -> Image.Image:
    """Return the picture as RGB at full size at most, rotated by its EXIF orientation."""
    try:
        file.seek(0)
        with Image.open(file, formats=FORMATS) as unverified:
            if unverified.width * unverified.height > MAX_PIXELS:
                raise InvalidImage(_too_many_pixels(), parameter="upload")
            unverified.verify()
        file.seek(0)  # ``verify`` leaves the image unusable
        with Image.open(file, formats=FORMATS) as image:
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


def _jpeg(image: Image.Image, size: int) -> tuple[bytes, tuple[int, int]]:
    """Encode at most ``size`` pixels a side, and say how many; a new image carries no metadata of the old one."""
    copy = Image.new("RGB", image.size)
    copy.paste(image)
    copy.thumbnail((size, size))
    output = BytesIO()
    copy.save(output, "JPEG", quality=_QUALITY[size], optimize=True, progressive=True)
    return output.getvalue(), copy.size
