"""What every table of features has: a valid geometry, its Web Mercator copy, its commune, and counted writes."""

from __future__ import annotations

import pgtrigger
from django.contrib.gis.db.models import GeometryField
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from layers.models.version import BUMP_VERSION, VersionedModel

SET_COMMUNE = pgtrigger.Trigger(
    name="commune",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Insert | pgtrigger.UpdateOf("geom", "commune_id"),
    func="NEW.commune_id := layers_commune_of(NEW.geom); RETURN NEW;",
)


class LocatedModel(VersionedModel):
    """A row with a geometry ``geom`` that the concrete model declares, in EPSG:4326 (x = longitude, y = latitude)."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    geom_3857 = models.GeneratedField(
        expression=Transform("geom", 3857),
        output_field=GeometryField(srid=3857, spatial_index=False),
        db_persist=True,
        editable=False,
    )
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True, db_default=Now())
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True, db_default=Now())

    class Meta:
        abstract = True
        triggers = [BUMP_VERSION]
        constraints = [models.CheckConstraint(condition=Q(geom__isvalid=True), name="%(class)s_geom_valid")]
        indexes = [
            GistIndex("geom", name="%(class)s_geom"),
            GistIndex("geom_3857", name="%(class)s_geom_3857"),
        ]


class Feature(LocatedModel):
    """A feature of a layer. ``commune`` is set by trigger from the boundaries, by largest share.

    A commune that holds features cannot be deleted: the trigger would place them there again.
    """

    commune = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("commune"),
        help_text=_("Code INSEE de la commune, calculé d’après les limites communales."),
    )

    class Meta(LocatedModel.Meta):
        abstract = True
        triggers = [BUMP_VERSION, SET_COMMUNE]
