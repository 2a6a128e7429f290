"""Rasters: a row of the catalogue whose data are grids of values in a file, with the versions of that file.

The catalogue row (``Layer``) says who sees it, as for features; the file itself is behind ``layers.access`` too. Files
lie in a private folder of the media that no address serves, under names of ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models.catalogue import Layer
from layers.vocabulary import RasterKind

RASTER_FOLDER = "rasters"


def raster_folder() -> Path:
    """Return the folder of the files of rasters; writers make it."""
    return Path(settings.MEDIA_ROOT) / RASTER_FOLDER


class Raster(models.Model):
    """The values of a raster. ``online`` is the version that is served; without one it is hidden.

    ``unit`` is that of its values, empty for images and codes; ``decimals`` the number of decimals shown.
    ``is_additive``: values of cells may be added up (inhabitants, not degrees).
    """

    layer = models.OneToOneField(
        Layer, on_delete=models.CASCADE, related_name="raster", verbose_name=_("couche")
    )
    kind = models.CharField(_("nature"), max_length=10, choices=RasterKind, default=RasterKind.MEASURE)
    unit = models.CharField(_("unité"), max_length=20, blank=True)
    decimals = models.PositiveSmallIntegerField(_("décimales"), default=0)
    is_additive = models.BooleanField(
        _("valeurs à additionner"),
        default=False,
        help_text=_("Des nombres par maille (habitants), dont la somme a un sens."),
    )
    online = models.ForeignKey(
        "RasterVersion",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version en ligne"),
    )

    class Meta:
        verbose_name = _("raster")
        verbose_name_plural = _("rasters")
        ordering = ["layer"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RasterKind.values), name="raster_kind_known"),
        ]

    def __str__(self) -> str:
        return str(self.layer)


class RasterVersion(models.Model):
    """A file of a raster: a cloud-optimised GeoTIFF that the portal wrote, and its metadata.

    ``srid`` is the EPSG code of its CRS; ``transform`` the six numbers of its grid (a, b, c, d, e, f of the affine
    transformation from column and row to x and y), ``bounds`` west, south, east, north in degrees. ``bands`` has an
    object a band, in order: ``description``, ``type``, ``nodata``, ``colour``, ``minimum``, ``maximum``, ``mean``,
    ``deviation``, ``low`` and ``high`` (2nd and 98th centile), ``share`` (of cells with a value). ``by_commune`` has
    the statistics of each commune (``layers.queries.rasters.statistics``), written again when classes or communes
    change.
    """

    raster = models.ForeignKey(
        Raster, on_delete=models.CASCADE, related_name="versions", verbose_name=_("raster")
    )
    number = models.PositiveIntegerField(_("numéro"))
    path = models.CharField(_("emplacement"), max_length=80, unique=True)
    original_name = models.CharField(_("nom du fichier"), max_length=255)
    sha256 = models.CharField(_("empreinte du fichier donné"), max_length=64)
    size = models.PositiveBigIntegerField(_("octets"))
    srid = models.PositiveIntegerField(_("système de coordonnées"))
    width = models.PositiveIntegerField(_("colonnes"))
    height = models.PositiveIntegerField(_("rangées"))
    transform = ArrayField(models.FloatField(), size=6, verbose_name=_("grille"))
    bounds = ArrayField(models.FloatField(), size=4, verbose_name=_("emprise"))
    overviews = models.PositiveSmallIntegerField(
        _("réductions"),
        default=0,
        help_text=_("Chacune a la moitié des rangées et des colonnes de la précédente."),
    )
    bands = models.JSONField(_("canaux"), default=list)
    by_commune = models.JSONField(_("statistiques par commune"), default=dict, editable=False)
    min_zoom = models.PositiveSmallIntegerField(_("zoom le plus petit"))
    max_zoom = models.PositiveSmallIntegerField(_("zoom le plus grand"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("livrée par"),
    )
    created_at = models.DateTimeField(_("livrée le"), auto_now_add=True)
    published_at = models.DateTimeField(_("mise en ligne le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version d’un raster")
        verbose_name_plural = _("versions de rasters")
        ordering = ["raster", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["raster", "number"], name="raster_version_number_once"),
            models.CheckConstraint(condition=Q(width__gt=0, height__gt=0), name="raster_version_has_cells"),
        ]

    def __str__(self) -> str:
        return f"{self.raster} · version {self.number}"

    @property
    def location(self) -> Path:
        """Where the file is."""
        return raster_folder() / self.path

    @property
    def resolution(self) -> tuple[float, float]:
        """Width and height of a cell, both positive, in the unit of the CRS."""
        return abs(self.transform[0]), abs(self.transform[4])

    @property
    def extent(self) -> tuple[float, float, float, float]:
        """Left, bottom, right, top in the CRS of the file; its grid is never turned."""
        a, _b, left, _d, e, top = self.transform
        return left, top + e * self.height, left + a * self.width, top

    @property
    def first_band(self) -> dict[str, Any]:
        """Metadata of the first band."""
        band: dict[str, Any] = self.bands[0]
        return band
