"""Photos of features: files the portal re-encoded itself, served under the rights of their feature."""

from __future__ import annotations

import secrets
from pathlib import PurePosixPath

from django.db import models
from django.utils.translation import gettext_lazy as _

from layers.models.version import VersionedModel


def photo_path(photo: models.Model, _name: str) -> str:
    """Return where a photo is stored: a name nobody can guess, nothing of the uploaded name."""
    return str(PurePosixPath("photos") / photo._meta.label_lower / f"{secrets.token_hex(16)}.jpg")


class FeaturePhoto(VersionedModel):
    """A picture of a feature, 2,048 px at most, and its thumbnail (480 px). Written by ``store_photo``."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    image = models.ImageField(_("image"), upload_to=photo_path, width_field="width", height_field="height")
    thumbnail = models.ImageField(_("vignette"), upload_to=photo_path)
    width = models.PositiveIntegerField(_("largeur"), default=0, editable=False)
    height = models.PositiveIntegerField(_("hauteur"), default=0, editable=False)
    legende = models.CharField(_("légende"), max_length=200)
    credit = models.CharField(_("crédit"), max_length=120, blank=True)
    date_prise_vue = models.DateField(_("date de prise de vue"), null=True, blank=True)

    class Meta(VersionedModel.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.legende
