"""Vehicles. Names of fields are the published names, hence French.

What official rules say of a vehicle, and what its readings tell, is written by triggers (``fleet/migrations``), whoever
writes the rest: the administration, the API, an import and a psql session obey the same rules.
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from fleet.models.triggers import CLASS, FOLLOW_ENERGY, REFRESH_OF_VEHICLE
from fleet.vocabulary import (
    Acquisition,
    CritAir,
    Energy,
    EnergyClass,
    EuroNorm,
    VehicleCategory,
    VehicleKind,
    VehicleState,
)
from layers.models import TabularFeature, keep_history
from layers.models.features import BUMP_VERSION

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
