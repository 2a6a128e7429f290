"""Codes and patterns of documents and zones: classes DOC_URBA, DOC_URBA_COM, ZONE_URBA of CNIG PLU v2024."""

from __future__ import annotations

from django.db import models

# IDURBA = <INSEE or SIREN>_<TYPEDOC>_<DATAPPRO>[_<CodeDU>].
IDURBA_PATTERN = r"^(\d{9}|([013-9]\d|2[AB1-9])\d{3})_(PLU|PLUI|POS|PSMV|SCOT)_\d{8}(_[A-Z])?$"
# NOMPROC: the procedure, numbered since the last general revision.
NOMPROC_PATTERN = r"^(E|R|A|(MEC|MAJ|MS|RA|RS|M)\d{1,3})$"
SIREN_PATTERN = r"^\d{9}$"
# C8 = AAAAMMJJ; 00000000 is unknown or to come, AAAA0000 a year alone, AAAAMM00 a month alone.
C8_PATTERN = r"^(00000000|(19|20)\d{2}(0000|(0[1-9]|1[0-2])(00|0[1-9]|[12]\d|3[01])))$"
UNKNOWN_DATE = "00000000"


class TypeDoc(models.TextChoices):
    """TYPEDOC: kind of document."""

    PLU = "PLU", "Plan local d’urbanisme"
    PLUI = "PLUI", "Plan local d’urbanisme intercommunal"
    POS = "POS", "Plan d’occupation des sols"
    PSMV = "PSMV", "Plan de sauvegarde et de mise en valeur"
    SCOT = "SCOT", "Schéma de cohérence territoriale"


class Etat(models.TextChoices):
    """ETAT: where the document is in its legal life."""

    EN_COURS = "01", "en cours de procédure"
    ARRETE = "02", "arrêté"
    OPPOSABLE = "03", "opposable"
    ANNULE = "04", "annulé"
    REMPLACE = "05", "remplacé"
    ABROGE = "06", "abrogé"
    APPROUVE = "07", "approuvé"
    PARTIELLEMENT_ANNULE = "08", "partiellement annulé"
    CADUC = "09", "caduc"


class TypeRef(models.TextChoices):
    """TYPEREF: cadastral reference used to digitise."""

    PCI = "01", "PCI"
    BD_PARCELLAIRE = "02", "BD Parcellaire"
    RPCU = "03", "RPCU"
    LOCAL = "04", "référentiel local"
    ORTHO = "05", "orthophoto & cadastre"


class TypeZone(models.TextChoices):
    """TYPEZONE: kind of zone."""

    U = "U", "Zone urbaine"
    AUC = "AUc", "Zone à urbaniser"
    AUS = "AUs", "Zone à urbaniser bloquée"
    A = "A", "Zone agricole"
    N = "N", "Zone naturelle et forestière"
