"""Amounts compared: « plus de 20 m », « au moins 50 kW », « entre 10 et 20 m », « 200 places minimum », « > 5 »."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from explorer.question.numbers import UNITS, Kind, Quantity, read_quantity
from explorer.question.phrases import PhraseTable, merged, spelt
from explorer.question.words import WordToken
from interface.text import fold


class Operator(Enum):
    """How an amount is compared."""

    MORE = ">"
    LEAST = ">="
    LESS = "<"
    MOST = "<="
    EQUAL = "="


_BEFORE: PhraseTable[Operator] = PhraseTable(
    merged(
        (
            spelt(
                Operator.MORE,
                "plus de|plus d|de plus de|de plus d|plus que|supérieur à|supérieure à|au-dessus de|au-dessus d"
                "|dépassant"
                "|qui dépasse|dépasse|excédant|qui excède|plus grand que|plus haut que|plus large que|plus long que|>",
            ),
            spelt(
                Operator.LEAST,
                "au moins|d’au moins|minimum|au minimum|à partir de|à partir d|dès|>=|≥|supérieur ou égal à"
                "|pas moins de"
                "|dès l’âge de",
            ),
            spelt(
                Operator.LESS,
                "moins de|moins d|de moins de|de moins d|inférieur à|inférieure à|en dessous de|en-dessous de|sous|<"
                "|plus petit que|plus bas que",
            ),
            spelt(
                Operator.MOST,
                "au plus|d’au plus|au maximum|maximum|jusqu’à|<=|≤|inférieur ou égal à|pas plus de|n’excédant pas"
                "|ne dépassant pas|qui ne dépasse pas",
            ),
            spelt(Operator.EQUAL, "égal à|égale à|=|exactement|de|d|à|pour"),
        )
    )
)
_AFTER: PhraseTable[Operator] = PhraseTable(
    merged(
        (
            spelt(Operator.LEAST, "minimum|au minimum|au moins|et plus|ou plus|mini|min"),
            spelt(Operator.MOST, "maximum|au maximum|au plus|ou moins|et moins|maxi|max"),
        )
    )
)
_OPENS: PhraseTable[bool] = PhraseTable(
    spelt(True, "entre|de|compris entre|comprise entre|d’entre|allant de|pour les|pour|des|les")
)
_AND_OPENERS = {"entre", "compris", "comprise", "d"}
_JOINS: PhraseTable[bool] = PhraseTable(spelt(True, "et|à|-|–|jusqu’à"))


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


def read_comparison(tokens: Sequence[WordToken], at: int) -> AmountComparison | None:
    """Read an amount that is compared, at a token."""
    return _range(tokens, at) or _compared(tokens, at)


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
    found = _BEFORE.find(tokens, at)
    operator, start = found or (Operator.EQUAL, at)
    quantity = read_quantity(tokens, start)
    if quantity is None or (found is None and tokens[at].number is None and not quantity.has_unit):
        return None
    is_bare = found is None or (tokens[at].word in {"de", "d", "a", "pour"} and start == at + 1)
    if is_bare and (quantity.is_one or (tokens[start].number is None and not quantity.has_unit)):
        return None
    compared = _of(operator, quantity, quantity.end)
    return closed(tokens, replace(compared, is_explicit=not is_bare), quantity.end)


def closed(tokens: Sequence[WordToken], compared: AmountComparison, at: int) -> AmountComparison:
    """Return a comparison with the words after it: « (20 m) minimum », « (4 points) ou plus »."""
    after = _AFTER.find(tokens, at)
    if after is None or (after[1] < len(tokens) and tokens[after[1]].word in {"de", "d", "que", "qu"}):
        return compared
    value = compared.low if compared.low is not None else compared.high
    is_least = after[0] is Operator.LEAST
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
    low = value if operator in {Operator.MORE, Operator.LEAST, Operator.EQUAL} else None
    high = value if operator in {Operator.LESS, Operator.MOST, Operator.EQUAL} else None
    return AmountComparison(
        low,
        high,
        operator is Operator.MORE,
        operator is Operator.LESS,
        kind=quantity.kind,
        end=end,
        worth=quantity.worth,
    )


def unit_of(unit: str) -> tuple[Kind, float]:
    """Return the kind of a field's unit and what one of it is worth; an empty kind when it is none of those known."""
    return UNITS.get(fold(unit.strip()).strip("."), ("", 1.0))


def written(value: float) -> str:
    """Write an amount as an address does: whole when it is, six decimals at most."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def range_text(compared: AmountComparison, *, worth: float, is_whole: bool) -> str:
    """Write the range that an address asks for, in the unit of a field.

    « Plus de 20 » of whole numbers begins at 21; of others at 20, for an address has no open beginning.
    """
    low = None if compared.low is None else compared.low / worth
    high = None if compared.high is None else compared.high / worth
    if low is not None and low == high:
        return written(low)
    if low is not None and compared.is_above and is_whole and low.is_integer():
        low += 1
    first = "" if low is None else written(low)
    last = "" if high is None else ("<" if compared.is_below else "") + written(high)
    return f"{first}..{last}"
