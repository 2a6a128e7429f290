"""Reads of the kernel: a scope and a question become a selection, counted, paged, listed."""

from layers.queries.records import Records, feature, photo, related
from layers.queries.selection import Selection, select
from layers.queries.territory import communes, extent, extents, last_change
from layers.queries.versions import data_version, data_versions

__all__ = [
    "Records",
    "Selection",
    "communes",
    "data_version",
    "data_versions",
    "extent",
    "extents",
    "feature",
    "last_change",
    "photo",
    "related",
    "select",
]
