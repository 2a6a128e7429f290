"""Cells of a file in an official layout to values, forgiving what producers write and never guessing what they meant.

Each reader takes the text of a cell, stripped and not empty, and returns its value or raises ``InvalidValue`` with a
French reason. Forgiven: booleans of Python, Excel and people, decimal commas, French and timestamped dates, wrong case
and accents in enumerations, a leading zero lost by a spreadsheet.
"""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from layers.errors import InvalidValue

Reader = Callable[[str], object]

CODE_INSEE_PATTERN = r"^([013-9]\d|2[AB1-9])\d{3}$"
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
MAX_SMALL = 32_767
_TRUE = {"true", "vrai", "oui", "yes", "1", "o", "y", "t", "v"}
_FALSE = {"false", "faux", "non", "no", "0", "n", "f"}
_DATES = ("%Y-%m-%d", "%d/%m/%Y", "%Y/%m/%d", "%d-%m-%Y")


def folded(text: str) -> str:
    """Return the text without accents, case or repeated spaces, for comparison."""
    plain = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).casefold().split())


def text_of(limit: int | None) -> Reader:
    """Return a reader of text of at most ``limit`` characters."""

    def read(text: str) -> str:
        return text if limit is None else short(text, limit)

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
    """Read a finite number of at least zero, with a point or a comma."""
    digits = text.replace("\u00a0", "").replace(",", ".")
    if not NUMBER.fullmatch(digits.strip()):
        raise InvalidValue(_("nombre attendu"))
    value = float(digits)
    if not math.isfinite(value) or value < 0:
        raise InvalidValue(_("nombre positif ou nul attendu"))
    return value


def integer(text: str, *, largest: int = MAX_SMALL) -> int:
    """Read a whole number from zero to ``largest``; ``3.0`` is 3."""
    value = number(text)
    if not value.is_integer() or value > largest:
        raise InvalidValue(_("nombre entier attendu, entre 0 et %d") % largest)
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


def code_insee(text: str) -> str:
    """Read the INSEE code of a commune, with the leading zero that spreadsheets drop."""
    return matching(text.upper().zfill(5), CODE_INSEE_PATTERN, _("code INSEE de commune attendu"))


def one_of(values: Iterable[str]) -> Reader:
    """Return a reader of an enumeration that forgives case, accents and spaces."""
    by_word = {folded(value): value for value in values}

    def read(text: str) -> str:
        if folded(text) not in by_word:
            raise InvalidValue(_("valeur attendue parmi : %s") % ", ".join(by_word.values()))
        return by_word[folded(text)]

    return read


def matching(text: str, pattern: str, reason: str) -> str:
    """Return the text if it has a pattern; ``reason`` says what was expected."""
    if not re.fullmatch(pattern, text):
        raise InvalidValue(reason)
    return text


def short(text: str, limit: int) -> str:
    """Return the text if it has at most ``limit`` characters."""
    if len(text) > limit:
        raise InvalidValue(_("plus de %d caractères") % limit)
    return text
