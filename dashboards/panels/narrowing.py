"""A selection narrowed further, by CQL2 text."""

from __future__ import annotations

from dataclasses import replace

from layers.crs import CRS84
from layers.parsing import FeatureQuery
from layers.parsing.cql2 import Expression, parse_filter
from layers.parsing.cql2.nodes import Operation


def narrowed_by(query: FeatureQuery, text: str) -> FeatureQuery:
    """Return a selection of the features that a text in CQL2 keeps too."""
    more = parse_filter(text, parameter="filter").tree
    if query.filter is None:
        filter = Expression(more, CRS84, "filter")
    else:
        filter = replace(query.filter, tree=Operation("and", (query.filter.tree, more)))
    return replace(query, filter=filter, fingerprint=(*query.fingerprint, ("also", text)))
