"""Selections as a whole: counted, grouped and measured by the database, under the same scope as every list.

``aggregate`` takes any query; ``facet``, ``histogram``, ``calendar``, ``suggestions``, ``totals`` and ``profile`` are
those of pages.
"""

from layers.aggregates.execution import aggregate
from layers.aggregates.facets import (
    Bin,
    Facet,
    FieldTotals,
    Histogram,
    Totals,
    ValueCount,
    calendar,
    containing,
    facet,
    histogram,
    interval_counts,
    suggestions,
    totals,
)
from layers.aggregates.profiles import FieldProfile, LayerProfile, NumberSample, number_sample, profile
from layers.aggregates.results import AggregateResult, Bins, ResultColumn, Scalar, significant
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
    "ResultColumn",
    "Scalar",
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
    "significant",
    "suggestions",
    "totals",
]
