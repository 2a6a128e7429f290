"""The tables of the site itself: the day of the demonstration, and what accounts opened last."""

from __future__ import annotations

from django.conf import settings
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


class RecentPage(models.Model):
    """A layer or a dashboard that an account opened: its identifier, never its title, which rights may hide since.

    ``gisportal.recent_pages`` writes at most twelve for each account, which clears them.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("compte")
    )
    kind = models.CharField(_("nature"), max_length=10)
    name = models.CharField(_("identifiant"), max_length=100)
    opened_at = models.DateTimeField(_("ouverte le"))

    class Meta:
        verbose_name = _("page ouverte récemment")
        verbose_name_plural = _("pages ouvertes récemment")
        ordering = ["-opened_at"]
        constraints = [models.UniqueConstraint(fields=["owner", "kind", "name"], name="recent_page_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
