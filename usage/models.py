"""Tables of the counters. No column says anything of a person, an address, a program or an hour."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import Commune, TabularFeature
from usage.vocabulary import ContentKind, UseKind, UseOrigin


class DailyUse(TabularFeature):
    """How many times something was done in a day; a month counts as its first day once its days are summed up.

    ``couche`` and ``tableau`` are slugs, not keys: the counts stay when a layer is removed.
    """

    jour = models.DateField(_("jour"))
    nature = models.CharField(_("nature"), max_length=14, choices=UseKind)
    couche = models.CharField(_("couche"), max_length=100, blank=True)
    tableau = models.CharField(_("tableau de bord"), max_length=100, blank=True)
    titre = models.CharField(_("titre"), max_length=200, blank=True)
    format = models.CharField(_("format"), max_length=20, blank=True)
    origine = models.CharField(_("origine"), max_length=8, choices=UseOrigin)
    commune = models.ForeignKey(
        Commune,
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commune du portail"),
    )
    portail = models.CharField(_("portail"), max_length=100, blank=True)
    nombre = models.PositiveIntegerField(_("nombre"))

    class Meta(TabularFeature.Meta):
        verbose_name = _("usage d’un jour")
        verbose_name_plural = _("usages par jour")
        ordering = ["-jour", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["jour", "nature", "couche", "tableau", "format", "origine", "commune"],
                name="daily_use_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(nature__in=UseKind.values), name="daily_use_kind_known"),
            models.CheckConstraint(condition=Q(origine__in=UseOrigin.values), name="daily_use_origin_known"),
            models.CheckConstraint(condition=Q(couche="") | Q(tableau=""), name="daily_use_of_one_thing"),
        ]

    def __str__(self) -> str:
        return f"{self.jour:%d/%m/%Y} {self.titre or self.couche or self.tableau} {self.nombre}"


class UsedContent(TabularFeature):
    """A published layer or dashboard, and how much it was used, zero included. Written each night."""

    nature = models.CharField(_("nature"), max_length=7, choices=ContentKind)
    identifiant = models.CharField(_("identifiant"), max_length=100)
    titre = models.CharField(_("titre"), max_length=200)
    publie_le = models.DateField(_("publié le"), null=True)
    derniere_ouverture = models.DateField(_("dernière ouverture"), null=True)
    ouvertures_30_jours = models.PositiveIntegerField(_("ouvertures en 30 jours"), default=0)
    ouvertures_6_mois = models.PositiveIntegerField(_("ouvertures en 6 mois"), default=0)
    telechargements_6_mois = models.PositiveIntegerField(_("téléchargements en 6 mois"), default=0)
    appels_6_mois = models.PositiveIntegerField(_("appels de l’API en 6 mois"), default=0)
    delaisse = models.BooleanField(_("délaissé depuis 6 mois"), default=False)

    class Meta(TabularFeature.Meta):
        verbose_name = _("contenu du portail")
        verbose_name_plural = _("contenus du portail")
        ordering = ["nature", "titre"]
        constraints = [
            models.UniqueConstraint(fields=["nature", "identifiant"], name="used_content_once"),
            models.CheckConstraint(
                condition=Q(nature__in=ContentKind.values), name="used_content_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.titre
