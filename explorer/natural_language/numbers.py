"""Numbers and units, in figures or in words (« deux cents mètres »), and comparisons (« plus de 3 »)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Literal

from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.tokens import WordToken, once_a_text
from interface.text import fold

Kind = Literal["length", "area", "walk", "year", "percent", "euro", "power", "speed", "hour", "other", ""]

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
    **dict.fromkeys(("km/h", "kmh"), ("speed", 1.0)),
}
_SQUARED = {"2", "²", "carre", "carres"}
_AN_HOUR: PhraseTable[bool] = PhraseTable(spelt(True, "/h|/heure|par heure|à l’heure|heure"))
"""What makes a speed of kilometres."""
METRES_A_MINUTE = 80
"""What is walked in a minute, 4.8 km/h: the usual figure of journey planners."""
_OPENS: PhraseTable[bool] = PhraseTable(
    spelt(True, "entre|de|compris entre|comprise entre|d’entre|allant de|pour les|pour|des|les")
)
_AND_OPENERS = {"entre", "compris", "comprise", "d"}
_JOINS: PhraseTable[bool] = PhraseTable(spelt(True, "et|à|-|–|jusqu’à"))


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number and the kind of its unit, in the unit that ``UNITS`` counts in; ``end`` is the token after it.

    ``worth`` is the value of one of the typed unit; ``is_one``: « un », which is also an article.
    """

    value: float
    kind: Kind
    end: int
    has_unit: bool
    worth: float = 1.0
    is_one: bool = False


@once_a_text
def read_number(tokens: Sequence[WordToken], at: int) -> tuple[float, int] | None:
    """Read a number that starts at a token: its value and the token after it. « un » alone is one."""
    if at >= len(tokens):
        return None
    if tokens[at].number is not None:
        return float(tokens[at].number or 0), at + 1
    return _in_words(tokens, at)


def _in_words(tokens: Sequence[WordToken], at: int) -> tuple[float, int] | None:
    total, current, index = 0, 0, at
    while index < len(tokens):
        word = tokens[index].word
        if word in _ONES and not tokens[index].is_elided:
            # « quatre-vingts » is four twenties.
            current = 80 if (current, word) in {(4, "vingt"), (4, "vingts")} else current + _ONES[word]
        elif word in _TIMES:
            current = max(current, 1) * _TIMES[word]
            total, current = (total + current, 0) if _TIMES[word] == 1000 else (total, current)
        elif not _joins(tokens, at, index):
            break
        index += 1
    if index == at:
        return None
    return float(total + current), index


def _joins(tokens: Sequence[WordToken], at: int, index: int) -> bool:
    """Whether a hyphen or « et » is inside a number in words: « vingt-et-un »."""
    after = tokens[index + 1].word if index + 1 < len(tokens) else ""
    is_tied = tokens[index].word == "-" or (tokens[index].word == "et" and after in {"un", "une", "onze"})
    return is_tied and index > at and (after in _ONES or after in _TIMES or after == "et")


def read_unit(tokens: Sequence[WordToken], at: int) -> tuple[Kind, float, int] | None:
    """Read a unit at a token: its kind, what one is worth, and the token after it."""
    if at >= len(tokens) or tokens[at].word not in UNITS:
        return None
    kind, worth = UNITS[tokens[at].word]
    if worth == 1000 and (hour := _AN_HOUR.find(tokens, at + 1)):
        return "speed", 1.0, hour[1]
    after = tokens[at + 1].word if at + 1 < len(tokens) else ""
    is_next_to = at + 1 < len(tokens) and tokens[at + 1].start - tokens[at].end <= (
        1 if after[0].isalpha() else 0
    )
    if kind == "length" and after in _SQUARED and is_next_to:
        return "area", worth * worth, at + 2
    return kind, worth, at + 1


@once_a_text
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


class Operator(Enum):
    """How an amount is compared."""

    MORE = ">"
    MIN = ">="
    LESS = "<"
    MAX = "<="
    EQUAL = "="


_BEFORE: PhraseTable[Operator] = PhraseTable(
    merged(
        (
            spelt(
                Operator.MORE,
                "plus de|plus d|de plus de|de plus d|plus que|supérieur à|supérieure à|au-dessus de|au-dessus d"
                "|dépassant"
                "|qui dépasse|dépasse|qui dépassent|dépassent|excèdent"
                "|excédant|qui excède|plus grand que|plus haut que|plus large que|plus long que|>"
                "|au-delà de|au-delà d|au delà de|au delà d|plus élevé que",
            ),
            spelt(
                Operator.MIN,
                "au moins|d’au moins|minimum|au minimum|à partir de|à partir d|dès|>=|≥|supérieur ou égal à"
                "|pas moins de"
                "|dès l’âge de|atteint|atteignent|atteignant|pas moins d|pas en dessous de",
            ),
            spelt(
                Operator.LESS,
                "moins de|moins d|de moins de|de moins d|inférieur à|inférieure à|en dessous de|en-dessous de|sous|<"
                "|plus petit que|plus bas que|sous les|sous la barre de|en deçà de|en-deçà de"
                "|n’atteint pas|n’atteignent pas|n’atteignant pas",
            ),
            spelt(
                Operator.MAX,
                "au plus|d’au plus|au moins toutes les|au moins tous les"
                "|au maximum|maximum|jusqu’à|<=|≤|inférieur ou égal à|pas plus de|n’excédant pas"
                "|ne dépassant pas|qui ne dépasse pas|ne dépasse pas|ne dépassent pas|n’excède pas|n’excèdent pas"
                "|tout au plus|pas plus d",
            ),
            spelt(Operator.EQUAL, "égal à|égale à|=|exactement|de|d|à|pour"),
        )
    )
)
_AFTER: PhraseTable[Operator] = PhraseTable(
    merged(
        (
            spelt(
                Operator.MIN,
                "minimum|au minimum|au moins|et plus|ou plus|mini|min|ou davantage|et davantage"
                "|voire plus|voire davantage"
                "|et au-delà|ou au-delà|et au-dessus|ou au-dessus",
            ),
            spelt(
                Operator.MAX,
                "maximum|au maximum|au plus|ou moins|et moins|maxi|max|tout au plus|voire moins|et en dessous"
                "|ou en dessous|ou en-dessous",
            ),
        )
    )
)


@dataclass(frozen=True, slots=True)
class AmountComparison:
    """An amount, or two, compared: ``kind`` is that of the unit that ``UNITS`` counts in, empty without a unit.

    ``is_explicit`` is false of a bare amount (« de 20 m »), which could be something else. ``worth`` is what one of the
    unit that was said is worth.
    """

    low: float | None
    high: float | None
    is_above: bool
    is_below: bool
    kind: Kind
    end: int
    is_explicit: bool = True
    worth: float = 1.0

    def holds(self, value: float) -> bool:
        """Whether a value is within the bounds."""
        is_over = self.low is None or value > self.low or (value == self.low and not self.is_above)
        is_under = self.high is None or value < self.high or (value == self.high and not self.is_below)
        return is_over and is_under


_AGES = {"centenaire": 100, "bicentenaire": 200, "tricentenaire": 300}


def _several(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    """Read « plusieurs » as at least two."""
    if at >= len(tokens) or tokens[at].word != "plusieurs":
        return None
    return AmountComparison(2, None, is_above=False, is_below=False, kind="", end=at + 1)


def _aged(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    """Read « centenaires » as at least a hundred years."""
    years = _AGES.get(tokens[at].word.removesuffix("s")) if at < len(tokens) else None
    if years is None:
        return None
    return AmountComparison(years, None, is_above=False, is_below=False, kind="year", end=at + 1)


@once_a_text
def read_comparison(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    """Read an amount that is compared, at a token."""
    return _range(tokens, at) or _compared(tokens, at) or _several(tokens, at) or _aged(tokens, at)


def _range(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    opened = _OPENS.find(tokens, at)
    first = read_quantity(tokens, opened[1] if opened else at)
    joint = _JOINS.find(tokens, first.end) if first else None
    last = read_quantity(tokens, joint[1]) if joint else None
    if first is None or last is None or (first.has_unit and first.kind != last.kind):
        return None
    low = first.value if first.has_unit else first.value * last.worth
    is_listed = tokens[first.end].word == "et" and tokens[at].word not in _AND_OPENERS
    if low >= last.value or is_listed:
        return None
    return AmountComparison(
        low, last.value, is_above=False, is_below=False, kind=last.kind, end=last.end, worth=last.worth
    )


def _compared(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    phrase = _BEFORE.find(tokens, at)
    operator, start = phrase or (Operator.EQUAL, at)
    quantity = read_quantity(tokens, start)
    if quantity is None or (phrase is None and tokens[at].number is None and not quantity.has_unit):
        return None
    is_plain = phrase is None or (tokens[at].word in {"de", "d", "a", "pour"} and start == at + 1)
    if is_plain and (quantity.is_one or (tokens[start].number is None and not quantity.has_unit)):
        return None
    compared = _of(operator, quantity, quantity.end)
    return closed(tokens, replace(compared, is_explicit=not is_plain), quantity.end)


def closed(tokens: Sequence[WordToken], compared: AmountComparison, at: int) -> AmountComparison:
    """Return a comparison with the words after it: « (20 m) minimum », « (4 points) ou plus »."""
    after = _AFTER.find(tokens, at)
    if after is None or (after[1] < len(tokens) and tokens[after[1]].word in {"de", "d", "que", "qu"}):
        return compared
    value = compared.low if compared.low is not None else compared.high
    is_least = after[0] is Operator.MIN
    if value is None or (compared.low is not None and compared.high not in {None, compared.low}):
        return compared
    return replace(
        compared,
        low=value if is_least else None,
        high=None if is_least else value,
        is_above=False,
        is_below=False,
        end=after[1],
        is_explicit=True,
    )


def _of(operator: Operator, quantity: Quantity, end: int) -> AmountComparison:
    value = quantity.value
    low = value if operator in {Operator.MORE, Operator.MIN, Operator.EQUAL} else None
    high = value if operator in {Operator.LESS, Operator.MAX, Operator.EQUAL} else None
    return AmountComparison(
        low,
        high,
        operator is Operator.MORE,
        operator is Operator.LESS,
        kind=quantity.kind,
        end=end,
        worth=quantity.worth,
    )


def read_onward(tokens: Sequence[WordToken], at: int) -> tuple[Operator, int] | None:
    """Read « ou plus », « maximum » after an amount, even before « de »: « à 300 m ou plus d’un parking »."""
    return _AFTER.find(tokens, at)


def unit_of(unit: str) -> tuple[Kind, float]:
    """Return the kind of a field's unit and what one of it is worth; an empty kind when it is none of those known."""
    text = "€" if unit.startswith("€/") else unit  # a price is asked in euros: « moins de 60 € »
    return UNITS.get(fold(text.strip()).strip("."), ("", 1.0))


def written(value: float) -> str:
    """Write an amount as an address does: whole when it is, six decimals at most."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def range_text(compared: AmountComparison, *, worth: float, is_integer: bool) -> str:
    """Write a range for the address, in the unit of a field.

    « Plus de 20 » of whole numbers begins at 21; of others it is ``>20..``.
    """
    low = None if compared.low is None else compared.low / worth
    high = None if compared.high is None else compared.high / worth
    if low is not None and low == high:
        return written(low)
    if low is not None and compared.is_above and is_integer and low.is_integer():
        low += 1
    sign = ">" if compared.is_above and not is_integer else ""
    first = "" if low is None else sign + written(low)
    last = "" if high is None else ("<" if compared.is_below else "") + written(high)
    return f"{first}..{last}"
