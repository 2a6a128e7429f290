"""The one table of the site itself: whether, and from which day, the demonstration was loaded."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DemoLoad(models.Model):
    """The demonstration was loaded in this database. Its dates (inspections, grants) count from ``anchor``.

    The row stays when the sample data is removed, so that a portal with real data is never filled again.
    ``additions`` names the later additions that this database got once. ``dashboards`` has, by identifier, the
    revision of each dashboard as the demonstration left it and the digest of its file: one that nobody has changed
    since follows its file.
    """

    anchor = models.DateField(_("jour de référence"))
    additions = models.JSONField(_("ajouts faits"), default=list)
    dashboards = models.JSONField(_("tableaux de bord chargés"), default=dict)
    loaded_at = models.DateTimeField(_("chargée le"), auto_now=True)

    class Meta:
        verbose_name = _("chargement de la démonstration")
        verbose_name_plural = _("chargements de la démonstration")

    def __str__(self) -> str:
        return f"{self.anchor:%d/%m/%Y}"
