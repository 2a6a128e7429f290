"""What the values of a column look like: its type, whether it is a code, a facet, a year."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from datasets.inference.accents import mended_title
from datasets.inference.names import words
from datasets.inference.values import (
    BLANKS,
    BOOLEAN_PAIRS,
    DATE_COMPACT,
    EPOCH_MILLISECONDS,
    EPOCH_SECONDS,
    LEADING_ZERO,
    RECENT_MILLISECONDS,
    accepts,
    is_missing,
)
from datasets.readers.headers import unit_after
from datasets.vocabulary import ColumnType

MAX_FACETS = 30
MIN_ROWS_OF_A_FACET = 10

_CODES_TEXT = (
    "code insee siren siret nic cp postal tel telephone phone fax mobile id identifiant identifier uid "
    "uuid gid fid objectid recordid ref reference matricule num numero no pdl prm parcelle section epci "
    "codgeo depcom cog idu cle dep dept departement region iris naf ape nir ean ean13 gtin imei isbn gencod barcode "
    "badge contrat dossier facture licence permis"
)
_CODES = frozenset(_CODES_TEXT.split())
_CODE_STARTS = ("code", "codepostal", "ident", "telephone")
_COUNTS_TEXT = "nb nbr nbre nombre count total effectif quantite qte population capacite montant"
_COUNTS = frozenset(_COUNTS_TEXT.split())
_YEARS_TEXT = "annee year an millesime exercice"
_YEARS = frozenset(_YEARS_TEXT.split())
_DATES_TEXT = (
    "jour day date datetime timestamp horodatage maj created updated modified edited creation modification"
)
_DATES = frozenset(_DATES_TEXT.split())
_FIGURES = re.compile(r"[0-9]+(?:[.,][0-9]+)?")
_TIMES = frozenset(
    [
        "time",
        "heure",
        "epoch",
        "ts",
        "reported",
        "last",
        "debut",
        "fin",
        "start",
        "end",
        "releve",
        "releves",
        "mesure",
        "pose",
    ]
)
"""Titles of instants, where no number of days of Excel is expected."""

_RECENT = re.compile(RECENT_MILLISECONDS)
_MILLISECONDS, _SECONDS = re.compile(EPOCH_MILLISECONDS), re.compile(EPOCH_SECONDS)
_COMPACT = re.compile(DATE_COMPACT)
_NUMBERS = (ColumnType.INTEGER, ColumnType.NUMBER)
_DATED = (ColumnType.DATE, ColumnType.DATETIME)
_FREE_UNITS = frozenset({"€", "EUR", "euros"})
"""Units that some values may leave out: 12 and 12 € are the same, 12 and 12 % are not."""

_LEADING_ZERO = re.compile(LEADING_ZERO)
_LOT = re.compile(r"[0-9]{1,3}E[0-9]{1,2}")
"""``1E2``, a staircase or an area; numbers with an exponent have a sign or decimals."""

_RANK = re.compile(r"\s*n *[°º].*", re.IGNORECASE | re.DOTALL)
"""A title of numbers that are names: « N° article », whose 2.1 and 2.10 are two."""

_SOUTH = frozenset("sS")
"""No value among numbers; among letters, as good as any other."""

_NUMBERED = re.compile(r"((?:[^\W\d][\w:-]*[./])?)(0|[1-9][0-9]{0,8})(?:[.,]0+)?")
"""The number of a row, after the name of the layer or not."""

_GENERATED = re.compile(r"(?:[\w:-]+\.)?fid-[0-9a-f]+(?:_[0-9a-f-]+)*", re.IGNORECASE)
_MIN_NUMBERED = 3
_ISSUED_WITHIN = 100
"""A tenth of a second a row, that nothing which people note lasts."""

_GAPS = re.compile(r"[ \u00a0\u202f\u2009]")
_COMPANY = re.compile(r"[0-9]{9}|[0-9]{14}")


@dataclass(slots=True)
class Profile:
    """A column of the sample: ``position`` is 0-based, ``values`` has one entry a row, ``present`` leaves None out.

    ``unit`` is that of a row of units, or the one written after every number; ``mended_title`` has the accents that
    the title lost.
    """

    position: int
    title: str
    values: list[str | None]
    hint: ColumnType | None = None
    unit: str = ""
    present: list[str] = field(init=False)
    typed: list[str] = field(init=False)
    distinct: set[str] = field(init=False)
    words: tuple[str, ...] = field(init=False)
    mended_title: str = field(init=False)

    def __post_init__(self) -> None:
        """Compute what the guesses use several times; a unit after the numbers is removed from ``typed``."""
        self.present = [value for value in self.values if value is not None]
        self.typed = [value.strip(BLANKS) for value in self.present if not is_missing(value)]
        self.distinct = set(self.present)
        self.mended_title = mended_title(self.title)
        self.words = words(self.mended_title)
        written = _common_unit(self.typed)
        if written and self.unit in {"", written}:
            self.unit = written
            self.typed = [value.removesuffix(written).strip(BLANKS) for value in self.typed]

    @property
    def is_complete(self) -> bool:
        """Whether every row has a value."""
        return len(self.present) == len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return len(self.values) > 1 and len(self.distinct) == len(self.values)

    @property
    def is_numbering(self) -> bool:
        """Whether values number the rows in the order of the file, or were generated when it was written.

        ``1``, ``2``, ``3``; ``trees.1``, ``trees.2`` of a WFS; ``fid-6b7a_18c`` of GeoServer.
        """
        if not self.is_complete or len(self.values) < _MIN_NUMBERED:
            return False
        matches = [_NUMBERED.fullmatch(value.strip(BLANKS)) for value in self.present]
        if not all(matches):
            return all(_GENERATED.fullmatch(value.strip(BLANKS)) for value in self.present)
        prefixes, numbers = zip(*(match.groups() for match in matches if match), strict=True)
        first = int(numbers[0])
        is_in_order = all(int(number) == rank for rank, number in enumerate(numbers, start=first))
        return first in {0, 1} and len(set(prefixes)) == 1 and is_in_order

    @property
    def is_year(self) -> bool:
        """Whether the title is that of years."""
        return len(self.words) == 1 and self.words[0] in _YEARS

    @property
    def is_dated(self) -> bool:
        """Whether the title is that of dates."""
        return any(word in _DATES or word.startswith("date") for word in self.words)

    @property
    def is_compact(self) -> bool:
        """Whether all values are days of eight figures, ``20240131``: codes, unless the title is that of dates."""
        return bool(self.typed) and all(_COMPACT.fullmatch(value) for value in self.typed)

    def share(self, kind: ColumnType) -> float:
        """Return the share of values, missing ones apart, that read as ``kind``."""
        return sum(accepts(kind, value) for value in self.typed) / len(self.typed) if self.typed else 0.0


def infer_type(profile: Profile, *, codes: Collection[str] = ()) -> ColumnType:
    """Return the narrowest type all values read as; codes and leading zeros stay text. ``codes`` are the communes'.

    Figures that the file types as text stay text, and so do days of eight figures but under a title of dates.
    """
    if not profile.typed:
        return ColumnType.STRING if profile.present else profile.hint or ColumnType.STRING
    if _is_boolean(profile):
        return ColumnType.BOOLEAN
    if is_code(profile, codes=codes):
        return ColumnType.STRING
    if profile.is_compact and not (profile.is_dated and profile.hint is not ColumnType.STRING):
        return ColumnType.STRING if profile.hint is not ColumnType.INTEGER else ColumnType.INTEGER
    if _is_epoch(profile):
        return ColumnType.DATETIME
    order = (*_NUMBERS, *_DATED)
    if profile.is_dated and not profile.hint:
        order = (*_DATED, *_NUMBERS)
    inferred = next((kind for kind in order if _all_read_as(profile, kind)), ColumnType.STRING)
    if inferred in _NUMBERS and profile.hint is ColumnType.STRING and not is_written_number(profile):
        return ColumnType.STRING
    widened = inferred is ColumnType.INTEGER and profile.hint is ColumnType.NUMBER
    return ColumnType.NUMBER if widened else inferred


def _is_epoch(profile: Profile) -> bool:
    """Say whether numbers count the time since 1970: milliseconds of this century, seconds under a title of times.

    A file that types its numbers types these as integers too. Under another title, numbers that follow each other or
    bear the control digit of an article are not milliseconds.
    """
    if profile.is_dated or _TIMES & set(profile.words):
        return any(all(map(form.fullmatch, profile.typed)) for form in (_MILLISECONDS, _SECONDS))
    return all(map(_RECENT.fullmatch, profile.typed)) and not _are_issued(set(profile.typed))


def _are_issued(numbers: Collection[str]) -> bool:
    """Say whether different numbers of thirteen figures were issued one after the other, or are those of articles."""
    if len(numbers) < _MIN_NUMBERED:
        return False
    values = sorted(map(int, numbers))
    return values[-1] - values[0] < _ISSUED_WITHIN * len(values) or all(map(_is_article, numbers))


def is_written_number(profile: Profile) -> bool:
    """Say whether values are numbers as people write them, with decimal commas or a unit, and not figures of a code."""
    return bool(profile.unit) or any("," in value for value in profile.typed)


def is_code_title(title: str) -> bool:
    """Say whether a title is that of codes or identifiers."""
    title_words = words(title)
    return not set(title_words) & _COUNTS and (
        bool(set(title_words) & _CODES)
        or any(word.startswith(_CODE_STARTS) for word in title_words)
        or bool(_RANK.fullmatch(title))
    )


def is_code(profile: Profile, *, codes: Collection[str] = ()) -> bool:
    """Whether values are codes of digits, which do not add up."""
    if any(_LEADING_ZERO.fullmatch(_GAPS.sub("", value)) or _LOT.fullmatch(value) for value in profile.typed):
        return True
    if set(profile.words) & _COUNTS:
        return False
    if is_code_title(profile.mended_title):
        return True
    distinct = {_GAPS.sub("", value.strip(BLANKS)) for value in profile.distinct}
    return bool(distinct) and (
        distinct <= set(codes) or (len(distinct) >= 3 and all(map(_is_company, distinct)))
    )


def is_facet(profile: Profile, kind: ColumnType) -> bool:
    """Whether the column has few values, each of several rows: a useful filter."""
    if kind is ColumnType.BOOLEAN:
        return True
    if kind is not ColumnType.STRING and not (kind is ColumnType.INTEGER and profile.is_year):
        return False
    count = len(profile.distinct)
    has_rows = len(profile.values) >= MIN_ROWS_OF_A_FACET
    is_short = max(map(len, profile.distinct), default=0) <= 80
    return has_rows and is_short and 2 <= count <= min(MAX_FACETS, len(profile.present) // 3)


def _is_boolean(profile: Profile) -> bool:
    texts = {value.lower() for value in profile.typed}
    if any(value.strip(BLANKS) in _SOUTH for value in profile.distinct):
        return False
    if texts == {"x"}:
        return 1 < len(profile.typed) < len(profile.values)
    for pair in BOOLEAN_PAIRS:
        if not texts <= set(pair):
            continue
        if pair == ("1", "0"):
            return len(texts) == 2 and not set(profile.words) & (_COUNTS | _CODES)
        return len(pair[0]) > 1 or len(texts) == 2
    return False


def _all_read_as(profile: Profile, kind: ColumnType) -> bool:
    """Say whether all values read as ``kind``; figures alone are dates under a title of dates only."""
    if kind in _DATED and not profile.is_dated and any(map(_FIGURES.fullmatch, profile.typed)):
        return False
    return all(accepts(kind, value) for value in profile.typed)


def _common_unit(values: Collection[str]) -> str:
    """Return the unit written after all values, or after some when it may be left out; empty when there is none."""
    first = next((unit for value in values if (unit := unit_after(value))), "")
    if not first:
        return ""
    units = {unit_after(value) for value in values}
    return first if units == {first} or (units == {first, ""} and first in _FREE_UNITS) else ""


def _is_article(text: str) -> bool:
    """Say whether thirteen digits end with the control digit of an EAN."""
    digits = list(map(int, text))
    return (sum(digits[0::2]) + 3 * sum(digits[1::2])) % 10 == 0


def _is_company(text: str) -> bool:
    """Say whether ``text`` is a SIREN or a SIRET: nine or fourteen digits with their control digit (Luhn)."""
    if not _COMPANY.fullmatch(text):
        return False
    digits = [int(digit) for digit in reversed(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0
