"""Selections as a whole: counted, grouped and measured by the database, under the same scope as every list.

``aggregate`` answers any question; ``facet``, ``histogram``, ``calendar``, ``suggestions``, ``totals`` and ``profile``
are those that pages ask.
"""

from layers.aggregates.calendar import calendar
from layers.aggregates.execution import aggregate
from layers.aggregates.facets import (
    Bin,
    Facet,
    FieldTotals,
    Histogram,
    Totals,
    ValueCount,
    containing,
    facet,
    histogram,
    suggestions,
    totals,
)
from layers.aggregates.intervals import interval_counts
from layers.aggregates.profiles import FieldProfile, LayerProfile, profile
from layers.aggregates.results import AggregateResult, Bins, Plain, ResultColumn
from layers.aggregates.samples import NumberSample, number_sample
from layers.aggregates.statement import GroupFilter

__all__ = [
    "AggregateResult",
    "Bin",
    "Bins",
    "Facet",
    "FieldProfile",
    "FieldTotals",
    "GroupFilter",
    "Histogram",
    "LayerProfile",
    "NumberSample",
    "Plain",
    "ResultColumn",
    "Totals",
    "ValueCount",
    "aggregate",
    "calendar",
    "containing",
    "facet",
    "histogram",
    "interval_counts",
    "number_sample",
    "profile",
    "suggestions",
    "totals",
]
