"""Vehicles, their monthly readings, and the official rules that class them. Names of fields are the published names.

What official rules say of a vehicle, and what its readings tell, is written by triggers (``fleet.sql``), whoever writes
the rest: the administration, the API, an import and a psql session obey the same rules. Rules are dated rows: a text
that changes is a row more, never a line of code (``docs/fleet.md``). A rule holds from ``en_vigueur`` until a later one
says otherwise about the same vehicles; ``source`` is its text.
"""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from fleet.sql import (
    APPLY_FACTORS,
    APPLY_RULES,
    CLASS,
    EMISSIONS,
    FOLLOW_ENERGY,
    REFRESH_OF_READINGS,
    REFRESH_OF_VEHICLE,
)
from fleet.vocabulary import (
    Acquisition,
    CritAir,
    Energy,
    EnergyClass,
    EuroNorm,
    FuelUnit,
    QuotaKind,
    VehicleCategory,
    VehicleKind,
    VehicleState,
)
from layers.models import TabularFeature, VersionedModel, keep_history
from layers.models.features import BUMP_VERSION

MAX_KILOMETRES = 20_000
_COMPUTED = (
    "annee_immatriculation",
    "critair",
    "etiquette_energie",
    "part_faibles",
    "quota_faibles",
    "part_tres_faibles",
    "quota_tres_faibles",
    "prochain_releve",
    "conso_litres",
    "conso_kwh",
    "conso_reference",
    "ecart_conso",
)


def _number(title: Any, help_text: Any = "") -> models.FloatField[float | None, float | None]:
    return models.FloatField(title, null=True, editable=False, help_text=help_text)


@keep_history(*_COMPUTED)
class Vehicle(TabularFeature):
    """A vehicle, known to everybody by its inventory number: its plate is personal data."""

    numero = models.CharField(_("numéro d’inventaire"), max_length=20, unique=True)
    immatriculation = models.CharField(_("immatriculation"), max_length=12, blank=True)
    genre = models.CharField(_("genre"), max_length=4, choices=VehicleKind)
    categorie = models.CharField(_("catégorie"), max_length=2, choices=VehicleCategory)
    energie = models.CharField(_("énergie"), max_length=2, choices=Energy)
    marque = models.CharField(_("marque"), max_length=60, blank=True)
    modele = models.CharField(_("modèle"), max_length=60, blank=True)
    date_premiere_immatriculation = models.DateField(_("première immatriculation"))
    annee_immatriculation = models.PositiveSmallIntegerField(
        _("année de première immatriculation"), null=True, editable=False
    )
    norme_euro = models.CharField(_("norme Euro"), max_length=1, choices=EuroNorm, blank=True)
    co2_g_km = models.PositiveSmallIntegerField(_("CO₂"), null=True, blank=True)
    direction = models.CharField(_("direction"), max_length=120)
    site = models.CharField(_("site"), max_length=120, blank=True)
    commune = models.ForeignKey(
        "layers.Commune",
        on_delete=models.PROTECT,
        to_field="code",
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("commune"),
    )
    etat = models.CharField(_("état"), max_length=10, choices=VehicleState, default=VehicleState.IN_SERVICE)
    date_entree = models.DateField(_("entrée dans le parc"))
    date_sortie = models.DateField(_("sortie du parc"), null=True, blank=True)
    mode = models.CharField(_("mode d’acquisition"), max_length=8, choices=Acquisition, blank=True)
    remplace = models.CharField(
        _("remplace"), max_length=20, blank=True, help_text=_("Numéro d’inventaire du véhicule remplacé.")
    )
    critair = models.CharField(
        _("classe Crit’Air"), max_length=2, choices=CritAir, blank=True, editable=False
    )
    etiquette_energie = models.CharField(
        _("étiquette énergie"), max_length=1, choices=EnergyClass, blank=True, editable=False
    )
    part_faibles = _number(
        _("à faibles émissions"), _("100 ou 0 : leur moyenne est une part ; vide : hors du quota.")
    )
    quota_faibles = _number(_("part légale à faibles émissions"))
    part_tres_faibles = _number(
        _("à très faibles émissions"), _("100 ou 0 : leur moyenne est une part ; vide : hors du quota.")
    )
    quota_tres_faibles = _number(_("part légale à très faibles émissions"))
    prochain_releve = models.DateField(_("prochain relevé attendu"), null=True, editable=False)
    conso_litres = _number(_("consommation de carburant"), _("Des douze derniers mois relevés."))
    conso_kwh = _number(_("consommation d’électricité"), _("Des douze derniers mois relevés."))
    conso_reference = _number(
        _("consommation habituelle"), _("Médiane des véhicules de mêmes genre, catégorie et énergie.")
    )
    ecart_conso = _number(_("écart à la consommation habituelle"))

    class Meta(TabularFeature.Meta):
        verbose_name = _("véhicule")
        verbose_name_plural = _("véhicules")
        ordering = ["numero"]
        triggers = [BUMP_VERSION, CLASS, FOLLOW_ENERGY, *REFRESH_OF_VEHICLE]
        constraints = [
            models.UniqueConstraint(
                fields=["immatriculation"], condition=~Q(immatriculation=""), name="vehicle_plate_once"
            ),
            models.CheckConstraint(
                condition=Q(immatriculation__regex=r"^([A-Z0-9][A-Z0-9-]{2,10}[A-Z0-9])?$"),
                name="vehicle_plate_form",
                violation_error_message=_("Une immatriculation a des capitales, des chiffres et des tirets."),
            ),
            models.CheckConstraint(condition=Q(genre__in=VehicleKind.values), name="vehicle_kind_known"),
            models.CheckConstraint(
                condition=Q(categorie__in=VehicleCategory.values), name="vehicle_category_known"
            ),
            models.CheckConstraint(condition=Q(energie__in=Energy.values), name="vehicle_energy_known"),
            models.CheckConstraint(
                condition=Q(norme_euro__in=["", *EuroNorm.values]), name="vehicle_norm_known"
            ),
            models.CheckConstraint(condition=Q(etat__in=VehicleState.values), name="vehicle_state_known"),
            models.CheckConstraint(
                condition=Q(mode__in=["", *Acquisition.values]), name="vehicle_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(date_premiere_immatriculation__lte=F("date_entree")),
                name="vehicle_dates_ordered",
                violation_error_message=_("Un véhicule entre dans le parc une fois immatriculé."),
            ),
            models.CheckConstraint(
                condition=Q(date_sortie__isnull=True) | Q(date_sortie__gte=F("date_entree")),
                name="vehicle_exit_after_entry",
                violation_error_message=_("La sortie du parc précède l’entrée."),
            ),
        ]

    def __str__(self) -> str:
        return self.numero


def _quantity(title: Any) -> models.DecimalField[Any, Any]:
    return models.DecimalField(title, max_digits=9, decimal_places=2, null=True, blank=True)


@keep_history("co2_kg")
class VehicleReading(VersionedModel):
    """One a vehicle and month; ``mois`` is the first day, ``co2_kg`` is computed of what was consumed."""

    id = models.BigAutoField(_("identifiant"), primary_key=True)
    vehicle = models.ForeignKey(
        Vehicle, on_delete=models.CASCADE, related_name="readings", verbose_name=_("véhicule")
    )
    mois = models.DateField(_("mois"), help_text=_("Le premier jour du mois."))
    kilometrage = models.PositiveIntegerField(
        _("kilomètres du mois"), validators=[MaxValueValidator(MAX_KILOMETRES)]
    )
    litres = _quantity(_("carburant"))
    kwh = _quantity(_("électricité"))
    kg_gaz = _quantity(_("gaz ou hydrogène"))
    cout_eur = _quantity(_("coût"))
    co2_kg = models.FloatField(_("CO₂"), null=True, editable=False)
    saisi_le = models.DateField(_("saisi le"), default=timezone.localdate)

    class Meta(VersionedModel.Meta):
        verbose_name = _("relevé")
        verbose_name_plural = _("relevés")
        ordering = ["vehicle", "-mois"]
        triggers = [BUMP_VERSION, EMISSIONS, *REFRESH_OF_READINGS]
        constraints = [
            models.UniqueConstraint(
                fields=["vehicle", "mois"],
                name="reading_once",
                violation_error_message=_("Ce mois a déjà un relevé."),
            ),
            models.CheckConstraint(
                condition=Q(mois__day=1),
                name="reading_first_day",
                violation_error_message=_("Un mois s’écrit par son premier jour."),
            ),
            models.CheckConstraint(
                condition=Q(kilometrage__lte=MAX_KILOMETRES),
                name="reading_plausible",
                violation_error_message=_("Un véhicule fait 20 000 km par mois au plus."),
            ),
            models.CheckConstraint(
                condition=(Q(litres__isnull=True) | Q(litres__gte=0))
                & (Q(kwh__isnull=True) | Q(kwh__gte=0))
                & (Q(kg_gaz__isnull=True) | Q(kg_gaz__gte=0))
                & (Q(cout_eur__isnull=True) | Q(cout_eur__gte=0)),
                name="reading_positive",
                violation_error_message=_("Une quantité n’est pas négative."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mois:%Y-%m}"


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
