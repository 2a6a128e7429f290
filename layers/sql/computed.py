"""Values of a feature computed from its related records, as ORM expressions: see ``layers.definitions.Computation``.

Each is a correlated subquery: it costs nothing unless the field is selected, filtered or sorted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.postgres.aggregates import BoolOr
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    Count,
    F,
    Func,
    IntegerField,
    Max,
    QuerySet,
    Subquery,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

Records = QuerySet[Any]
ComputedValue = Callable[[Records], Combinable]
_CODES: ArrayField[Any, Any] = ArrayField(TextField())


class _CodesOf(Func):
    """The elements that are there, in their order."""

    template = "array_remove(ARRAY[%(expressions)s]::text[], NULL)"
    output_field = _CODES


def record_count(records: Records) -> Combinable:
    """Return how many records a feature has, 0 for none."""
    return Coalesce(Subquery(_over_all(records, Count("pk"))), 0, output_field=IntegerField())


def largest(column: str) -> ComputedValue:
    """Return the largest value of a column, None without one."""

    def value(records: Records) -> Combinable:
        return Subquery(_over_all(records, Max(column)))

    return value


def total(column: str) -> ComputedValue:
    """Return the sum of a column, None without a value."""

    def value(records: Records) -> Combinable:
        return Subquery(_over_all(records, Sum(column)))

    return value


def latest(column: str, *, since: str) -> ComputedValue:
    """Return the value of a column of the latest record by ``since``; of two of one day, of the one written last."""

    def value(records: Records) -> Combinable:
        ordered = records.order_by(F(since).desc(nulls_last=True), "-pk")
        return Subquery(ordered.values(column)[:1])

    return value


def codes_of_records(columns: Mapping[str, str]) -> ComputedValue:
    """Return the codes that at least one record has, in the order given: boolean column → its code."""

    def value(records: Records) -> Combinable:
        codes = (Case(When(BoolOr(column), then=Value(code))) for column, code in columns.items())
        return Coalesce(Subquery(_over_all(records, _CodesOf(*codes))), Value([], output_field=_CODES))

    return value


def _over_all(records: Records, measure: Any) -> Records:
    """Return one row: a measure of all the records of the feature; none when there is no record."""
    grouped = records.order_by().annotate(of_one=Value(1)).values("of_one")
    values: Records = grouped.annotate(found=measure).values("found")
    return values
