"""ZONE_URBA: the zones that tile the perimeter of the document without gap or overlap."""

from __future__ import annotations

from django.contrib.gis.db.models import PolygonField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import keep_history
from plui.models.graphic import GraphicObject
from plui.vocabulary import TypeZone


@keep_history("date_validite")
class ZoneUrba(GraphicObject):
    """A zone; a simple polygon, since the standard forbids multipolygons."""

    lib_idzone = models.CharField(
        _("identifiant de la zone"), max_length=40, blank=True, help_text="LIB_IDZONE"
    )
    libelle = models.CharField(
        _("libellé"), max_length=12, help_text=_("Nom court de la zone, par exemple UAa.")
    )
    libelong = models.CharField(_("libellé long"), max_length=254, blank=True, help_text="LIBELONG")
    typezone = models.CharField(_("type de zone"), max_length=3, choices=TypeZone)
    formdomi = models.CharField(
        _("forme d’aménagement dominante"), max_length=4, blank=True, help_text="FORMDOMI"
    )
    destoui = models.CharField(_("destinations autorisées"), max_length=120, blank=True, help_text="DESTOUI")
    destcdt = models.CharField(
        _("destinations sous conditions"), max_length=120, blank=True, help_text="DESTCDT"
    )
    destnon = models.CharField(_("destinations interdites"), max_length=120, blank=True, help_text="DESTNON")
    symbole = models.CharField(_("symbole CNIG"), max_length=20, blank=True)
    geom = PolygonField(_("emprise"), srid=4326, spatial_index=False)

    class Meta(GraphicObject.Meta):
        verbose_name = _("zone du PLUi")
        verbose_name_plural = _("zones du PLUi")
        ordering = ["libelle", "pk"]
        constraints = [
            *GraphicObject.Meta.constraints,
            models.CheckConstraint(condition=Q(typezone__in=TypeZone.values), name="zoneurba_typezone_known"),
            models.CheckConstraint(condition=~Q(libelle=""), name="zoneurba_libelle_given"),
        ]

    def __str__(self) -> str:
        return self.libelle
