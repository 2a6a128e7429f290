"""The units that producers write in a row of their own or after values: a closed list, no other word is one."""

from __future__ import annotations

import re

_SIMPLE_TEXT = (
    "m mm cm dm dam hm km m2 m² cm2 cm² mm2 mm² km2 km² ha a m3 m³ dm3 dm³ l cl hl ml mg g kg t µg "
    "w kw mw gw wh kwh mwh gwh twh j kj mj gj tep ktep kva v a ma °c c k ° deg degré degrés degres % ‰ "
    "€ k€ m€ eur euro euros $ s sec min mn h heure heures j jour jours semaine semaines mois an ans année années "
    "annee annees db db(a) hz khz bar pa hpa kpa lux lm nb nbre nombre u unité unités unite unites hab hab. "
    "habitants habitant logement logements personnes personne véhicules vehicules vh uvp tco2 tco2e "
    "teqco2 teq.co2 kgco2 kgco2e gco2 ppm ntu ph places place arbres sièges points ml/min km/h m/s"
)
_SIMPLE = frozenset(_SIMPLE_TEXT.split())
_NOTHING = frozenset({"-", "–", "—", "/", "sans unité", "sans", "s.u.", "sans objet", "so"})
_KINDS = frozenset(
    {"texte", "text", "string", "entier", "integer", "décimal", "decimal", "float", "booléen", "date"}
)
_KINDS_OF_DATES = frozenset(
    {"jj/mm/aaaa", "aaaa-mm-jj", "aaaammjj", "aaaa", "j/m/a", "dd/mm/yyyy", "yyyy-mm-dd"}
)
_AFTER_VALUE = re.compile(
    r"(?P<number>[+-]?[0-9][0-9 \u00a0\u202f\u2009.,]*?)[ \u00a0\u202f\u2009]*(?P<unit>[^0-9.,+\s-]\S{0,9})"
)
LONGEST = 20


def unit_of(text: str) -> str | None:
    """Return the unit that a cell of a row of units says, empty for one that says there is none; None for other words.

    Brackets around it are taken away: ``(m²)`` is ``m²``.
    """
    plain = text.strip()
    if len(plain) > 2 and (plain[0], plain[-1]) in {("(", ")"), ("[", "]")}:
        plain = plain[1:-1].strip()
    lower = plain.lower().removeprefix("en ")
    if not plain or lower in _NOTHING | _KINDS | _KINDS_OF_DATES:
        return ""
    parts = re.split(r"[/.]|\bpar\b", lower)
    is_unit = lower in _SIMPLE or (len(parts) > 1 and all(part.strip() in _SIMPLE for part in parts))
    return plain[:LONGEST] if is_unit else None


def says_unit(text: str) -> bool:
    """Say whether a cell names a unit, and not that there is none."""
    return bool(unit_of(text))


def unit_after(text: str) -> str:
    """Return the unit written after a number, ``%`` of ``12,5 %``; empty when there is none."""
    found = _AFTER_VALUE.fullmatch(text.strip())
    unit = found["unit"] if found else ""
    return unit if unit and says_unit(unit) else ""
