"""Official rules as dated tables: a text that changes is a row more, never a line of code. See ``docs/fleet.md``.

A rule holds from ``en_vigueur`` until a later one says otherwise about the same vehicles; ``source`` is its text.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fleet.models.triggers import APPLY_FACTORS, APPLY_RULES
from fleet.vocabulary import CritAir, Energy, EnergyClass, FuelUnit, QuotaKind, VehicleCategory, VehicleKind
from layers.models import VersionedModel
from layers.models.features import BUMP_VERSION


def _codes(title: Any, choices: type[models.TextChoices], help_text: Any = "") -> ArrayField[Any, Any]:
    return ArrayField(
        models.CharField(max_length=4, choices=choices),
        verbose_name=title,
        default=list,
        blank=True,
        help_text=help_text,
    )


class DatedRule(VersionedModel):
    """A rule of an official text, from the day it holds."""

    en_vigueur = models.DateField(_("en vigueur depuis"))
    source = models.CharField(_("source"), max_length=300)

    class Meta(VersionedModel.Meta):
        abstract = True
        triggers = [BUMP_VERSION, *APPLY_RULES]


class CritAirRule(DatedRule):
    """The class of vehicles of some categories and energies, by Euro norm or, without one, by first registration.

    An empty list of categories, kinds or energies is all of them. A rule without dates or norms holds for any vehicle.
    """

    categories = _codes(_("catégories"), VehicleCategory, _("Vide : toutes."))
    genres = _codes(_("genres"), VehicleKind, _("Vide : tous."))
    energies = _codes(_("énergies"), Energy, _("Vide : toutes."))
    norme_min = models.PositiveSmallIntegerField(_("norme Euro, de"), null=True, blank=True)
    norme_max = models.PositiveSmallIntegerField(_("norme Euro, à"), null=True, blank=True)
    debut = models.DateField(_("première immatriculation, du"), null=True, blank=True)
    fin = models.DateField(_("première immatriculation, au"), null=True, blank=True)
    classe = models.CharField(_("classe"), max_length=2, choices=CritAir)

    class Meta(DatedRule.Meta):
        verbose_name = _("règle Crit’Air")
        verbose_name_plural = _("règles Crit’Air")
        ordering = ["-en_vigueur", "categories", "energies", "classe"]
        constraints = [
            models.CheckConstraint(condition=Q(classe__in=CritAir.values), name="crit_air_class_known"),
            models.CheckConstraint(
                condition=Q(debut__isnull=True) | Q(fin__isnull=True) | Q(debut__lte=F("fin")),
                name="crit_air_dates_ordered",
                violation_error_message=_("La première date suit la seconde."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_classe_display()} {', '.join(self.categories)} {', '.join(self.energies)}".strip()


class EnergyLabel(DatedRule):
    """A class of the CO₂ label: up to how many grammes a kilometre; none for the last one."""

    classe = models.CharField(_("classe"), max_length=1, choices=EnergyClass)
    au_plus = models.PositiveSmallIntegerField(_("CO₂ au plus (g/km)"), null=True, blank=True)

    class Meta(DatedRule.Meta):
        verbose_name = _("classe de l’étiquette énergie")
        verbose_name_plural = _("classes de l’étiquette énergie")
        ordering = ["-en_vigueur", "classe"]
        constraints = [
            models.UniqueConstraint(fields=["en_vigueur", "classe"], name="energy_label_once"),
            models.CheckConstraint(condition=Q(classe__in=EnergyClass.values), name="energy_label_known"),
        ]

    def __str__(self) -> str:
        return self.classe


class RenewalQuota(DatedRule):
    """What is a low-emission vehicle from a day, and the least share of them among the vehicles that come in.

    ``co2_max`` or ``energies`` define it; without ``part`` nothing is asked yet.
    """

    nature = models.CharField(_("nature"), max_length=12, choices=QuotaKind)
    part = models.DecimalField(
        _("part minimale (%)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    co2_max = models.PositiveSmallIntegerField(_("CO₂ au plus (g/km)"), null=True, blank=True)
    energies = _codes(_("énergies"), Energy, _("Vide : toutes."))

    class Meta(DatedRule.Meta):
        verbose_name = _("part légale au renouvellement")
        verbose_name_plural = _("parts légales au renouvellement")
        ordering = ["nature", "-en_vigueur"]
        constraints = [
            models.UniqueConstraint(fields=["nature", "en_vigueur"], name="renewal_quota_once"),
            models.CheckConstraint(condition=Q(nature__in=QuotaKind.values), name="renewal_quota_known"),
            models.CheckConstraint(
                condition=Q(part__isnull=True) | Q(part__range=(0, 100)), name="renewal_quota_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_nature_display()} {self.en_vigueur}"


class EmissionFactor(DatedRule):
    """Kilogrammes of CO₂ equivalent of a litre, a kilowatt-hour or a kilogramme, for some energies of vehicles."""

    energies = _codes(_("énergies"), Energy, _("Vide : toutes."))
    unite = models.CharField(_("unité"), max_length=6, choices=FuelUnit)
    facteur = models.DecimalField(_("kg de CO₂ par unité"), max_digits=7, decimal_places=4)

    class Meta(VersionedModel.Meta):
        verbose_name = _("facteur d’émission")
        verbose_name_plural = _("facteurs d’émission")
        ordering = ["-en_vigueur", "unite", "energies"]
        triggers = [BUMP_VERSION, *APPLY_FACTORS]
        constraints = [
            models.CheckConstraint(condition=Q(unite__in=FuelUnit.values), name="emission_factor_unit_known"),
            models.CheckConstraint(condition=Q(facteur__gte=0), name="emission_factor_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.facteur} kg/{self.unite}"
