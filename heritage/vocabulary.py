"""Code lists of trees and buildings: the member is the code, the label is what people read.

Tree criteria are those of the Hauts-de-Seine inventory of remarkable trees; tree stages are the codes of the
Paris open data set ``les-arbres``, since the schema of urban trees (schema-arbre 0.3.1) leaves them free.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Reference of a POP record (Mérimée and neighbours): PA monuments historiques (always 8 digits), IA general
# inventory, ACR architecture contemporaine remarquable, JR jardin remarquable, MI maison des illustres, DN
# domaine national. Prefixes as published by the Médiathèque du patrimoine et de la photographie.
MERIMEE_PATTERN = r"^(PA\d{8}|(IA|ACR|JR|MI|DN)[0-9A-Z]{5,10})$"
# TYPEPSC-STYPEPSC of the CNIG PLU standard, as one code.
PLUI_CODE_PATTERN = r"^\d{2}-\d{2}$"


class Confidence(models.TextChoices):
    """How sure the compiler of a record is of it."""

    HIGH = "elevee", _("Élevée")
    MEDIUM = "moyenne", _("Moyenne")
    LOW = "faible", _("Faible")


class InventoryState(models.TextChoices):
    """How far the checks of a record have come: position, Mérimée reference, protection."""

    TO_DO = "a_faire", pgettext_lazy("inventory", "À vérifier")
    STARTED = "en_cours", pgettext_lazy("inventory", "En cours de vérification")
    COMPLETE = "complet", pgettext_lazy("inventory", "Vérifié")


class BuildingProtection(models.TextChoices):
    """The strongest protection of a building, with the honest steps in between."""

    CLASSE_MH = "classe_mh", _("Classé monument historique")
    INSCRIT_MH = "inscrit_mh", _("Inscrit monument historique")
    MH_A_VERIFIER = "mh_a_verifier", _("Monument historique, nature à vérifier")
    SITE_CLASSE = "site_classe", _("Site classé")
    LABEL_ACR = "label_acr", _("Label Architecture contemporaine remarquable")
    L151_19 = "l151_19", _("Protégé par le PLUi (L151-19)")
    A_VERIFIER = "a_verifier", _("Protection à vérifier")
    NON_PROTEGE = "non_protege", _("Non protégé")


class BuildingInterest(models.TextChoices):
    """Why a building matters."""

    ARCHITECTURAL = "architectural", _("Architectural")
    HISTORIQUE = "historique", pgettext_lazy("interest", "Historique")
    ARTISTIQUE = "artistique", _("Artistique")
    TECHNIQUE = "technique", _("Technique et industriel")
    PAYSAGER = "paysager", _("Paysager")


class Century(models.TextChoices):
    """Century of the main building campaign."""

    XIII = "13", _("XIIIe siècle")
    XIV = "14", _("XIVe siècle")
    XV = "15", _("XVe siècle")
    XVI = "16", _("XVIe siècle")
    XVII = "17", _("XVIIe siècle")
    XVIII = "18", _("XVIIIe siècle")
    XIX = "19", _("XIXe siècle")
    XX = "20", _("XXe siècle")
    XXI = "21", _("XXIe siècle")


class TreeCriterion(models.TextChoices):
    """Why a tree is remarkable (Hauts-de-Seine inventory); a tree may meet several."""

    DIMENSIONS = "dimensions", _("Dimensions")
    AGE = "age", _("Âge")
    RARETE = "rarete_botanique", _("Rareté botanique")
    HISTORIQUE = "historique", pgettext_lazy("criterion", "Historique")
    PITTORESQUE = "pittoresque", _("Pittoresque")
    PAYSAGER = "impact_paysager", _("Impact paysager")


class TreeProtection(models.TextChoices):
    """The main protection or label of a tree."""

    L151_19 = "L151-19", _("PLUi : motif culturel, historique ou architectural (L151-19)")
    L151_23 = "L151-23", _("PLUi : motif écologique (L151-23)")
    EBC = "EBC", _("PLUi : espace boisé classé (L113-1)")
    SITE_CLASSE = "site_classe", _("Site classé")
    ARBRES = "label_arbres", _("Label A.R.B.R.E.S.")
    REGION = "label_region", _("Label de la Région Île-de-France")
    A_VERIFIER = "a_verifier", _("À vérifier")
    AUCUNE = "aucune", _("Aucune")


class Landholding(models.TextChoices):
    """Who owns the ground."""

    PUBLIC = "public", _("Public")
    PRIVE = "prive", _("Privé")


class TreeStage(models.TextChoices):
    """Stage of development."""

    J = "J", _("Jeune")
    JA = "JA", _("Jeune adulte")
    A = "A", _("Adulte")
    M = "M", _("Mature")


class TreeHealth(models.TextChoices):
    """What the last diagnosis says; read by the groups an administrator names."""

    BON = "bon", _("Bon")
    A_SURVEILLER = "a_surveiller", _("À surveiller")
    DEGRADE = "degrade", _("Dégradé")
    DANGEREUX = "dangereux", _("Dangereux")
