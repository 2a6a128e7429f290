"""Pictures of the heritage."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from heritage.models.building import HeritageBuilding
from heritage.models.tree import RemarkableTree
from layers.models import FeaturePhoto, keep_history


@keep_history()
class BuildingPhoto(FeaturePhoto):
    """A picture of a heritage building."""

    building = models.ForeignKey(
        HeritageBuilding,
        on_delete=models.CASCADE,
        related_name="photos",
        verbose_name=_("bâtiment patrimonial"),
    )

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]


@keep_history()
class TreePhoto(FeaturePhoto):
    """A picture of a remarkable tree."""

    tree = models.ForeignKey(
        RemarkableTree, on_delete=models.CASCADE, related_name="photos", verbose_name=_("arbre remarquable")
    )

    class Meta(FeaturePhoto.Meta):
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["pk"]
