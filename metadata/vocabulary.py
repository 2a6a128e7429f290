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


class Language(models.TextChoices):
    """Languages of data: codes of the EU language authority table."""

    FRA = "FRA", _("Français")
    ENG = "ENG", _("Anglais")
    DEU = "DEU", _("Allemand")
    SPA = "SPA", _("Espagnol")
    ITA = "ITA", _("Italien")
    NLD = "NLD", _("Néerlandais")


class InspireTheme(models.TextChoices):
    """The 34 themes of INSPIRE Directive 2007/2/EC, annexes I to III, by the codes of the INSPIRE registry."""

    RS = "rs", _("Référentiels de coordonnées")
    GG = "gg", _("Systèmes de maillage géographique")
    GN = "gn", _("Dénominations géographiques")
    AU = "au", _("Unités administratives")
    AD = "ad", _("Adresses")
    CP = "cp", _("Parcelles cadastrales")
    TN = "tn", _("Réseaux de transport")
    HY = "hy", _("Hydrographie")
    PS = "ps", _("Sites protégés")
    EL = "el", _("Altitude")
    LC = "lc", _("Occupation des terres")
    OI = "oi", _("Ortho-imagerie")
    GE = "ge", _("Géologie")
    SU = "su", _("Unités statistiques")
    BU = "bu", _("Bâtiments")
    SO = "so", _("Sols")
    LU = "lu", _("Usage des sols")
    HH = "hh", _("Santé et sécurité des personnes")
    US = "us", _("Services d’utilité publique et services publics")
    EF = "ef", _("Installations de suivi environnemental")
    PF = "pf", _("Lieux de production et sites industriels")
    AF = "af", _("Installations agricoles et aquacoles")
    PD = "pd", _("Répartition de la population, démographie")
    AM = "am", _("Zones de gestion, de restriction ou de réglementation et unités de déclaration")
    NZ = "nz", _("Zones à risque naturel")
    AC = "ac", _("Conditions atmosphériques")
    MF = "mf", _("Caractéristiques géographiques météorologiques")
    OF = "of", _("Caractéristiques géographiques océanographiques")
    SR = "sr", _("Régions maritimes")
    BR = "br", _("Régions biogéographiques")
    HB = "hb", _("Habitats et biotopes")
    SD = "sd", _("Répartition des espèces")
    ER = "er", _("Sources d’énergie")
    MR = "mr", _("Ressources minérales")


class TopicCategory(models.TextChoices):
    """Topic categories: ISO 19115 MD_TopicCategoryCode."""

    FARMING = "farming", _("Agriculture")
    BIOTA = "biota", _("Faune et flore")
    BOUNDARIES = "boundaries", _("Limites administratives")
    ATMOSPHERE = "climatologyMeteorologyAtmosphere", _("Climat, météo, atmosphère")
    ECONOMY = "economy", _("Économie")
    ELEVATION = "elevation", _("Altitude et relief")
    ENVIRONMENT = "environment", _("Environnement")
    GEOSCIENCE = "geoscientificInformation", _("Sous-sol et géologie")
    HEALTH = "health", _("Santé")
    IMAGERY = "imageryBaseMapsEarthCover", _("Photographies, fonds de plan, occupation du sol")
    MILITARY = "intelligenceMilitary", _("Défense")
    WATERS = "inlandWaters", _("Eaux intérieures")
    LOCATION = "location", _("Adresses et localisation")
    OCEANS = "oceans", _("Océans")
    PLANNING = "planningCadastre", _("Urbanisme et cadastre")
    SOCIETY = "society", _("Société, culture, patrimoine")
    STRUCTURE = "structure", _("Bâtiments et ouvrages")
    TRANSPORTATION = "transportation", _("Transports")
    UTILITIES = "utilitiesCommunication", _("Réseaux, eau, énergie, déchets")


class DataTheme(models.TextChoices):
    """Themes of the European data portal: EU data-theme authority table."""

    AGRI = "AGRI", _("Agriculture, pêche, forêts et alimentation")
    ECON = "ECON", _("Économie et finances")
    EDUC = "EDUC", _("Éducation, culture et sport")
    ENER = "ENER", _("Énergie")
    ENVI = "ENVI", _("Environnement")
    GOVE = "GOVE", _("Gouvernement et secteur public")
    HEAL = "HEAL", _("Santé")
    INTR = "INTR", _("Questions internationales")
    JUST = "JUST", _("Justice, ordre juridique et sécurité publique")
    REGI = "REGI", _("Régions et villes")
    SOCI = "SOCI", _("Population et société")
    TECH = "TECH", _("Science et technologie")
    TRAN = "TRAN", _("Transports")


# The EU theme of an ISO topic category, for layers that say no more; cities otherwise.
TOPIC_DATA_THEMES: dict[str, str] = {
    TopicCategory.FARMING: DataTheme.AGRI,
    TopicCategory.BIOTA: DataTheme.ENVI,
    TopicCategory.BOUNDARIES: DataTheme.REGI,
    TopicCategory.ATMOSPHERE: DataTheme.ENVI,
    TopicCategory.ECONOMY: DataTheme.ECON,
    TopicCategory.ELEVATION: DataTheme.ENVI,
    TopicCategory.ENVIRONMENT: DataTheme.ENVI,
    TopicCategory.GEOSCIENCE: DataTheme.ENVI,
    TopicCategory.HEALTH: DataTheme.HEAL,
    TopicCategory.IMAGERY: DataTheme.REGI,
    TopicCategory.MILITARY: DataTheme.JUST,
    TopicCategory.WATERS: DataTheme.ENVI,
    TopicCategory.LOCATION: DataTheme.REGI,
    TopicCategory.OCEANS: DataTheme.ENVI,
    TopicCategory.PLANNING: DataTheme.REGI,
    TopicCategory.SOCIETY: DataTheme.EDUC,
    TopicCategory.STRUCTURE: DataTheme.REGI,
    TopicCategory.TRANSPORTATION: DataTheme.TRAN,
    TopicCategory.UTILITIES: DataTheme.ENER,
}


def data_theme(topic_category: str) -> str:
    """Return the EU theme of an ISO topic category; cities and regions when it is unknown."""
    return TOPIC_DATA_THEMES.get(topic_category, DataTheme.REGI)
