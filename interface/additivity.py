"""Which numbers pages add up: amounts, counts, lengths and surfaces; no heights, ages, rates, years, codes.

A definition may say it of its field (``Field.is_additive``); otherwise the unit and the words of the name tell. The API
computes what it is asked.
"""

from __future__ import annotations

import re

from interface.wording import is_year
from layers.definitions import Field, FieldType

_NUMBERS = frozenset({FieldType.INTEGER, FieldType.NUMBER})
# Of one thing, or a rate: nobody adds them up.
_OWN_UNITS = frozenset(
    (
        "ans",
        "an",
        "m",
        "cm",
        "mm",
        "%",
        "‰",
        "kw",
        "kva",
        "v",
        "°c",
        "db",
        "db(a)",
        "°",
        "ppm",
        "bar",
        "hpa",
        "lux",
    )
)
_OWN_WORDS = (
    "age altitude annee anciennete angle circonference code cote coefficient decimales densite diametre"
    " epaisseur etage facteur frequence hauteur heure indice indicateur intensite intervalle largeur latitude"
    " ligne longitude mediane moyen moyenne moyennes moyens niveau norme note num numero ordre part pct pente"
    " pourcentage precision prix priorite profondeur puissance rang rapport ratio score seuil tarif taux"
    " temperature tolerance vitesse x y z"
)
_OWN_NAMES = frozenset(_OWN_WORDS.split())
# What is measured along things, whose metres are added up.
_LENGTHS = frozenset({"longueur", "lineaire", "perimetre", "distance"})
_RATE = re.compile(r"/\s*(?!ans?\b|jours?\b|j\b|mois\b)")
_PARTS = re.compile(r"[\W_]+")


def is_additive(field: Field) -> bool:
    """Whether the sum of the values of a field means something to people."""
    if field.type not in _NUMBERS or field.choices or is_year(field):
        return False
    if field.is_additive is not None:
        return field.is_additive
    parts, unit = set(_PARTS.split(field.name.lower())), field.unit.lower()
    if parts & _LENGTHS:
        return not _RATE.search(unit)
    return unit not in _OWN_UNITS and not _RATE.search(unit) and not parts & _OWN_NAMES
