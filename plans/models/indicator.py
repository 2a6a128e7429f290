"""Indicators of a plan, what was measured of each, and the trajectory it is held to.

Everything that the rule computes (``etat``, ``valeur_attendue``, ``ecart``, ``projection``…) is written by triggers,
whoever writes the rest: the administration, the API, an import and a psql session obey the same rule.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from layers.models import TabularFeature, VersionedModel, keep_history
from layers.models.features import BUMP_VERSION
from plans.models.plan import Axis, Plan, check_axis_plan
from plans.models.triggers import REFRESH_OF_RECORDS, REFRESH_OF_RULE, SAME_PLAN
from plans.vocabulary import Cadence, Direction, IndicatorState, MilestoneKind, Pollutant, Sector

_COMPUTED = (
    "axe",
    "sous_axe",
    "annee_reference",
    "valeur_reference",
    "annee_cible",
    "valeur_cible",
    "annee_mesure",
    "valeur_mesure",
    "valeur_attendue",
    "ecart",
    "ecart_relatif",
    "projection",
    "ecart_projete",
    "etat",
)


def _year(title: Any) -> models.PositiveSmallIntegerField[int | None, int | None]:
    return models.PositiveSmallIntegerField(title, null=True, editable=False)


def _number(title: Any) -> models.FloatField[float | None, float | None]:
    return models.FloatField(title, null=True, editable=False)


@keep_history(*_COMPUTED)
class Indicator(TabularFeature):
    """What is measured year after year against a trajectory."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    titre = models.CharField(_("titre"), max_length=160)
    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("plan")
    )
    position = models.ForeignKey(
        Axis, on_delete=models.PROTECT, related_name="indicators", verbose_name=_("axe du plan")
    )
    axe = models.CharField(_("axe"), max_length=180, editable=False, blank=True)
    sous_axe = models.CharField(_("sous-axe"), max_length=180, editable=False, blank=True)
    parent = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        to_field="code",
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("indicateur d’ensemble"),
        help_text=_("L’indicateur que celui-ci détaille, par secteur par exemple."),
    )
    secteur = models.CharField(_("secteur"), max_length=20, choices=Sector, blank=True)
    polluant = models.CharField(_("polluant"), max_length=6, choices=Pollutant, blank=True)
    unite = models.CharField(_("unité"), max_length=40)
    decimales = models.PositiveSmallIntegerField(_("décimales"), default=0)
    source = models.CharField(_("source"), max_length=200, blank=True)
    frequence = models.CharField(_("fréquence"), max_length=10, choices=Cadence, default=Cadence.ANNUAL)
    sens = models.CharField(_("sens souhaité"), max_length=6, choices=Direction)
    perimetre = models.CharField(_("périmètre"), max_length=160, blank=True)
    methode = models.TextField(_("méthode"), blank=True)
    commentaire = models.TextField(_("commentaire"), blank=True)
    pilote = models.CharField(_("pilote"), max_length=120, blank=True)
    annee_reference = _year(_("année de référence"))
    valeur_reference = _number(_("valeur de référence"))
    annee_cible = _year(_("année de la cible"))
    valeur_cible = _number(_("cible"))
    annee_mesure = _year(_("année de la dernière mesure"))
    valeur_mesure = _number(_("dernière mesure"))
    valeur_attendue = _number(_("valeur attendue"))
    ecart = _number(_("écart"))
    ecart_relatif = _number(_("écart relatif"))
    projection = _number(_("valeur projetée"))
    ecart_projete = _number(_("écart projeté"))
    etat = models.CharField(
        _("état"), max_length=16, choices=IndicatorState, default=IndicatorState.NO_DATA, editable=False
    )

    class Meta(TabularFeature.Meta):
        verbose_name = _("indicateur")
        verbose_name_plural = _("indicateurs")
        ordering = ["plan", "position__rang", "code"]
        triggers = [BUMP_VERSION, SAME_PLAN, REFRESH_OF_RULE]
        constraints = [
            models.CheckConstraint(condition=Q(sens__in=Direction.values), name="indicator_direction_known"),
            models.CheckConstraint(condition=Q(frequence__in=Cadence.values), name="indicator_cadence_known"),
            models.CheckConstraint(
                condition=Q(secteur__in=["", *Sector.values]), name="indicator_sector_known"
            ),
            models.CheckConstraint(
                condition=Q(polluant__in=["", *Pollutant.values]), name="indicator_pollutant_known"
            ),
            models.CheckConstraint(condition=Q(decimales__lte=6), name="indicator_decimals_few"),
        ]

    def __str__(self) -> str:
        return self.titre

    def clean(self) -> None:
        """Refuse an axis of another plan."""
        check_axis_plan(self)


@keep_history()
class Measure(VersionedModel):
    """A value of an indicator in a year, of the whole territory (no ``commune``) or of a commune.

    ``source`` is empty for the indicator's own source; another one is told apart and never enters the rule.
    """

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="measures", verbose_name=_("indicateur")
    )
    annee = models.PositiveSmallIntegerField(_("année"))
    commune = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commune"),
        help_text=_("Vide : tout le territoire."),
    )
    valeur = models.FloatField(_("valeur"))
    source = models.CharField(
        _("autre source"), max_length=120, blank=True, help_text=_("Vide : la source de l’indicateur.")
    )
    provisoire = models.BooleanField(_("provisoire"), default=False)
    commentaire = models.TextField(_("commentaire"), blank=True)

    class Meta(VersionedModel.Meta):
        verbose_name = _("mesure")
        verbose_name_plural = _("mesures")
        ordering = ["indicator", "annee", "pk"]
        triggers = [BUMP_VERSION, *REFRESH_OF_RECORDS]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "annee", "commune", "source"],
                name="measure_once",
                nulls_distinct=False,
                violation_error_message=_("Cette année a déjà une mesure."),
            ),
            models.CheckConstraint(
                condition=Q(annee__range=(1900, 2200)),
                name="measure_year_plausible",
                violation_error_message=_("L’année s’écrit sur quatre chiffres."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee} : {self.valeur}"


@keep_history()
class Milestone(VersionedModel):
    """A point of the trajectory: the reference, an intermediate target or the final one."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    indicator = models.ForeignKey(
        Indicator, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("indicateur")
    )
    annee = models.PositiveSmallIntegerField(_("année"))
    valeur = models.FloatField(_("valeur"))
    nature = models.CharField(
        _("nature"), max_length=14, choices=MilestoneKind, default=MilestoneKind.INTERMEDIATE
    )
    commentaire = models.CharField(_("commentaire"), max_length=300, blank=True)

    class Meta(VersionedModel.Meta):
        verbose_name = _("point de la trajectoire")
        verbose_name_plural = _("points de la trajectoire")
        ordering = ["indicator", "annee"]
        triggers = [BUMP_VERSION, *REFRESH_OF_RECORDS]
        constraints = [
            models.UniqueConstraint(
                fields=["indicator", "annee"],
                name="milestone_year_once",
                violation_error_message=_("Cette année est déjà un point de la trajectoire."),
            ),
            models.UniqueConstraint(
                fields=["indicator", "nature"],
                name="milestone_one_reference_one_target",
                condition=~Q(nature=MilestoneKind.INTERMEDIATE),
                violation_error_message=_("Un indicateur a une référence et un objectif final."),
            ),
            models.CheckConstraint(condition=Q(nature__in=MilestoneKind.values), name="milestone_kind_known"),
            models.CheckConstraint(
                condition=Q(annee__range=(1900, 2200)),
                name="milestone_year_plausible",
                violation_error_message=_("L’année s’écrit sur quatre chiffres."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee} : {self.valeur}"
