"""Selections as a whole: counted, grouped and measured by the database, under the same scope as every list.

``aggregate`` answers any question; ``facet``, ``histogram``, ``suggestions`` and ``totals`` are those that pages ask.
"""

from layers.aggregates.answering import aggregate
from layers.aggregates.facets import (
    Bin,
    Facet,
    FieldTotals,
    Histogram,
    Totals,
    ValueCount,
    facet,
    histogram,
    suggestions,
    totals,
)
from layers.aggregates.results import AggregateResult, Bins, Column, Plain

__all__ = [
    "AggregateResult",
    "Bin",
    "Bins",
    "Column",
    "Facet",
    "FieldTotals",
    "Histogram",
    "Plain",
    "Totals",
    "ValueCount",
    "aggregate",
    "facet",
    "histogram",
    "suggestions",
    "totals",
]
