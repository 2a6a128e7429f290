"""Photos: accepting uploads, and deleting photos with their files.

Nothing of an upload is stored as it came: ``layers.parsing.picture_process`` decodes it in a process of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, TypeVar

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage
from django.db import models, transaction
from django.db.models.fields.files import ImageFieldFile
from django.utils.translation import gettext as _

from layers.errors import InvalidImage
from layers.models import FeaturePhoto
from layers.services.storage import storing
from sandbox import supervisor
from sandbox.errors import (
    MemoryExceeded,
    OutputExceeded,
    ProgramCrashed,
    SandboxError,
    SandboxUnavailable,
    TimeExceeded,
)
from sandbox.limits import MEGABYTE, Limits, configured_limits

MAX_BYTES = 15 * 1024 * 1024
FORMATS = ("JPEG", "PNG", "WEBP")
_TARGET = "layers.parsing.picture_process:serve"
_MAX_ANSWER = 8 * MEGABYTE
_MEMORY = 1024 * MEGABYTE
_SECONDS = 30
_LARGEST = 10_000

Photo = TypeVar("Photo", bound=FeaturePhoto)


@dataclass(frozen=True, slots=True)
class ProcessedPhoto:
    """A picture ready to be stored: two JPEG files without metadata, and the pixels of the full one."""

    full: bytes
    thumbnail: bytes
    width: int
    height: int


def read_picture(*, upload: BinaryIO | File[bytes]) -> ProcessedPhoto:
    """Decode an uploaded image, put it upright, and encode it at both sizes.

    Raises:
        InvalidImage: not a JPEG, PNG or WebP image, damaged, over ``MAX_BYTES``, or over what one may ask for.
    """
    content = upload.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise InvalidImage(_("L’image dépasse %d Mo.") % (MAX_BYTES // 1024**2), parameter="upload")
    if not content:
        raise InvalidImage(_("Le fichier est vide."), parameter="upload")
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.flush()
        return _decoded(file)


def _decoded(file: BinaryIO) -> ProcessedPhoto:
    """Have a child process decode the picture."""
    limits = _limits()
    try:
        with supervisor.start(_TARGET, file=file, arguments={}, limits=limits) as child:
            answer, content = child.receive()
    except SandboxError as error:
        raise InvalidImage(_explanation(error, limits), parameter="upload") from error
    if isinstance(answer, dict) and isinstance(answer.get("refused"), str):
        raise InvalidImage(answer["refused"], parameter="upload")
    try:
        length, width, height = (int(answer[name]) for name in ("full", "width", "height"))
        if not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
            raise ValueError("a size that is none")
    except (KeyError, TypeError, ValueError) as error:
        raise InvalidImage(_explanation(ProgramCrashed(), limits), parameter="upload") from error
    return ProcessedPhoto(content[:length], content[length:], width, height)


def _limits() -> Limits:
    """Return the bounds of a picture: those of any file, and never more than a picture takes."""
    configured = configured_limits()
    return replace(
        configured,
        memory=min(configured.memory, _MEMORY),
        cpu_seconds=min(configured.cpu_seconds, _SECONDS),
        wall_seconds=min(configured.wall_seconds, 2 * _SECONDS),
        output_bytes=_MAX_ANSWER,
    )


def _explanation(error: SandboxError, limits: Limits) -> str:
    """Say in words how the child ended."""
    if isinstance(error, MemoryExceeded):
        return _("La lecture de cette image demande plus de %d Mo de mémoire.") % (limits.memory // MEGABYTE)
    if isinstance(error, TimeExceeded):
        return _("La lecture de cette image demande plus de %d secondes.") % error.seconds
    if isinstance(error, SandboxUnavailable):
        return _("Trop de fichiers sont lus en ce moment : recommencez dans quelques minutes.")
    if isinstance(error, OutputExceeded):
        return _("Cette image est trop grande une fois lue.")
    return _("Le lecteur s’est arrêté sur cette image : elle est sans doute endommagée.")


def store_photo(*, photo: Photo, upload: BinaryIO | File[bytes]) -> Photo:
    """Save ``photo`` (its owner and caption set, saved before or not) with the picture of ``upload``.

    Raises:
        InvalidImage: see ``read_picture``; nothing is written.
    """
    return store_picture(photo=photo, picture=read_picture(upload=upload))


def store_picture(*, photo: Photo, picture: ProcessedPhoto) -> Photo:
    """Save ``photo`` with a picture already read; the files it replaces go once the transaction is committed.

    Raises:
        StorageFull: no room for the files; none stays.
    """
    replaced = _files([photo])
    with ExitStack() as undo:
        _write(photo.image, picture.full, undo)
        _write(photo.thumbnail, picture.thumbnail, undo)
        photo.width, photo.height = picture.width, picture.height
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


def _write(file: ImageFieldFile, content: bytes, undo: ExitStack) -> None:
    """Store the file of a field, which ``undo`` removes, even half-written: its name is random, so that it is its own.

    By ``file.save``, Django would decode the picture in this process to measure it.
    """
    field, photo = file.field, file.instance
    name = field.generate_filename(photo, "photo.jpg")
    with storing(Path(settings.MEDIA_ROOT), len(content)):
        undo.callback(_delete, [(file.storage, name)])
        file.storage.save(name, ContentFile(content), max_length=field.max_length)
    photo.__dict__[field.attname] = name


def _files(photos: Iterable[FeaturePhoto]) -> list[tuple[Storage, str]]:
    pairs = [file for photo in photos for file in (photo.image, photo.thumbnail)]
    return [(file.storage, file.name) for file in pairs if file.name]


def _delete(files: Iterable[tuple[Storage, str]]) -> None:
    for storage, name in files:
        storage.delete(name)
