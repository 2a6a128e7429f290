"""The photo of a site: decoded and encoded anew as every photo of the portal, internal until it is said to be public.

A photo of a street has faces and plates: its author says that this one has none before anybody else reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from layers.services.photos import remove_photo, store_photo
from roadworks.models import RoadWorks, SitePhoto


@dataclass(frozen=True, slots=True)
class PhotoAnswer:
    """A photo of a form: the uploaded file, None to leave the one that is stored; whether everybody may read it."""

    upload: Any = None
    is_public: bool = False
    is_removed: bool = False


def write_site_photo(site: RoadWorks, answer: PhotoAnswer) -> None:
    """Write the photo of a site that the visitor writes: a new one replaces the one before, whose files are removed.

    Raises:
        InvalidImage: the file is no JPEG, PNG or WebP picture, too large or damaged.
        StorageFull: no room for it.
    """
    photo = site.photos.order_by("pk").first()
    if answer.upload is not None:
        photo = photo or SitePhoto(chantier=site)
        photo.legende, photo.est_publique = site.objet, answer.is_public
        store_photo(photo=photo, upload=answer.upload)
    elif photo is not None and answer.is_removed:
        remove_photo(photo=photo)
    elif photo is not None and photo.est_publique != answer.is_public:
        photo.est_publique = answer.is_public
        photo.save(update_fields=["est_publique"])
