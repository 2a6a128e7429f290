"""The one table of the site itself: whether, and from which day, the demonstration was loaded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoLoad(models.Model):
    """The demonstration was loaded in this database. Its dates (inspections, grants) count from ``anchor``.

    Kept even when the sample data is removed, so that a portal that went on with real data is never filled again.
    ``additions`` names what the demonstration got since its first version and this database was given once.
    """

    anchor = models.DateField(_("jour de référence"))
    additions = models.JSONField(_("ajouts faits"), default=list)
    loaded_at = models.DateTimeField(_("chargée le"), auto_now=True)

    class Meta:
        verbose_name = _("chargement de la démonstration")
        verbose_name_plural = _("chargements de la démonstration")

    def __str__(self) -> str:
        return f"{self.anchor:%d/%m/%Y}"
