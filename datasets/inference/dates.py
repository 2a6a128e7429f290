"""Dates that are neither ISO nor figures: months in words, day numbers of Excel, seconds and milliseconds since 1970.

Each form has a pattern that Python and PostgreSQL read alike, as in ``datasets.inference.values``, and what makes a
value of it in both.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_DAYS_31 = r"(?:1er|0?[1-9]|[12][0-9]|3[01])"
_DAYS_30 = r"(?:1er|0?[1-9]|[12][0-9]|30)"
_DAYS_28 = r"(?:1er|0?[1-9]|1[0-9]|2[0-8])"
_YEAR = r"[12][0-9]{3}"
_LEAP_YEAR = r"(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"
_MONTHS = (
    r"janv(?:ier|[.])?",
    r"f[eéÉ]v(?:rier|r?[.]?)",
    r"mars",
    r"avr(?:il|[.])?",
    r"mai",
    r"juin",
    r"juil(?:let|[.])?",
    r"ao[uûÛ]t",
    r"sept(?:embre|[.])?",
    r"oct(?:obre|[.])?",
    r"nov(?:embre|[.])?",
    r"d[eéÉ]c(?:embre|[.])?",
)
_WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),? +)?"
_CLOCK = r"(?: +(?:à +)?(?:[01]?[0-9]|2[0-3])[:h][0-5][0-9](?::[0-5][0-9])?)?"


def _months(*numbers: int) -> str:
    return "(?:" + "|".join(_MONTHS[number - 1] for number in numbers) + ")"


_WORDS = (
    rf"(?:{_DAYS_31} +{_months(1, 3, 5, 7, 8, 10, 12)} +{_YEAR}|{_DAYS_30} +{_months(4, 6, 9, 11)} +{_YEAR}"
    rf"|{_DAYS_28} +{_months(2)} +{_YEAR}|29 +{_months(2)} +{_LEAP_YEAR})"
)
DATE_WORDS = rf"^{_WEEKDAY}{_WORDS}$"
"""``3 mars 2024``, ``1er janv. 2024``, ``lundi 4 mars 2024``."""

DATETIME_WORDS = rf"^{_WEEKDAY}{_WORDS}{_CLOCK}$"
"""``3 mars 2024 à 14h30``. The time in Paris."""

DAY_NUMBER = r"^[2-5][0-9]{4}(?:[.,]0{1,12})?$"
"""``45123``: days since 30 December 1899, as Excel counts them; from 1954 to 2064."""

DAY_NUMBER_CLOCK = r"^[2-5][0-9]{4}(?:[.,][0-9]{1,12})?$"
"""``45123.5``: the same with a time of day, in Paris."""

EPOCH_SECONDS = r"^1[0-9]{9}$"
EPOCH_MILLISECONDS = r"^1[0-9]{12}$"
"""Seconds and milliseconds since 1970, in UTC; from 2001 to 2033."""

WORD_REWRITES = (
    (r"^[a-z]+,? +", ""),
    (r"^1er", "1"),
    *((rf" +{name} +", f"/{number:02}/") for number, name in enumerate(_MONTHS, start=1)),
    (r" +à +", " "),
    (r"([0-9])h([0-9])", r"\1:\2"),
    (r"^([0-9]{1,2})/([0-9]{2})/([0-9]{4})", r"\3-\2-\1"),
)
"""Substitutions in lower case, in order, after which it is a date of figures, year first."""


@dataclass(frozen=True, slots=True)
class DateForm:
    """A form: its pattern, and in SQL the value of a text ``{0}`` that matches it.

    ``code`` and ``divisor`` tell what numbers count; a form of words has none. Numbers are told when they are read.
    """

    pattern: str
    code: str = ""
    sql: str = ""
    divisor: int = 1


DATES = (DateForm(DATE_WORDS), DateForm(DAY_NUMBER, "day-number", "DATE '1899-12-30' + left({}, 5)::integer"))
DATETIMES = (
    DateForm(DATETIME_WORDS),
    DateForm(
        DAY_NUMBER_CLOCK,
        "day-number",
        "(TIMESTAMP '1899-12-30' + make_interval(secs => round(translate({}, ',', '.')::numeric * 86400)"
        "::double precision))::timestamptz",
    ),
    DateForm(EPOCH_SECONDS, "epoch", "to_timestamp({}::double precision)"),
    DateForm(EPOCH_MILLISECONDS, "epoch", "to_timestamp({}::double precision / 1000)", 1000),
)
_BASE = datetime(1899, 12, 30)


def read(form: DateForm, text: str) -> str:
    """Return the ISO date, or date and time, of a text that matches ``form``."""
    if not form.code:
        words = text.lower()
        for pattern, replacement in WORD_REWRITES:
            words = re.sub(pattern, replacement, words)
        return re.sub(r"(?<=[- ])([0-9])(?=$|[ :])", r"0\1", words)
    number = float(text.replace(",", "."))
    if form.code == "epoch":
        return datetime.fromtimestamp(number / form.divisor, UTC).isoformat()
    moment = _BASE + timedelta(seconds=round(number * 86400))
    return moment.date().isoformat() if form.pattern == DAY_NUMBER else moment.isoformat(" ")
