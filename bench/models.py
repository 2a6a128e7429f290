"""What is measured: points and surfaces like those of the portal, and a table of a million rows.

They are plain features, with every trigger, constraint and index of the kernel, so that a figure measured here holds
for a layer of the portal.
"""

from __future__ import annotations

from django.contrib.gis.db.models import LineStringField, PointField, PolygonField
from django.db import models

from layers.models import ExtendedFeature, Feature


class Kind(models.TextChoices):
    """A code list, since most layers have one."""

    ALPHA = "A", "Première catégorie"
    BETA = "B", "Deuxième catégorie"
    GAMMA = "C", "Troisième catégorie"


class Measured(Feature):
    """Ten typed attributes with what makes rendering hard: accents, quotes, backslashes and missing values."""

    nom = models.CharField("nom", max_length=80)
    description = models.TextField("description", blank=True, null=True)
    categorie = models.CharField("catégorie", max_length=1, choices=Kind, default=Kind.ALPHA)
    effectif = models.IntegerField("effectif")
    surface_m2 = models.DecimalField("surface", max_digits=10, decimal_places=2, null=True)
    taux = models.FloatField("taux", null=True)
    est_accessible = models.BooleanField("accessible", null=True)
    date_pose = models.DateField("date de pose", null=True)
    releve_le = models.DateTimeField("relevé le")

    class Meta(Feature.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.nom


class Point(Measured):
    """A hundred thousand points."""

    geom = PointField("position", srid=4326, spatial_index=False)

    class Meta(Measured.Meta):
        verbose_name = "point mesuré"
        verbose_name_plural = "points mesurés"


class Surface(Measured, ExtendedFeature):
    """Sixty thousand polygons."""

    geom = PolygonField("emprise", srid=4326, spatial_index=False)

    class Meta(Measured.Meta, ExtendedFeature.Meta):
        verbose_name = "surface mesurée"
        verbose_name_plural = "surfaces mesurées"


class Road(Measured, ExtendedFeature):
    """Lines, for the measures of tiles."""

    geom = LineStringField("tracé", srid=4326, spatial_index=False)

    class Meta(Measured.Meta, ExtendedFeature.Meta):
        verbose_name = "tronçon mesuré"
        verbose_name_plural = "tronçons mesurés"


class Million(Measured):
    """A million points: the largest layer that the others have beside them.

    As every dataset of this size, it has an index that totals read instead of its rows (``docs/aggregates.md``).
    """

    geom = PointField("position", srid=4326, spatial_index=False)

    class Meta(Measured.Meta):
        indexes = [
            *Measured.Meta.indexes,
            models.Index(
                fields=["commune"],
                include=[
                    "categorie",
                    "effectif",
                    "surface_m2",
                    "taux",
                    "est_accessible",
                    "date_pose",
                    "releve_le",
                ],
                name="%(class)s_totals",
            ),
        ]
        verbose_name = "point du million"
        verbose_name_plural = "points du million"
