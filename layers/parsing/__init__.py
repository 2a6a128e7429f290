"""Text becomes a value once, at the edge: parameters, boxes, geometries, dates, CQL2."""

from layers.parsing.query import (
    FeatureQuery,
    Near,
    SortKey,
    parse_query,
    parse_radius,
    parse_top,
    single_values,
)

__all__ = ["FeatureQuery", "Near", "SortKey", "parse_query", "parse_radius", "parse_top", "single_values"]
