"""Code lists of vehicles: the member is the code, the label is what people read.

Kinds, categories and energies are those of the registration certificate (fields J.1, J and P.3: arrêté of 9 February
2009 on how vehicles are registered).
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class VehicleKind(models.TextChoices):
    """National kind (J.1)."""

    VP = "VP", _("Voiture particulière")
    CTTE = "CTTE", _("Camionnette")
    CAM = "CAM", _("Camion")
    VASP = "VASP", _("Véhicule spécialisé")
    TCP = "TCP", _("Transport en commun")
    MTL = "MTL", _("Motocyclette légère")
    CL = "CL", _("Cyclomoteur")
    QM = "QM", _("Quadricycle à moteur")


class VehicleCategory(models.TextChoices):
    """European category (J)."""

    M1 = "M1", _("M1, personnes, 8 places au plus")
    M2 = "M2", _("M2, personnes, 5 t au plus")
    M3 = "M3", _("M3, personnes, plus de 5 t")
    N1 = "N1", _("N1, marchandises, 3,5 t au plus")
    N2 = "N2", _("N2, marchandises, de 3,5 à 12 t")
    N3 = "N3", _("N3, marchandises, plus de 12 t")
    L = "L", _("L, deux ou trois roues et quadricycles")


class Energy(models.TextChoices):
    """Source of energy (P.3)."""

    ES = "ES", _("Essence")
    GO = "GO", _("Gazole")
    EL = "EL", _("Électricité")
    EH = "EH", _("Essence et électricité, non rechargeable")
    GH = "GH", _("Gazole et électricité, non rechargeable")
    EE = "EE", _("Essence et électricité, rechargeable")
    GL = "GL", _("Gazole et électricité, rechargeable")
    FE = "FE", _("Superéthanol")
    FL = "FL", _("Superéthanol et électricité, rechargeable")
    GP = "GP", _("GPL")
    EG = "EG", _("Essence et GPL")
    GN = "GN", _("Gaz naturel")
    EN = "EN", _("Essence et gaz naturel")
    H2 = "H2", _("Hydrogène")
    HE = "HE", _("Hydrogène et électricité, rechargeable")
    HH = "HH", _("Hydrogène et électricité, non rechargeable")
    AC = "AC", _("Air comprimé")


class EuroNorm(models.TextChoices):
    """European emission norm (V.9); roman figures of heavy vehicles are the same codes."""

    EURO_1 = "1", "Euro 1"
    EURO_2 = "2", "Euro 2"
    EURO_3 = "3", "Euro 3"
    EURO_4 = "4", "Euro 4"
    EURO_5 = "5", "Euro 5"
    EURO_6 = "6", "Euro 6"
    EURO_7 = "7", "Euro 7"


class VehicleState(models.TextChoices):
    """Where a vehicle stands."""

    IN_SERVICE = "en_service", _("En service")
    WORKSHOP = "en_atelier", _("En atelier")
    TO_RETIRE = "a_reformer", _("À réformer")
    RETIRED = "reforme", _("Réformé")


class Acquisition(models.TextChoices):
    """How a vehicle came."""

    PURCHASE = "achat", _("Achat")
    RENTAL = "location", _("Location")


class CritAir(models.TextChoices):
    """Class of the air quality certificate: it is computed, never chosen."""

    ELECTRIC = "E", _("Crit’Air E")
    ONE = "1", _("Crit’Air 1")
    TWO = "2", _("Crit’Air 2")
    THREE = "3", _("Crit’Air 3")
    FOUR = "4", _("Crit’Air 4")
    FIVE = "5", _("Crit’Air 5")
    UNCLASSED = "NC", _("Non classé")


class EnergyClass(models.TextChoices):
    """Class of the CO₂ label: it is computed, never chosen."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"
    D = "D", "D"
    E = "E", "E"
    F = "F", "F"
    G = "G", "G"


class QuotaKind(models.TextChoices):
    """What the law asks a share of, at renewal."""

    LOW = "faibles", _("À faibles émissions")
    VERY_LOW = "tres_faibles", _("À très faibles émissions")


class FuelUnit(models.TextChoices):
    """What a reading measures."""

    LITRES = "litres", _("Litres")
    KWH = "kwh", _("Kilowattheures")
    KG = "kg_gaz", _("Kilogrammes de gaz")
