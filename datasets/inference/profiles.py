"""What the values of a column look like: its type, whether it is a code, a facet, a year."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from datasets.inference.names import words
from datasets.inference.values import BLANKS, BOOLEAN_PAIRS, LEADING_ZERO, accepts, is_missing
from datasets.vocabulary import ColumnType

MOST_FACETS = 30
LEAST_ROWS_OF_A_FACET = 10

_CODES_TEXT = (
    "code insee siren siret nic cp postal tel telephone phone fax mobile id identifiant identifier uid "
    "uuid gid fid objectid recordid ref reference matricule num numero no pdl prm parcelle section epci "
    "idu cle dep dept departement region iris naf ape"
)
_CODES = frozenset(_CODES_TEXT.split())
_CODE_STARTS = ("code", "codepostal", "ident", "telephone")
_COUNTS_TEXT = "nb nbr nbre nombre count total effectif quantite qte population capacite montant"
_COUNTS = frozenset(_COUNTS_TEXT.split())
_YEARS_TEXT = "annee year an millesime exercice"
_YEARS = frozenset(_YEARS_TEXT.split())
_LEADING_ZERO = re.compile(LEADING_ZERO)
_COMPANY = re.compile(r"[0-9]{9}|[0-9]{14}")


@dataclass(slots=True)
class Profile:
    """A column of the sample: ``position`` is 0-based, ``values`` has one entry a row, ``present`` leaves NULL out."""

    position: int
    title: str
    values: list[str | None]
    hint: ColumnType | None = None
    present: list[str] = field(init=False)
    typed: list[str] = field(init=False)
    distinct: set[str] = field(init=False)
    words: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Keep what the guesses ask several times."""
        self.present = [value for value in self.values if value is not None]
        self.typed = [value.strip(BLANKS) for value in self.present if not is_missing(value)]
        self.distinct = set(self.present)
        self.words = words(self.title)

    @property
    def is_complete(self) -> bool:
        """Whether every row has a value."""
        return len(self.present) == len(self.values)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a value of its own."""
        return len(self.values) > 1 and len(self.distinct) == len(self.values)

    @property
    def is_year(self) -> bool:
        """Whether the title says that it holds years."""
        return len(self.words) == 1 and self.words[0] in _YEARS

    def share(self, kind: ColumnType) -> float:
        """Return the share of values, missing ones apart, that read as ``kind``."""
        return sum(accepts(kind, value) for value in self.typed) / len(self.typed) if self.typed else 0.0


def infer_type(profile: Profile, *, codes: Collection[str] = ()) -> ColumnType:
    """Return the narrowest type all values read as; codes and leading zeros stay text. ``codes`` are the communes'."""
    if not profile.typed:
        return ColumnType.STRING if profile.present else profile.hint or ColumnType.STRING
    if _is_boolean(profile):
        return ColumnType.BOOLEAN
    if is_code(profile, codes=codes):
        return ColumnType.STRING
    order = (ColumnType.INTEGER, ColumnType.NUMBER, ColumnType.DATE, ColumnType.DATETIME)
    found = next((kind for kind in order if _all_read_as(profile, kind)), ColumnType.STRING)
    widened = found is ColumnType.INTEGER and profile.hint is ColumnType.NUMBER
    return ColumnType.NUMBER if widened else found


def is_code(profile: Profile, *, codes: Collection[str] = ()) -> bool:
    """Say whether values are names made of digits, which nobody adds up."""
    if any(_LEADING_ZERO.fullmatch(value) for value in profile.typed):
        return True
    if set(profile.words) & _COUNTS:
        return False
    if set(profile.words) & _CODES or any(word.startswith(_CODE_STARTS) for word in profile.words):
        return True
    distinct = {value.strip(BLANKS) for value in profile.distinct}
    return bool(distinct) and (
        distinct <= set(codes) or (len(distinct) >= 3 and all(map(_is_company, distinct)))
    )


def is_facet(profile: Profile, kind: ColumnType) -> bool:
    """Say whether the column has few values, each of several rows: people will want to filter by it."""
    if kind is ColumnType.BOOLEAN:
        return True
    if kind is not ColumnType.STRING and not (kind is ColumnType.INTEGER and profile.is_year):
        return False
    count = len(profile.distinct)
    has_rows = len(profile.values) >= LEAST_ROWS_OF_A_FACET
    is_short = max(map(len, profile.distinct), default=0) <= 80
    return has_rows and is_short and 2 <= count <= min(MOST_FACETS, len(profile.present) // 3)


def _is_boolean(profile: Profile) -> bool:
    found = {value.lower() for value in profile.typed}
    for pair in BOOLEAN_PAIRS:
        if not found <= set(pair):
            continue
        if pair == ("1", "0"):
            return len(found) == 2 and not set(profile.words) & (_COUNTS | _CODES)
        return len(pair[0]) > 1 or len(found) == 2
    return False


def _all_read_as(profile: Profile, kind: ColumnType) -> bool:
    """Say whether all values read as ``kind``; days written as eight digits are numbers, not dates."""
    if kind in {ColumnType.DATE, ColumnType.DATETIME} and any(value.isdecimal() for value in profile.typed):
        return False
    return all(accepts(kind, value) for value in profile.typed)


def _is_company(text: str) -> bool:
    """Say whether ``text`` is a SIREN or a SIRET: nine or fourteen digits with their control digit (Luhn)."""
    if not _COMPANY.fullmatch(text):
        return False
    digits = [int(digit) for digit in reversed(text)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[0::2]) + sum(doubled)) % 10 == 0
