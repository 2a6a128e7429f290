"""Rows of a layer by the records of a relation that they have: some, none, or so many."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Count, Exists, IntegerField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from layers.access import Scope
from layers.definitions import ID, Field, Relation
from layers.errors import UnknownProperty
from layers.parsing.query import RECORDS, RecordCondition
from layers.queries.features import related_rows
from layers.sql.filters import compile_filter


def record_condition(scope: Scope, condition: RecordCondition) -> Q:
    """Return the condition of having records of a relation that the visitor reads.

    Raises:
        UnknownProperty: the visitor has no such relation, or the filter names a field that its records do not have.
        InvalidFilter: the filter does not fit the records.
    """
    relation = next((one for one in scope.relations if one.name == condition.relation), None)
    if relation is None:
        raise UnknownProperty(condition.relation[:63], parameter=RECORDS)
    records = related_rows(scope, relation, OuterRef("pk"))
    if condition.filter is not None:
        records = records.filter(compile_filter(condition.filter, record_fields(relation), geometry=""))
    if condition.high is None and condition.low == 1:
        return Q(Exists(records))
    if condition.high == 0:
        return ~Q(Exists(records))
    counts = records.order_by().values(relation.link).annotate(number=Count("pk")).values("number")
    number = Coalesce(Subquery(counts, output_field=IntegerField()), Value(0))
    result = Q(GreaterThanOrEqual(number, condition.low))
    return result if condition.high is None else result & Q(LessThanOrEqual(number, condition.high))


def record_fields(relation: Relation) -> Mapping[str, Field]:
    """Return the fields of the records of a relation, by name."""
    return {ID.name: ID} | {field.name: field for field in relation.fields}
