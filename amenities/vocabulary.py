"""Code lists of playgrounds and charging stations.

Playground codes are ours: no French open data schema exists for them; the inspection types follow the rhythm
of NF EN 1176-7. Charging codes are the values of the IRVE static schema 2.3.1, verbatim.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlaygroundState(models.TextChoices):
    """Whether children may play there today."""

    OUVERT = "ouvert", _("Ouvert")
    PARTIEL = "partiel", _("Partiellement ouvert")
    FERME = "ferme", _("Fermé")
    TRAVAUX = "travaux", _("En travaux")


class Surfacing(models.TextChoices):
    """What softens a fall."""

    SOUPLE_COULE = "souple_coule", _("Sol souple coulé")
    DALLES = "dalles", _("Dalles amortissantes")
    COPEAUX = "copeaux", _("Copeaux de bois")
    GRAVILLONS = "gravillons", _("Gravillons roulés")
    SABLE = "sable", _("Sable")
    GAZON = "gazon", _("Gazon")


class PhotoZone(models.TextChoices):
    """What part of a playground a picture shows."""

    ENSEMBLE = "ensemble", _("Vue d’ensemble")
    JEUX = "jeux", _("Jeux")
    SOL = "sol", _("Sol amortissant")
    CLOTURE = "cloture", _("Clôture et portillon")
    MOBILIER = "mobilier", _("Mobilier")


class Shade(models.TextChoices):
    """How much of the playground is in the shade in summer."""

    AUCUN = "aucun", _("Aucun")
    PARTIEL = "partiel", _("Partiel")
    TOTAL = "total", _("Total")


class EquipmentType(models.TextChoices):
    """Kinds of play equipment."""

    TOBOGGAN = "toboggan", _("Toboggan")
    BALANCOIRE = "balancoire", _("Balançoire")
    RESSORT = "ressort", _("Jeu sur ressort")
    STRUCTURE = "structure", _("Structure multi-activités")
    TOURNIQUET = "tourniquet", _("Tourniquet")
    TYROLIENNE = "tyrolienne", _("Tyrolienne")
    BAC_A_SABLE = "bac_a_sable", _("Bac à sable")
    MUR_ESCALADE = "mur_escalade", _("Mur d’escalade")
    AUTRE = "autre", _("Autre")


class EquipmentState(models.TextChoices):
    """Condition of a piece of equipment."""

    BON = "bon", _("Bon état")
    A_SURVEILLER = "a_surveiller", _("À surveiller")
    HORS_SERVICE = "hors_service", _("Hors service")


class InspectionType(models.TextChoices):
    """Kinds of inspection (NF EN 1176-7): routine visual, operational, annual main, post-installation."""

    VISUEL = "visuel", _("Visuel de routine")
    FONCTIONNEL = "fonctionnel", _("Fonctionnel")
    ANNUEL = "annuel", _("Annuel principal")
    POST_INSTALLATION = "post_installation", _("Après installation")


# Days between two inspections of a kind: the longest that NF EN 1176-7, 6.1 advises for the operational one (one to
# three months) and the annual one; two weeks for the routine one, which depends on use (each day, each week or more).
INSPECTION_INTERVALS = (
    (InspectionType.VISUEL.value, 14),
    (InspectionType.FONCTIONNEL.value, 91),
    (InspectionType.ANNUEL.value, 365),
)


class InspectionResult(models.TextChoices):
    """What an inspection concludes."""

    CONFORME = "conforme", _("Conforme")
    RESERVE_MINEURE = "reserve_mineure", _("Réserve mineure")
    RESERVE_MAJEURE = "reserve_majeure", _("Réserve majeure")
    DANGER = "danger", _("Danger, fermeture")


class InterventionKind(models.TextChoices):
    """Kinds of work done on a playground."""

    ENTRETIEN = "entretien", _("Entretien")
    NETTOYAGE = "nettoyage", _("Nettoyage")
    REPARATION = "reparation", _("Réparation")
    REMPLACEMENT = "remplacement", _("Remplacement")
    INSTALLATION = "installation", _("Installation")
    MISE_EN_SECURITE = "mise_en_securite", _("Mise en sécurité")


class InterventionState(models.TextChoices):
    """Progress of a piece of work."""

    PREVUE = "prevue", _("Prévue")
    EN_COURS = "en_cours", _("En cours")
    TERMINEE = "terminee", _("Terminée")
    ANNULEE = "annulee", _("Annulée")


class ImplantationStation(models.TextChoices):
    """``implantation_station``: where the station stands."""

    VOIRIE = "Voirie", _("Voirie")
    PARKING_PUBLIC = "Parking public", _("Parking public")
    PARKING_PRIVE_USAGE_PUBLIC = "Parking privé à usage public", _("Parking privé à usage public")
    PARKING_PRIVE_CLIENTELE = (
        "Parking privé réservé à la clientèle",
        _("Parking privé réservé à la clientèle"),
    )
    RECHARGE_RAPIDE = "Station dédiée à la recharge rapide", _("Station dédiée à la recharge rapide")


class ConditionAcces(models.TextChoices):
    """``condition_acces``: whether the station is reached without a barrier or an identification."""

    LIBRE = "Accès libre", _("Accès libre")
    RESERVE = "Accès réservé", _("Accès réservé")


class AccessibilitePmr(models.TextChoices):
    """``accessibilite_pmr``: whether people with reduced mobility can use the charge point."""

    RESERVE = "Réservé PMR", _("Réservé PMR")
    ACCESSIBLE = "Accessible mais non réservé PMR", _("Accessible mais non réservé PMR")
    NON_ACCESSIBLE = "Non accessible", _("Non accessible")
    INCONNUE = "Accessibilité inconnue", _("Accessibilité inconnue")


class Raccordement(models.TextChoices):
    """``raccordement``: whether the delivery point serves the station alone."""

    DIRECT = "Direct", _("Direct")
    INDIRECT = "Indirect", _("Indirect")


# Value of both identifiers of a station or a charge point that is outside roaming.
NON_CONCERNE = "Non concerné"
# ``id_station_itinerance`` and ``id_pdc_itinerance``, in the meaning of the pattern of the schema 2.3.1.
ID_ITINERANCE_PATTERN = rf"^([A-Z]{{2}}[A-Z0-9]{{4,33}}|{NON_CONCERNE})$"
SIREN_PATTERN = r"^\d{9}$"
HORAIRES_PATTERN = r"((\d{1,2}:\d{2})-(\d{1,2}:\d{2})|24/7)"


class Connector(models.TextChoices):
    """Sockets of a station: the columns of the IRVE schema that say them of a point, as one list of codes."""

    TYPE_2 = "type_2", _("Type 2")
    COMBO_CCS = "combo_ccs", _("Combo CCS")
    CHADEMO = "chademo", _("CHAdeMO")
    TYPE_EF = "type_ef", _("Type E/F")
    AUTRE = "autre", _("Autre prise")
