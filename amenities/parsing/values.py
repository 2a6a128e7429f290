"""Cells of an IRVE file to values, forgiving what producers write and never guessing what they meant.

Each reader takes the text of a cell, stripped and not empty, and returns its value or raises ``InvalidValue`` with a
French reason. Forgiven, beside what ``layers.parsing.cells`` forgives: ``tel:`` and ``mailto:``, separators in
identifiers. Not guessed: coordinates in the wrong order, unknown words, numbers with units other than kW.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from amenities.vocabulary import (
    HORAIRES_PATTERN,
    ID_ITINERANCE_PATTERN,
    NON_CONCERNE,
    SIREN_PATTERN,
)
from layers.errors import InvalidValue
from layers.parsing.cells import NUMBER, folded, matching, number, short

_ALWAYS_OPEN = {
    "24/7",
    "7j/7 24h/24",
    "24h/24 7j/7",
    "24h/24, 7j/7",
    "7/7 24/24",
    "24/24 7/7",
    "7j/7, 24h/24",
}
# Longitudes and latitudes of mainland France: where a pair written the wrong way round would fall.
_FRANCE = ((-6.0, 10.0), (41.0, 52.0))


def power(text: str) -> float:
    """Read a power in kW; the unit may follow."""
    return number(re.sub(r"\s*kw$", "", text, flags=re.IGNORECASE))


def position(text: str) -> tuple[float, float]:
    """Read ``[longitude, latitude]`` in degrees (WGS 84).

    Brackets are optional; with a semicolon between the two, commas are decimal.
    """
    plain = text.strip("[]() ")
    pair = plain.replace(",", ".").split(";") if ";" in plain else plain.split(",")
    if len(pair) != 2 or not all(NUMBER.fullmatch(part.strip()) for part in pair):
        raise InvalidValue(_("coordonnées attendues sous la forme [longitude, latitude]"))
    x, y = (float(part) for part in pair)
    if not (-180 <= x <= 180 and -90 <= y <= 90):
        raise InvalidValue(_("coordonnées hors limites : longitude puis latitude, en degrés"))
    (west, east), (south, north) = _FRANCE
    if south <= x <= north and west <= y <= east:
        raise InvalidValue(_("longitude et latitude semblent inversées"))
    return x, y


def roaming_id(text: str) -> str:
    """Read an identifier of roaming, without its separators, or « Non concerné »."""
    if folded(text) == folded(NON_CONCERNE):
        return NON_CONCERNE
    return matching(
        re.sub(r"[\s*-]", "", text).upper(),
        ID_ITINERANCE_PATTERN,
        _("identifiant attendu : deux lettres de pays puis 4 à 33 lettres ou chiffres, ou « Non concerné »"),
    )


def siren(text: str) -> str:
    """Read a SIREN number: nine digits, spaces ignored."""
    return matching(re.sub(r"\s", "", text), SIREN_PATTERN, _("SIREN attendu : neuf chiffres"))


def opening_hours(text: str) -> str:
    """Read opening hours as the schema wants them; usual ways to write « always » become ``24/7``."""
    if folded(text) in _ALWAYS_OPEN:
        return "24/7"
    if not re.search(HORAIRES_PATTERN, text):
        raise InvalidValue(_("horaires attendus : « 24/7 » ou « Mo-Fr 08:00-18:00 »"))
    return short(text, 300)


def email(text: str) -> str:
    """Read an e-mail address."""
    address = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidValue(_("adresse électronique attendue")) from error
    return short(address, 254)


def telephone(text: str) -> str:
    """Read a telephone number, free but for its ``tel:``."""
    return short(re.sub(r"^tel:", "", text, flags=re.IGNORECASE).strip(), 60)
