"""Which rows of a file are its titles: what stands above them, whether they take two rows, whether units follow.

Guessed from the first records, by what people do by hand: a title is a line with few cells, groups of columns have
blanks that the next row fills, units are words of a closed list over numbers. A person may decide all of it instead.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from datasets.readers.source import ReadOptions
from layers.parsing.numbers import parse_integer

# Units that producers write in a row of their own or after values: a closed list, no other word is one.
_SIMPLE_TEXT = (
    "m mm cm dm dam hm km m2 m² cm2 cm² mm2 mm² km2 km² ha a m3 m³ dm3 dm³ l cl hl ml mg g kg t µg "
    "w kw mw gw wh kwh mwh gwh twh j kj mj gj tep ktep kva v a ma °c c k ° deg degré degrés degres % ‰ "
    "€ k€ m€ eur euro euros $ s sec min mn h heure heures j jour jours semaine semaines mois an ans année années "
    "annee annees db db(a) hz khz bar pa hpa kpa lux lm nb nbre nombre u unité unités unite unites hab hab. "
    "habitants habitant logement logements personnes personne véhicules vehicules vh uvp tco2 tco2e "
    "teqco2 teq.co2 kgco2 kgco2e gco2 ppm ntu ph places place arbres sièges points ml/min km/h m/s"
)
_SIMPLE = frozenset(_SIMPLE_TEXT.split())
_NO_UNITS = frozenset({"-", "–", "—", "/", "sans unité", "sans", "s.u.", "sans objet", "so"})
_KINDS_TEXT = (
    "texte text string chaine chaîne varchar char entier integer int int4 int8 bigint décimal decimal numeric number "
    "double float réel reel booléen booleen boolean bool date datetime timestamp géométrie geometry"
)
_KINDS = frozenset(_KINDS_TEXT.split())
_KINDS_OF_DATES = frozenset(
    {"jj/mm/aaaa", "aaaa-mm-jj", "aaaammjj", "aaaa", "j/m/a", "dd/mm/yyyy", "yyyy-mm-dd"}
)
_AFTER_VALUE = re.compile(
    r"(?P<number>[+-]?[0-9][0-9 \u00a0\u202f\u2009.,]*?)[ \u00a0\u202f\u2009]*(?P<unit>[^0-9.,+\s-]\S{0,9})"
)
_UNIT_AT_END = re.compile(r"(?P<title>.*[^\s(\[])\s*[(\[](?:en )?(?P<unit>[^()\[\]]+)[)\]]")
LONGEST = 20


def unit_of(text: str) -> str | None:
    """Return the unit in a cell of a row of units, empty for an explicit absence of unit; None for other words.

    Brackets around it are taken away: ``(m²)`` is ``m²``.
    """
    plain = text.strip()
    if len(plain) > 2 and (plain[0], plain[-1]) in {("(", ")"), ("[", "]")}:
        plain = plain[1:-1].strip()
    lower = plain.lower().removeprefix("en ")
    if not plain or lower in _NO_UNITS | _KINDS | _KINDS_OF_DATES:
        return ""
    parts = re.split(r"[/.]|\bpar\b", lower)
    is_unit = lower in _SIMPLE or (len(parts) > 1 and all(part.strip() in _SIMPLE for part in parts))
    return plain[:LONGEST] if is_unit else None


def says_unit(text: str) -> bool:
    """Say whether a cell names a unit, and not that there is none."""
    return bool(unit_of(text))


def title_and_unit(title: str) -> tuple[str, str]:
    """Return a title and the unit that ends it in brackets, empty without one: « batterie (%) »."""
    match = _UNIT_AT_END.fullmatch(title.strip())
    return (match["title"], match["unit"].strip()) if match and says_unit(match["unit"]) else (title, "")


def says_types(cells: Sequence[str]) -> bool:
    """Say whether a row names the types of the columns: « string ; string ; float »."""
    return len(cells) > 1 and all(cell.strip().lower() in _KINDS for cell in cells)


def unit_after(text: str) -> str:
    """Return the unit written after a number, ``%`` of ``12,5 %``; empty when there is none."""
    match = _AFTER_VALUE.fullmatch(text.strip())
    unit = match["unit"] if match else ""
    return unit if unit and says_unit(unit) else ""


Record = tuple[int, list[str]]
"""The line a record starts at, and its cells."""

HEAD_RECORDS = 60
_SEARCH = 20
_MOSTLY, _PARTLY = 0.8, 0.5
_MIN_BODY = 2
_SHORTEST_WORD = 3
_NUMBER = re.compile(
    r"[+-]?(?:[0-9][0-9 \u00a0\u202f\u2009]*)?[0-9](?:[.,][0-9]*)?(?:[eE][+-]?[0-9]+)?[ \u00a0\u202f]*[%€]?"
)
_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[ T].*)?")
_NOTHING = re.compile(
    r"#.*|[-–—./?]+|n[./]?[acdr][.]?|nul|null|none|nan|non .*|(?:.* )?inconnue?s?|néant|sans objet|en cours|à .*",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True)
class TitleRows:
    """Where the titles are among the first records: ``first`` is their position there, ``rows`` how many they take."""

    first: int
    rows: int = 1
    has_units: bool = False
    is_certain: bool = True

    @property
    def body(self) -> int:
        """The position of the first record of data."""
        return self.first + self.rows + self.has_units


def find_header(records: Sequence[Record], options: ReadOptions, *, first_line: int = 1) -> TitleRows:
    """Return where the titles are in the first records, none blank; what ``options`` decide stands.

    ``first_line`` is the line that a person counts from. At least one record must be given.
    """
    rows = [[cell.strip() for cell in cells] for _line, cells in records]
    header = _recognised(rows) if options.title_lines is None else _under(records, rows, options, first_line)
    if options.header_rows is not None:
        first = header.first
        if options.title_lines is None and header.rows == 2 and options.header_rows == 1:
            first += filled(rows[first]) < filled(rows[first + 1])
        header = TitleRows(first, options.header_rows, _has_units(rows, first + options.header_rows))
    if options.unit_row is not None:
        header = TitleRows(header.first, header.rows, options.unit_row, header.is_certain)
    return header


def titles_of(rows: Sequence[Sequence[str]], *, has_exact_groups: bool = False) -> list[str]:
    """Return one title a column from rows of titles: groups go on over the blanks at their right, words are joined.

    A title that the row under it says in more words is left out: « code_station », « Code de la station ».
    ``has_exact_groups`` when the file itself says over which columns each goes.
    """
    if len(rows) == 1:
        return list(rows[0])
    width = max(map(len, rows))
    padded = [[*(cell.strip() for cell in row), *([""] * (width - len(row)))] for row in rows]
    for upper, lower in pairwise(padded):
        group = ""
        for index in range(width):
            if upper[index]:
                group = upper[index]
            elif lower[index] and not has_exact_groups:
                upper[index] = group
            if upper[index] and _plain_words(upper[index]) <= _plain_words(lower[index]):
                upper[index] = ""
    return [" ".join(dict.fromkeys(filter(None, cells))) for cells in zip(*padded, strict=True)]


def units_of(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Return one unit a column from a row of units; words that are no unit stay as they are."""
    units = [(unit_of(cell) if unit_of(cell) is not None else cell.strip()) or "" for cell in cells[:width]]
    return tuple(units) + ("",) * (width - len(units))


def filled(cells: Sequence[str]) -> int:
    """Count the cells that hold something."""
    return sum(map(bool, cells))


def is_data(text: str) -> bool:
    """Say whether a cell reads as a number or a date, which titles are not."""
    return bool(_NUMBER.fullmatch(text) or _DATE.fullmatch(text))


def _under(
    records: Sequence[Record], rows: list[list[str]], options: ReadOptions, first_line: int
) -> TitleRows:
    """Return the header that begins after the lines that a person declared above it."""
    above = first_line + (options.title_lines or 0)
    first = next((index for index, (line, _cells) in enumerate(records) if line >= above), len(records) - 1)
    return _with_what_follows(rows, first)


def _recognised(rows: list[list[str]]) -> TitleRows:
    counts = [filled(row) for row in rows]
    typical = sorted(counts)[len(counts) * 3 // 4]
    first = _first_row(rows, counts, typical)
    header = _with_what_follows(rows, first)
    if header.rows == 1 and first and _is_group_of(rows[first - 1], rows[first]):
        return TitleRows(first - 1, 2, header.has_units, is_certain=False)
    if header.rows == 1 and not header.has_units and not first and _is_headless(rows):
        return TitleRows(0, 0, is_certain=False)
    return header


def _first_row(rows: list[list[str]], counts: list[int], typical: int) -> int:
    """Return the position of the first row of titles: as filled as the rows usually are, or nearly."""
    least = 1 if typical < 2 else max(2, typical * _PARTLY)
    search = range(min(len(rows), _SEARCH))
    first = next((index for index in search if counts[index] >= least), 0)
    if counts[first] >= typical * _MOSTLY or _is_second_row(rows, first + 1):
        return first
    better = (
        index
        for index in search[first + 1 : first + 8]
        if counts[index] >= typical * _MOSTLY
        and all(map(_is_word, rows[index]))
        and not _are_years(rows[index])
    )
    return next(better, first)


def _with_what_follows(rows: list[list[str]], first: int) -> TitleRows:
    """Return the header that begins at ``first``: one row or two, and the row of units."""
    if _has_units(rows, first + 1):
        return TitleRows(first, 1, has_units=True)
    if _is_second_row(rows, first + 1):
        return TitleRows(first, 2, _has_units(rows, first + 2), is_certain=False)
    if _is_row_of_labels(rows, first + 1) or _is_row_of_sentences(rows, first + 1):
        return TitleRows(first, 2, _has_units(rows, first + 2), is_certain=False)
    return TitleRows(first)


def _has_units(rows: list[list[str]], index: int) -> bool:
    """Say whether the row holds units alone, at least one over numbers, and none over texts."""
    body = rows[index + 1 :]
    if index >= len(rows) or not index or not body:
        return False
    row = rows[index]
    if any(unit_of(cell) is None for cell in row):
        return False
    if says_types(row):
        return True
    with_unit = [position for position, cell in enumerate(row) if says_unit(cell)]
    return bool(with_unit) and all(_is_numeric(body, position) for position in with_unit)


def _is_second_row(rows: list[list[str]], index: int) -> bool:
    """Whether the row at ``index`` continues the titles above: words in the blanks after a group."""
    if index >= len(rows) or not index or len(rows) <= index + 1:
        return False
    upper, lower = _even(rows[index - 1], rows[index])
    spans = any(
        upper[position - 1] and not upper[position] and lower[position - 1] and lower[position]
        for position in range(1, len(upper))
    )
    gaps = [position for position in range(len(upper)) if upper[position] and not lower[position]]
    is_complete = all(up or low for up, low in zip(upper, lower, strict=True))
    is_words = all(map(_is_word, lower))
    body = rows[index + 1 :]
    return (
        spans
        and is_complete
        and is_words
        and bool(gaps)
        and all(_is_mostly_filled(body, gap) for gap in gaps)
    )


def _is_row_of_labels(rows: list[list[str]], index: int) -> bool:
    """Say whether the row is words over columns of numbers or dates, two at least, and over all of them.

    One of them is in the title above, and none comes again below: « inconnue ; à définir » is a row of values.
    """
    body = rows[index + 1 :]
    if index >= len(rows) or len(body) < _MIN_BODY:
        return False
    upper, row = _even(rows[index - 1], rows[index])
    values = [position for position in range(len(row)) if _is_valued(body, position)]
    against = [position for position in values if row[position] and _says_something(row[position])]
    is_whole = len(against) >= 2 and len(against) == len(values) and len(set(row)) == len(row)
    is_about_titles = any(map(_are_alike, upper, row))
    return is_whole and is_about_titles and not _comes_again(row, body)


def _is_row_of_sentences(rows: list[list[str]], index: int) -> bool:
    """Say whether the row says again the titles above it in other words, which no row below does.

    « code_station ; nom_station », « Code de la station ; Nom de la station ». One title that comes again is enough
    over codes, « code », « Code », since « Parc » may be the value of a « parc »; else nearly all share a word.
    """
    body = rows[index + 1 :]
    if index >= len(rows) or len(body) < _MIN_BODY:
        return False
    upper, lower = _even(rows[index - 1], rows[index])
    titled = [position for position, cell in enumerate(upper) if cell]
    if len(titled) < 2 or not all(
        lower[position] and _says_something(lower[position]) for position in titled
    ):
        return False
    if _comes_again(lower, body):
        return False
    is_again = any(
        _plain_words(upper[position]) == _plain_words(lower[position]) and _holds_codes(body, position)
        for position in titled
    )
    alike = [position for position in titled if _are_alike(upper[position], lower[position])]
    below = sum(
        position < len(row) and _are_alike(upper[position], row[position])
        for row in body
        for position in alike
    )
    are_titles = is_again or len(alike) >= max(2, len(titled) * _MOSTLY)
    return are_titles and below <= len(body) * len(alike) * (1 - _MOSTLY)


def _says_something(text: str) -> bool:
    """Say whether a cell is neither a number, a date, nor words for a missing value."""
    return not is_data(text) and not _NOTHING.fullmatch(text)


def _comes_again(row: list[str], body: list[list[str]]) -> bool:
    """Say whether a cell is a value of its own column below."""
    return any(cell and cell in _column(body, position) for position, cell in enumerate(row))


def _holds_codes(body: list[list[str]], position: int) -> bool:
    """Say whether most values of a column have a figure."""
    values = _column(body, position)
    return sum(any(map(str.isdecimal, value)) for value in values) >= max(1, len(values) * _MOSTLY)


def _are_alike(title: str, words: str) -> bool:
    """Say whether two cells share a word of three letters or more, whole or as the beginning of the other's.

    Two letters of a title stand for a word that begins and goes on so: « nb », « Nombre ».
    """
    return any(
        _abbreviates(first, other)
        if len(first) < _SHORTEST_WORD
        else first.startswith(other) or other.startswith(first)
        for first in _plain_words(title)
        for other in _plain_words(words)
        if len(other) >= _SHORTEST_WORD
    )


def _abbreviates(letters: str, word: str) -> bool:
    return len(letters) > 1 and word.startswith(letters[0]) and letters[1] in word[1:]


def _plain_words(text: str) -> set[str]:
    """Return the words of a cell in lower case, without accents."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return set(re.findall(r"[a-z0-9]+", "".join(letter for letter in letters if letter.isascii())))


def _is_group_of(upper: list[str], lower: list[str]) -> bool:
    """Say whether a row names groups of the titles below, which need them: some are there twice."""
    upper, lower = _even(upper, lower)
    named = [cell for cell in lower if cell]
    return filled(upper) >= 2 and len(set(named)) < len(named) and all(map(_is_word, upper))


def _is_word(cell: str) -> bool:
    """Say whether a cell may be a title: no value, or a year."""
    return not is_data(cell) or bool(_YEAR.fullmatch(cell))


def _are_years(row: list[str]) -> bool:
    return all(_YEAR.fullmatch(cell) for cell in row if cell)


def _is_headless(rows: list[list[str]]) -> bool:
    """Say whether the first row is one of values: numbers or dates where all the others have them, and nowhere else."""
    first, body = rows[0], rows[1:]
    if len(body) < _MIN_BODY:
        return False
    values = [position for position in range(len(first)) if _is_valued(body, position)]
    cells = [first[position] for position in values]
    if not values or not all(map(is_data, cells)) or all(_YEAR.fullmatch(cell) for cell in cells):
        return False
    if all(map(is_data, filter(None, first))):
        return not _are_ranks(cells)
    return any(not cell.isdecimal() or len(cell) > 2 for cell in cells)


def _are_ranks(cells: list[str]) -> bool:
    """Say whether cells number columns: 1, 2, 3…"""
    numbers = [number for cell in cells if (number := parse_integer(cell)) is not None]
    are_numbers = len(numbers) == len(cells) > 1
    return are_numbers and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _even(upper: list[str], lower: list[str]) -> tuple[list[str], list[str]]:
    width = max(len(upper), len(lower))
    return upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))


def _column(body: list[list[str]], position: int) -> list[str]:
    return [row[position] for row in body if position < len(row) and row[position]]


def _is_numeric(body: list[list[str]], position: int) -> bool:
    """Say whether most values of a column are numbers, those that say there is none apart."""
    values = [value for value in _column(body, position) if not _NOTHING.fullmatch(value)]
    return bool(values) and sum(bool(_NUMBER.fullmatch(value)) for value in values) >= len(values) * _MOSTLY


def _is_valued(body: list[list[str]], position: int) -> bool:
    """Say whether all values of a column are numbers or dates."""
    values = _column(body, position)
    return len(values) >= _MIN_BODY and all(map(is_data, values))


def _is_mostly_filled(body: list[list[str]], position: int) -> bool:
    """Say whether a column is mostly filled under the titles."""
    return len(_column(body, position)) >= max(1, len(body) * _PARTLY)
