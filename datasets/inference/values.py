"""The textual forms a value may take in a file, by column type: one table for the guess (Python) and the cast (SQL).

Every pattern is a plain string that Python's ``re`` and PostgreSQL's advanced regular expressions read alike: ASCII
digits only, no look-behind, ``\\u`` escapes. They are anchored; match them against the value *trimmed of* ``BLANKS``
(``btrim(value, …)``), without regard to case (``~*`` in SQL, ``re.IGNORECASE``), and in Python with ``fullmatch``.
A value that matches the pattern of its type is always accepted by PostgreSQL's cast once rewritten by ``REWRITES``: the
patterns of dates know the length of months and the leap years, integers fit ``bigint``. No exception to catch in SQL.

For every type but text, a value that is empty, blank or matches ``MISSING`` is no value. Text is kept as it is in the
file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from datasets.vocabulary import ColumnType

BLANKS = " \t\r\n\u00a0\u202f\u2009\ufeff"
"""Characters trimmed around a value before it is read as anything but text."""

_ERRORS = r"#(?:n/a|ref!|div/0!|valeur!|value!|nom[?]|name[?]|nombre!|num!|nul!|null!|champ!|field!|####*)"
MISSING = (
    r"^(?:null|none|nan|n/?a|nd|n\.d\.?|nc|n\.c\.?|nr|n\.r\.?|s\.o\.?|sans objet|inconnue?|[?]{1,3}|[.]{1,3}|…|/{1,3}"
    r"|s|secret(?: stat(?:istique|[.])?)?"
    rf"|non (?:renseign|communiqu|connu|disponible|applicable)[a-zéÉ]{{0,3}}|-{{1,3}}|–|—|{_ERRORS})$"
)
"""How producers write "no value" in a column of numbers, dates or booleans: no value there, itself in a column of text.

``s`` and ``///`` are those of the INSEE: a secret, and what makes no sense.
"""

MISSING_FIRST = "nNsSiI?.…/-–—#"
"""The characters that a text of ``MISSING`` begins with."""

EXCEL_ERROR = rf"^{_ERRORS}$"
"""Errors of a spreadsheet's formulas, in French and in English, and the signs of a column too narrow."""

SHORTENED = r"^[0-9](?:[.,][0-9]{1,16})?E[+][0-9]{2}$"
"""``8,13E+13``: a number of many digits as Excel shows it, digits lost; read with regard to case."""

_GROUP = r"[ \u00a0\u202f\u2009]"
_INTEGER = rf"(?:[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}}){{1,9}}|[0-9]{{1,30}})"

INTEGER = rf"^[+-]?(?:[0-9]{{1,3}}(?:{_GROUP}[0-9]{{3}}){{1,5}}|[0-9]{{1,18}})$"
"""``12``, ``-7``, ``1 234 567`` (space, no-break, narrow no-break, thin); at most 18 digits: a ``bigint``."""

NUMBER = rf"^[+-]?(?:{_INTEGER}(?:[.,][0-9]{{0,30}})?|[.,][0-9]{{1,30}})(?:e[+-]?[0-9]{{1,2}})?$"
"""``12``, ``3.14``, ``3,14``, ``1 234,5``, ``,5``, ``1.2E-7``. A comma is decimal: ``1,234.5`` is text."""

LEADING_ZERO = r"^[+-]?0[0-9]+$"
"""``01``, ``0012``: a code, never guessed as a number."""

_LONG_MONTHS = r"(?:0[13578]|1[02])"
_SHORT_MONTHS = r"(?:0[469]|11)"
_DAYS_31 = r"(?:0[1-9]|[12][0-9]|3[01])"
_DAYS_30 = r"(?:0[1-9]|[12][0-9]|30)"
_DAYS_28 = r"(?:0[1-9]|1[0-9]|2[0-8])"
_YEAR = r"[12][0-9]{3}"
_LEAP_YEAR = r"(?:[12][0-9](?:0[48]|[2468][048]|[13579][26])|(?:1[26]|2[048])00)"


def _ymd(separator: str) -> str:
    """Return the pattern of a real day, year first."""
    return (
        rf"(?:{_YEAR}{separator}(?:{_LONG_MONTHS}{separator}{_DAYS_31}|{_SHORT_MONTHS}{separator}{_DAYS_30}"
        rf"|02{separator}{_DAYS_28})|{_LEAP_YEAR}{separator}02{separator}29)"
    )


def _dmy(separator: str) -> str:
    """Return the pattern of a real day, day first; the zero before a day or a month below ten may be left out."""
    days_31 = r"(?:0?[1-9]|[12][0-9]|3[01])"
    days_30 = r"(?:0?[1-9]|[12][0-9]|30)"
    days_28 = r"(?:0?[1-9]|1[0-9]|2[0-8])"
    return (
        rf"(?:(?:{days_31}{separator}(?:0?[13578]|1[02])|{days_30}{separator}(?:0?[469]|11)"
        rf"|{days_28}{separator}0?2){separator}{_YEAR}|29{separator}0?2{separator}{_LEAP_YEAR})"
    )


_ISO_DAY = rf"(?:{_ymd('-')}|{_ymd('/')})"
_FR_DAY = rf"(?:{_dmy('/')}|{_dmy('-')}|{_dmy('[.]')})"

DATE_ISO = rf"^{_ISO_DAY}$"
"""``2024-02-29``, ``2024/02/29``; years 1000 to 2999."""

DATE_FR = rf"^{_FR_DAY}$"
"""``29/02/2024``, ``1/2/2024``, ``29-02-2024``, ``29.02.2024``: always day, month, year."""

DATE_COMPACT = rf"^{_ymd('')}$"
"""``20240229`` (AAAAMMJJ of the CNIG standards): accepted in a column of dates, never guessed as one."""

_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?"
_OFFSET = r" ?(?:Z|[+-](?:0[0-9]|1[0-4])(?::?[0-5][0-9])?)"
HAS_OFFSET = rf"{_TIME}{_OFFSET}$"
"""A time with its offset from UTC, at the end of a value."""

DATETIME_ISO = rf"^{_ISO_DAY}(?:T| +){_TIME}(?:{_OFFSET})?$"
"""``2024-02-29T14:05:00+01:00``, ``2024-02-29 14:05``. Without offset: the time in Paris."""

DATETIME_FR = rf"^{_FR_DAY}(?: +| +à +)(?:{_TIME}|(?:[01][0-9]|2[0-3])h[0-5][0-9])(?:{_OFFSET})?$"
"""``29/02/2024 14:05``, ``29/02/2024 à 14:05:30``, ``29/02/2024 14h05``. Without offset: the time in Paris."""

# Dates that are neither ISO nor figures: months in words, day numbers of Excel, seconds and milliseconds since 1970.
_WORDS_DAYS_31 = r"(?:1er|0?[1-9]|[12][0-9]|3[01])"
_WORDS_DAYS_30 = r"(?:1er|0?[1-9]|[12][0-9]|30)"
_WORDS_DAYS_28 = r"(?:1er|0?[1-9]|1[0-9]|2[0-8])"
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
    rf"(?:{_WORDS_DAYS_31} +{_months(1, 3, 5, 7, 8, 10, 12)} +{_YEAR}|{_WORDS_DAYS_30} +{_months(4, 6, 9, 11)} +{_YEAR}"
    rf"|{_WORDS_DAYS_28} +{_months(2)} +{_YEAR}|29 +{_months(2)} +{_LEAP_YEAR})"
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
EPOCH_MILLISECONDS = (
    r"^(?:[1-3][0-9]{12}|(?:[2-9][1-9]|[3-9]0|1[0-8])[0-9]{10}|[1-9][0-9]{10}|-[1-9][0-9]{8,11})$"
)
"""Seconds since 1970, in UTC, from 2001 to 2033; milliseconds, from before 1970 to 2096.

Twelve figures that begin with 19 or 20 may be ``AAAAMMJJhhmm``: they are no milliseconds.
"""

RECENT_MILLISECONDS = r"^1[0-9]{12}$"
"""Milliseconds from 2001 to 2033: thirteen figures that no measure has."""

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

    ``code`` and ``divisor`` say what numbers count; a form of words has none. Reading numbers as dates is reported.
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

TRUE_WORDS = ("true", "vrai", "oui", "yes", "1", "t", "o", "y", "v", "x")
FALSE_WORDS = ("false", "faux", "non", "no", "0", "f", "n")
TRUE = rf"^(?:{'|'.join(TRUE_WORDS)})$"
FALSE = rf"^(?:{'|'.join(FALSE_WORDS)})$"
BOOLEAN_PAIRS = (
    ("true", "false"),
    ("vrai", "faux"),
    ("oui", "non"),
    ("yes", "no"),
    ("1", "0"),
    ("o", "n"),
    ("t", "f"),
    ("y", "n"),
    ("v", "f"),
)
"""Words that go together: a column is guessed as boolean when all its values are of one pair."""


def _either(*patterns: str) -> str:
    """Return the pattern that accepts what any of ``patterns`` (each anchored) accepts."""
    return "^(?:" + "|".join(pattern.removeprefix("^").removesuffix("$") for pattern in patterns) + ")$"


PATTERNS: dict[ColumnType, str] = {
    ColumnType.INTEGER: INTEGER,
    ColumnType.NUMBER: NUMBER,
    ColumnType.BOOLEAN: _either(TRUE, FALSE),
    ColumnType.DATE: _either(DATE_ISO, DATE_FR, DATE_COMPACT),
    ColumnType.DATETIME: _either(DATETIME_ISO, DATETIME_FR, DATE_ISO, DATE_FR, DATE_COMPACT),
}
"""What a value of each type looks like, after trimming. Text is absent: anything is text."""


_PLAIN_MONTH = "(?:0[1-9]|1[0-2])"
_PLAIN_DAY = "(?:0[1-9]|1[0-9]|2[0-8])"
PLAIN_DATE_FR = rf"^{_PLAIN_DAY}/{_PLAIN_MONTH}/{_YEAR}$"
PLAIN_DATE_ISO = rf"^{_YEAR}-{_PLAIN_MONTH}-{_PLAIN_DAY}$"
PLAIN_DATETIME = (
    rf"^{_YEAR}-{_PLAIN_MONTH}-{_PLAIN_DAY}[T ](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"
    r"(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])?$"
)
"""Most dates, in patterns that cost PostgreSQL a quarter of the whole ones: no day after the 28th of a month."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A substitution of all occurrences: ``regexp_replace(value, pattern, replacement, 'g')`` and ``re.sub``."""

    pattern: str
    replacement: str


_DAY_FIRST = Rewrite(r"^([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", r"\3-\2-\1")
_COMPACT = Rewrite(r"^([0-9]{4})([0-9]{2})([0-9]{2})$", r"\1-\2-\3")

REWRITES: dict[ColumnType, tuple[Rewrite, ...]] = {
    ColumnType.INTEGER: (Rewrite(_GROUP, ""),),
    ColumnType.NUMBER: (Rewrite(_GROUP, ""), Rewrite("[,]", ".")),
    ColumnType.BOOLEAN: (),
    ColumnType.DATE: (_DAY_FIRST, _COMPACT, Rewrite("/", "-")),
    ColumnType.DATETIME: (
        _DAY_FIRST,
        _COMPACT,
        Rewrite("/", "-"),
        Rewrite(" +à +", " "),
        Rewrite(",", "."),
        Rewrite("[hH]", ":"),
    ),
}
"""Substitutions, in order, after which PostgreSQL's cast (``DateStyle`` ISO) reads it. Booleans: test ``TRUE``."""

FORMS = {ColumnType.DATE: DATES, ColumnType.DATETIME: DATETIMES}
"""Dates of other forms, asked of what the patterns do not match."""

_COMPILED = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in PATTERNS.items()}
_FORMS = {
    kind: tuple((form, re.compile(form.pattern, re.IGNORECASE)) for form in forms)
    for kind, forms in FORMS.items()
}
_MISSING = re.compile(MISSING, re.IGNORECASE)


def is_missing(text: str | None) -> bool:
    """Say whether ``text`` is "no value" in a column that is not text."""
    trimmed = (text or "").strip(BLANKS)
    return not trimmed or _MISSING.fullmatch(trimmed) is not None


def accepts(kind: ColumnType, text: str) -> bool:
    """Say whether ``text``, not missing, can be read as a ``kind``."""
    pattern = _COMPILED.get(kind)
    trimmed = text.strip(BLANKS)
    return pattern is None or pattern.fullmatch(trimmed) is not None or form_of(kind, trimmed) is not None


def form_of(kind: ColumnType, trimmed: str) -> DateForm | None:
    """Return the form of a date that the plain patterns do not read, None when it has none."""
    matches = ((form, pattern.fullmatch(trimmed)) for form, pattern in _FORMS.get(kind, ()))
    return next((form for form, match in matches if match), None)


_BASE = datetime(1899, 12, 30)


def read_date(form: DateForm, text: str) -> str:
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


def without_unit(kind: ColumnType, text: str, unit: str) -> str:
    """Return a number without the unit of its field after it, other texts as they are."""
    trimmed = text.strip(BLANKS)
    has_unit = bool(unit) and kind in {ColumnType.INTEGER, ColumnType.NUMBER} and trimmed.endswith(unit)
    return trimmed.removesuffix(unit).strip(BLANKS) if has_unit else text


def canonical(kind: ColumnType, text: str) -> str:
    """Return accepted ``text`` as PostgreSQL's cast and JSON read it: ``1 234,5`` → ``1234.5``, ``oui`` → ``true``."""
    if kind is ColumnType.STRING:
        return text
    trimmed = text.strip(BLANKS)
    if kind is ColumnType.BOOLEAN:
        return "true" if re.fullmatch(TRUE, trimmed, re.IGNORECASE) else "false"
    form = None if _COMPILED[kind].fullmatch(trimmed) else form_of(kind, trimmed)
    if form is not None:
        return read_date(form, trimmed)
    for rewrite in REWRITES[kind]:
        trimmed = re.sub(rewrite.pattern, rewrite.replacement, trimmed)
    return trimmed
