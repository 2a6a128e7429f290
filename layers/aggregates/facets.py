"""What pages ask of a selection: values with their counts, histograms, suggestions and totals, one statement each."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from layers.aggregates.execution import aggregate
from layers.aggregates.plan import LINES
from layers.aggregates.results import Plain
from layers.aggregates.rows import resolve_field
from layers.aggregates.statement import GroupFilter
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.aggregates import AggregateQuery, GroupKey
from layers.parsing.measures import COUNT, AggregateMeasure
from layers.parsing.query import MAX_TEXT, SortKey
from layers.queries import Selection

_MOST_FREQUENT = (SortKey("count", is_descending=True),)


@dataclass(frozen=True, slots=True)
class ValueCount:
    """A value, in words, and how many features of the selection have it; None when the layer suppresses the count."""

    value: Plain
    label: str
    count: int | None


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a field, the most frequent first; None stands for features without any. ``more`` are not given.

    ``counts_once`` is false when a feature may have several values. ``matched`` is None when it is suppressed.
    """

    values: tuple[ValueCount, ...]
    more: int
    matched: int | None
    counts_once: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """How many features have a value from ``start`` to ``end``, which only the last bin of real numbers holds.

    ``count`` is None when the layer suppresses it.
    """

    start: Plain
    end: Plain
    count: int | None


@dataclass(frozen=True, slots=True)
class Histogram:
    """Bins from the lowest to the highest value, empty ones included; none when no feature has a value.

    They have one width, or are periods of the calendar: ``step`` is then ``day``, ``month``, ``year`` or ``years``.
    ``nulls`` is how many features have no value, None when the layer suppresses it.
    """

    min: Plain
    max: Plain
    bins: tuple[Bin, ...]
    nulls: int | None
    has_closed_end: bool
    step: str = ""


@dataclass(frozen=True, slots=True)
class FieldTotals:
    """Totals of a numeric field over the features that have a value; None when none has."""

    sum: Plain
    avg: Plain
    min: Plain
    max: Plain


@dataclass(frozen=True, slots=True)
class Totals:
    """Totals of a selection; ``length_m`` and ``area_m2`` are measured on the spheroid, None for another geometry.

    All are None when the layer suppresses them, for there are too few features.
    """

    count: int | None
    fields: dict[str, FieldTotals]
    length_m: float | None
    area_m2: float | None


def facet(
    selection: Selection,
    field: str,
    limit: int = 30,
    *,
    keeping: GroupFilter | None = None,
    parameter: str = "field",
) -> Facet:
    """Return the values of a field, or of ``commune``, under the current selection.

    ``keeping`` leaves out the values that it does not hold: ``more`` and ``matched`` then count those it does.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
    """
    query = AggregateQuery((GroupKey.of(field),), (COUNT,), _MOST_FREQUENT, limit)
    result = aggregate(selection, query, parameter=parameter, keeping=keeping)
    column = result.columns[0]
    values = tuple(ValueCount(value, column.label(value), whole(count)) for value, count in result.rows)
    return Facet(values, result.beyond, result.matched, column.counts_once)


def histogram(selection: Selection, field: str, bins: int = 24, *, parameter: str = "field") -> Histogram:
    """Return how the values of a number, a date or an instant are spread under the current selection.

    Whole numbers and dates have bins of a whole width, so there may be fewer than ``bins``.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type.
    """
    key = GroupKey(field, f"bins{bins}:{field}", bins=bins)
    measures = (COUNT, AggregateMeasure.of("min", field), AggregateMeasure.of("max", field))
    result = aggregate(selection, AggregateQuery((key,), measures, (), bins + 1), parameter=parameter)
    counts = {start: whole(count) for start, count, _low, _high in result.rows}
    valued = [row for row in result.rows if row[0] is not None]
    cut = result.columns[0].bins
    assert cut is not None
    edges = cut.edges if result.suppressed else ()
    return Histogram(
        min=edges[0] if edges else valued[0][2] if valued else None,
        max=edges[-1] if edges else valued[-1][3] if valued else None,
        bins=tuple(Bin(start, end, counts.get(start, 0)) for start, end in pairwise(cut.edges)),
        nulls=counts.get(None, 0),
        has_closed_end=cut.has_closed_end,
    )


def suggestions(
    selection: Selection, field: str, text: str, limit: int = 10, *, parameter: str = "field"
) -> tuple[ValueCount, ...]:
    """Return the values of a text field that contain ``text``, whatever the case and the accents, frequent first.

    Coded values are found by their label or their code. Without text, the most frequent values.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field of another type, or a text that is too long.
    """
    found = resolve_field(selection.scope, field, parameter)
    if found.type not in {FieldType.TEXT, FieldType.TEXTS}:
        raise InvalidParameter(_("« %s » n’est pas un texte.") % found.name, parameter=parameter)
    kept = containing(found, text, parameter=parameter)
    return facet(selection, field, limit, keeping=kept, parameter=parameter).values


def containing(field: Field, text: str, *, also: Iterable[str] = (), parameter: str = "field") -> GroupFilter:
    """Return which values a search keeps: those that hold ``text``, in words or as a code, and ``also``.

    Raises:
        InvalidParameter: a text that is too long, or holds a null character.
    """
    if len(text) > MAX_TEXT or "\x00" in text:
        raise InvalidParameter(_("Le texte cherché est incorrect ou trop long."), parameter=parameter)
    word = text.strip()
    codes = (str(code) for code, label in field.choices if _folded(word) in _folded(str(label)))
    return GroupFilter(word, tuple(dict.fromkeys([*codes, *also])))


def totals(selection: Selection, fields: Iterable[str], *, parameter: str = "fields") -> Totals:
    """Return sum, average, lowest and highest value of several numeric fields, and the total length or area.

    Raises:
        UnknownProperty: a field the visitor does not have; ``parameter`` names the culprit.
        InvalidParameter: a field that is not a number.
    """
    names = tuple(dict.fromkeys(fields))
    kind = selection.scope.definition.geometry
    ground = [AggregateMeasure.of("length")] * (kind in LINES) + [
        AggregateMeasure.of("area")
    ] * kind.is_surface
    measures = [AggregateMeasure.of(function, name) for name in names for function in _TOTALS]
    query = AggregateQuery((), (COUNT, *ground, *measures))
    result = aggregate(selection, query, parameter=parameter)
    found = dict(zip((column.name for column in result.columns), result.rows[0], strict=True))
    return Totals(
        count=whole(found["count"]),
        fields={name: FieldTotals(*(found[f"{function}:{name}"] for function in _TOTALS)) for name in names},
        length_m=_real(found.get("length")),
        area_m2=_real(found.get("area")),
    )


_TOTALS = ("sum", "avg", "min", "max")


def whole(value: Plain) -> int | None:
    """Return a count; None when it is suppressed."""
    assert value is None or isinstance(value, int)
    return value


def _real(value: Plain) -> float | None:
    assert value is None or isinstance(value, float)
    return value


def _folded(text: str) -> str:
    """Return a label without case or accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
