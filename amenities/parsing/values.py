"""Cells of an IRVE file to values, forgiving what producers write and never guessing what they meant.

Each reader takes the text of a cell, stripped and not empty, and returns its value or raises ``InvalidValue`` with a
French reason. Forgiven: booleans of Python, Excel and people, decimal commas, French and timestamped dates, ``tel:``
and ``mailto:``, separators in identifiers, wrong case and accents in enumerations, a leading zero lost by a
spreadsheet. Not guessed: coordinates in the wrong order, unknown words, numbers with units other than kW.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from amenities.errors import InvalidValue
from amenities.vocabulary import (
    CODE_INSEE_PATTERN,
    HORAIRES_PATTERN,
    ID_ITINERANCE_PATTERN,
    NON_CONCERNE,
    SIREN_PATTERN,
)

Reader = Callable[[str], object]

_TRUE = {"true", "vrai", "oui", "yes", "1", "o", "y", "t", "v"}
_FALSE = {"false", "faux", "non", "no", "0", "n", "f"}
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y")
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
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
_MAX_SMALL = 32_767


def folded(text: str) -> str:
    """Return the text without accents, case or repeated spaces, for comparison."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def text_of(limit: int | None) -> Reader:
    """Return a reader of text of at most ``limit`` characters."""

    def read(text: str) -> str:
        return text if limit is None else _short(text, limit)

    return read


def boolean(text: str) -> bool:
    """Read true or false."""
    word = folded(text)
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise InvalidValue(_("booléen attendu (true ou false)"))


def number(text: str) -> float:
    """Read a finite number of at least zero, with a point or a comma; a trailing kW is dropped."""
    digits = re.sub(r"\s*kw$", "", text.replace("\u00a0", "").replace(",", "."), flags=re.IGNORECASE)
    if not _NUMBER.fullmatch(digits.strip()):
        raise InvalidValue(_("nombre attendu"))
    value = float(digits)
    if not math.isfinite(value) or value < 0:
        raise InvalidValue(_("nombre positif ou nul attendu"))
    return value


def integer(text: str) -> int:
    """Read a whole number of at least zero; ``3.0`` is 3."""
    value = number(text)
    if not value.is_integer() or value > _MAX_SMALL:
        raise InvalidValue(_("nombre entier attendu, entre 0 et %d") % _MAX_SMALL)
    return int(value)


def date(text: str) -> dt.date:
    """Read a date, ISO 8601 or French; the time of a timestamp is dropped."""
    day = re.split(r"[T ]", text, maxsplit=1)[0]
    for pattern in _DATES:
        try:
            return dt.datetime.strptime(day, pattern).date()
        except ValueError:
            continue
    raise InvalidValue(_("date attendue (AAAA-MM-JJ)"))


def position(text: str) -> tuple[float, float]:
    """Read ``[longitude, latitude]`` in degrees (WGS 84).

    Brackets are optional; with a semicolon between the two, commas are decimal.
    """
    plain = text.strip("[]() ")
    pair = plain.replace(",", ".").split(";") if ";" in plain else plain.split(",")
    if len(pair) != 2 or not all(_NUMBER.fullmatch(part.strip()) for part in pair):
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
    return _matching(
        re.sub(r"[\s*-]", "", text).upper(),
        ID_ITINERANCE_PATTERN,
        _("identifiant attendu : deux lettres de pays puis 4 à 33 lettres ou chiffres, ou « Non concerné »"),
    )


def siren(text: str) -> str:
    """Read a SIREN number: nine digits, spaces ignored."""
    return _matching(re.sub(r"\s", "", text), SIREN_PATTERN, _("SIREN attendu : neuf chiffres"))


def code_insee(text: str) -> str:
    """Read the INSEE code of a commune, with the leading zero that spreadsheets drop."""
    return _matching(text.upper().zfill(5), CODE_INSEE_PATTERN, _("code INSEE de commune attendu"))


def opening_hours(text: str) -> str:
    """Read opening hours as the schema wants them; usual ways to write « always » become ``24/7``."""
    if folded(text) in _ALWAYS_OPEN:
        return "24/7"
    if not re.search(HORAIRES_PATTERN, text):
        raise InvalidValue(_("horaires attendus : « 24/7 » ou « Mo-Fr 08:00-18:00 »"))
    return _short(text, 300)


def email(text: str) -> str:
    """Read an e-mail address."""
    address = re.sub(r"^mailto:", "", text, flags=re.IGNORECASE).strip()
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidValue(_("adresse électronique attendue")) from error
    return _short(address, 254)


def telephone(text: str) -> str:
    """Read a telephone number, free but for its ``tel:``."""
    return _short(re.sub(r"^tel:", "", text, flags=re.IGNORECASE).strip(), 60)


def one_of(values: Iterable[str]) -> Reader:
    """Return a reader of an enumeration that forgives case, accents and spaces."""
    by_word = {folded(value): value for value in values}

    def read(text: str) -> str:
        if folded(text) not in by_word:
            raise InvalidValue(_("valeur attendue parmi : %s") % ", ".join(by_word.values()))
        return by_word[folded(text)]

    return read


def _matching(text: str, pattern: str, reason: str) -> str:
    if not re.fullmatch(pattern, text):
        raise InvalidValue(reason)
    return text


def _short(text: str, limit: int) -> str:
    if len(text) > limit:
        raise InvalidValue(_("plus de %d caractères") % limit)
    return text
