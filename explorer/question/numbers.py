"""Numbers and their units, in figures or in words: « 1 000 m² », « deux cents mètres », « un kilomètre et demi »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from explorer.question.words import WordToken

Kind = Literal["length", "area", "walk", "year", "percent", "euro", "power", "hour", "other", ""]

_ONES = {
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9,
    "dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20,
    "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
}  # fmt: skip
_TIMES = {"cent": 100, "cents": 100, "mille": 1000, "centaine": 100, "dizaine": 10, "vingtaine": 20}
_HALF = {"demi", "demie"}
NUMBER_WORDS = frozenset([*_ONES, *_TIMES, *_HALF])
# Word → kind of the unit, and what one is worth in metres, square metres, minutes, years or kilowatts.
UNITS: dict[str, tuple[Kind, float]] = {
    **dict.fromkeys(("m", "metre", "metres"), ("length", 1.0)),
    **dict.fromkeys(("km", "kilometre", "kilometres", "kms"), ("length", 1000.0)),
    **dict.fromkeys(("cm", "centimetre", "centimetres"), ("length", 0.01)),
    **dict.fromkeys(("mm", "millimetre", "millimetres"), ("length", 0.001)),
    **dict.fromkeys(("m²", "m2"), ("area", 1.0)),
    **dict.fromkeys(("ha", "hectare", "hectares"), ("area", 10_000.0)),
    **dict.fromkeys(("km²", "km2"), ("area", 1_000_000.0)),
    **dict.fromkeys(("an", "ans", "annee", "annees"), ("year", 1.0)),
    **dict.fromkeys(("min", "minute", "minutes"), ("walk", 1.0)),
    **dict.fromkeys(("%", "pourcent", "pct"), ("percent", 1.0)),
    **dict.fromkeys(("€", "euro", "euros"), ("euro", 1.0)),
    **dict.fromkeys(("kw", "kilowatt", "kilowatts"), ("power", 1.0)),
}
_SQUARED = {"2", "²", "carre", "carres"}
METRES_A_MINUTE = 80
"""What is walked in a minute, 4.8 km/h: the usual figure of journey planners."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the kind of its unit, in the unit that ``UNITS`` counts in; ``end`` is the token after it.

    ``worth`` is what one of the unit that was said is worth; ``is_one`` tells « un », which is also an article.
    """

    value: float
    kind: Kind
    end: int
    has_unit: bool
    worth: float = 1.0
    is_one: bool = False


def read_number(tokens: Sequence[WordToken], at: int) -> tuple[float, int] | None:
    """Read a number that starts at a token: its value and the token after it. « un » alone is one."""
    if at >= len(tokens):
        return None
    if tokens[at].number is not None:
        return float(tokens[at].number or 0), at + 1
    return _in_words(tokens, at)


def _in_words(tokens: Sequence[WordToken], at: int) -> tuple[float, int] | None:
    total, current, place = 0, 0, at
    while place < len(tokens):
        word = tokens[place].word
        if word in _ONES and not tokens[place].is_elided:
            # « quatre-vingts » is four twenties.
            current = 80 if (current, word) in {(4, "vingt"), (4, "vingts")} else current + _ONES[word]
        elif word in _TIMES:
            current = max(current, 1) * _TIMES[word]
            total, current = (total + current, 0) if _TIMES[word] == 1000 else (total, current)
        elif not _joins(tokens, at, place):
            break
        place += 1
    if place == at:
        return None
    return float(total + current), place


def _joins(tokens: Sequence[WordToken], at: int, place: int) -> bool:
    """Whether a hyphen or « et » is inside a number in words: « vingt-et-un »."""
    after = tokens[place + 1].word if place + 1 < len(tokens) else ""
    is_tied = tokens[place].word == "-" or (tokens[place].word == "et" and after in {"un", "une", "onze"})
    return is_tied and place > at and (after in _ONES or after in _TIMES or after == "et")


def read_unit(tokens: Sequence[WordToken], at: int) -> tuple[Kind, float, int] | None:
    """Read a unit at a token: its kind, what one is worth, and the token after it."""
    if at >= len(tokens) or tokens[at].word not in UNITS:
        return None
    kind, worth = UNITS[tokens[at].word]
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    is_next_to = at + 1 < len(tokens) and tokens[at + 1].start - tokens[at].end <= (
        1 if after[0].isalpha() else 0
    )
    if kind == "length" and after in _SQUARED and is_next_to:
        return "area", worth * worth, at + 2
    return kind, worth, at + 1


def read_quantity(tokens: Sequence[WordToken], at: int) -> Quantity | None:
    """Read a number and its unit, if it has one: « 300 m », « deux kilomètres », « un kilomètre et demi », « 1 ha »."""
    if at < len(tokens) and tokens[at].word in _HALF:
        unit = read_unit(tokens, _past_hyphen(tokens, at + 1))
        return Quantity(unit[1] / 2, unit[0], unit[2], has_unit=True, worth=unit[1]) if unit else None
    number = read_number(tokens, at)
    if number is None:
        return None
    value, end = number
    if end < len(tokens) and tokens[end].word in _HALF:  # « un demi-kilomètre »
        value, end = value / 2, _past_hyphen(tokens, end + 1)
    if end < len(tokens) and tokens[end].word in {"de", "d"} and read_unit(tokens, end + 1):
        end += 1  # « une centaine de mètres »
    unit = read_unit(tokens, end)
    if unit is None:
        is_one = end == at + 1 and tokens[at].word in {"un", "une"}
        return Quantity(value, "", end, has_unit=False, is_one=is_one)
    kind, worth, end = unit
    value, end = _with_decimals(tokens, value, end)
    if [each.word for each in tokens[end : end + 2]] in (["et", "demi"], ["et", "demie"]):
        value, end = value + 0.5, end + 2
    return Quantity(round(value * worth, 6), kind, end, has_unit=True, worth=worth)


def _with_decimals(tokens: Sequence[WordToken], value: float, end: int) -> tuple[float, int]:
    """Read the figures that stick to a unit: « 2m50 » is two and a half."""
    if end >= len(tokens) or tokens[end].number is None or tokens[end].start != tokens[end - 1].end:
        return value, end
    figures = tokens[end].text
    if not figures.isdecimal() or len(figures) > 2 or not value.is_integer():
        return value, end
    return value + float(f"0.{figures}"), end + 1


def _past_hyphen(tokens: Sequence[WordToken], at: int) -> int:
    return at + 1 if at < len(tokens) and tokens[at].word == "-" else at
