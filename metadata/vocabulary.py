"""Code lists of metadata. Each value is the code of its authority."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AccessRights(models.TextChoices):
    """Who has access: codes of the EU access-right authority table."""

    PUBLIC = "PUBLIC", _("Public")
    RESTRICTED = "RESTRICTED", _("Restreint")
    NON_PUBLIC = "NON_PUBLIC", _("Non public")


class AccessReason(models.TextChoices):
    """Why access is limited: INSPIRE Directive 2007/2/EC, article 13, paragraph 1, points a to h."""

    CONFIDENTIAL = "INSPIRE_Directive_Article13_1a", _("Confidentialité des travaux des autorités publiques")
    SECURITY = "INSPIRE_Directive_Article13_1b", _("Relations internationales, sécurité publique, défense")
    JUSTICE = "INSPIRE_Directive_Article13_1c", _("Bonne marche de la justice")
    BUSINESS = "INSPIRE_Directive_Article13_1d", _("Secret des affaires, secret statistique ou fiscal")
    PROPERTY = "INSPIRE_Directive_Article13_1e", _("Propriété intellectuelle")
    PERSONAL = "INSPIRE_Directive_Article13_1f", _("Données personnelles")
    VOLUNTARY = "INSPIRE_Directive_Article13_1g", _("Intérêts de qui a fourni l’information de plein gré")
    ENVIRONMENT = "INSPIRE_Directive_Article13_1h", _("Protection de l’environnement décrit")


class HvdCategory(models.TextChoices):
    """High-value datasets: Regulation (EU) 2023/138; codes below ``http://data.europa.eu/bna/``."""

    GEOSPATIAL = "c_ac64a52d", _("Géospatial")
    MOBILITY = "c_b79e35eb", _("Mobilité")
    ENVIRONMENT = "c_dd313021", _("Observation de la Terre et environnement")
    STATISTICS = "c_e1da4e07", _("Statistiques")
    METEOROLOGY = "c_164e0bf5", _("Météorologie")
    COMPANIES = "c_a9135398", _("Entreprises")
