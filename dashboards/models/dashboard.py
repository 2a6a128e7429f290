"""A dashboard: who makes it and who sees it, and the numbered versions of what it shows.

Rights stand on the row and are never part of a version: bringing an old version back never opens what was closed since.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Commune, Theme

SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_MAX, TITLE_MAX, SUMMARY_MAX, NOTE_MAX = 60, 120, 600, 300
SLUG_VALIDATOR = RegexValidator(
    SLUG_PATTERN, _("Des minuscules sans accent et des chiffres, en mots séparés d’un seul tiret.")
)


class Dashboard(models.Model):
    """A page of panels. ``title`` and ``summary`` are those of what is published, of the draft before that.

    ``revision`` grows with each write: a change says which one it starts from. ``portal`` narrows it to a commune.
    """

    slug = models.CharField(_("identifiant"), max_length=SLUG_MAX, unique=True, validators=[SLUG_VALIDATOR])
    title = models.CharField(_("titre"), max_length=TITLE_MAX)
    summary = models.CharField(_("résumé"), max_length=SUMMARY_MAX, blank=True)
    theme = models.ForeignKey(
        Theme,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="dashboards",
        verbose_name=_("thème"),
    )
    producer = models.ForeignKey(
        Group,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="produced_dashboards",
        verbose_name=_("producteur"),
        help_text=_("Ses membres qui ont le droit de changer des tableaux de bord changent celui-ci."),
    )
    is_public = models.BooleanField(_("public"), default=False)
    groups = models.ManyToManyField(
        Group, blank=True, related_name="read_dashboards", verbose_name=_("groupes lecteurs")
    )
    persons = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="read_dashboards", verbose_name=_("lecteurs")
    )
    portal = models.ForeignKey(
        Commune,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("portail"),
        help_text=_("Commune à laquelle ses données se limitent. Vide : tout le territoire."),
    )
    draft = models.ForeignKey(
        "DashboardVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("brouillon"),
    )
    published = models.ForeignKey(
        "DashboardVersion",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version publiée"),
    )
    revision = models.PositiveIntegerField(_("révision"), default=1, editable=False)
    created_at = models.DateTimeField(_("créé le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifié le"), auto_now=True)

    class Meta:
        verbose_name = _("tableau de bord")
        verbose_name_plural = _("tableaux de bord")
        ordering = ["title", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(slug__regex=SLUG_PATTERN), name="dashboard_slug_format"),
            models.CheckConstraint(condition=~Q(title=""), name="dashboard_has_title"),
        ]

    def __str__(self) -> str:
        return self.title


class DashboardVersion(models.Model):
    """What a dashboard shows, at one time. Only the draft changes; what was published or set aside never does.

    ``document`` holds the keys of the published form that are no rights: see ``documents.writing.content_of``.
    """

    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="versions", verbose_name=_("tableau de bord")
    )
    number = models.PositiveIntegerField(_("numéro"))
    document = models.JSONField(_("document"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("auteur"),
    )
    note = models.CharField(_("note"), max_length=NOTE_MAX, blank=True)
    created_at = models.DateTimeField(_("créée le"), auto_now_add=True)
    updated_at = models.DateTimeField(_("modifiée le"), auto_now=True)
    published_at = models.DateTimeField(_("publiée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("version de tableau de bord")
        verbose_name_plural = _("versions de tableaux de bord")
        ordering = ["dashboard", "-number"]
        constraints = [models.UniqueConstraint(fields=["dashboard", "number"], name="dashboard_version_once")]

    def __str__(self) -> str:
        return f"{self.dashboard} · version {self.number}"


class Favourite(models.Model):
    """A dashboard among somebody's favourites."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="favourite_dashboards",
        verbose_name=_("compte"),
    )
    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="favourites", verbose_name=_("tableau de bord")
    )
    created_at = models.DateTimeField(_("ajouté le"), auto_now_add=True)

    class Meta:
        verbose_name = _("favori")
        verbose_name_plural = _("favoris")
        ordering = ["-created_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["owner", "dashboard"], name="favourite_once")]

    def __str__(self) -> str:
        return f"{self.owner} · {self.dashboard}"
