"""Reads of the kernel: a scope and a question become a selection, counted, paged, listed."""

from layers.queries.history import Change, history, last_author
from layers.queries.integers import Width, integer_widths
from layers.queries.listing import Listing, listing
from layers.queries.matched import LayerMatch, is_matched_distance
from layers.queries.paging import Page, RowOrder, Window
from layers.queries.record_list import RecordList, RecordQuery, RelatedRecord, record_list
from layers.queries.records import (
    Records,
    feature,
    has_related_rows,
    latest_related_rows,
    photo,
    related,
    related_rows,
    unknown_feature,
)
from layers.queries.selection import Selection, select
from layers.queries.synonyms import Synonyms, synonyms
from layers.queries.territory import (
    commune_extent,
    communes,
    extent,
    extents,
    inner_points,
    last_change,
    period,
    territory_extent,
)
from layers.queries.touching import answering_rows
from layers.queries.versions import beside_version, row_version, version_text

__all__ = [
    "Change",
    "LayerMatch",
    "Listing",
    "Page",
    "RecordList",
    "RecordQuery",
    "Records",
    "RelatedRecord",
    "RowOrder",
    "Selection",
    "Synonyms",
    "Width",
    "Window",
    "answering_rows",
    "beside_version",
    "commune_extent",
    "communes",
    "extent",
    "extents",
    "feature",
    "has_related_rows",
    "history",
    "inner_points",
    "integer_widths",
    "is_matched_distance",
    "last_author",
    "last_change",
    "latest_related_rows",
    "listing",
    "period",
    "photo",
    "record_list",
    "related",
    "related_rows",
    "row_version",
    "select",
    "synonyms",
    "territory_extent",
    "unknown_feature",
    "version_text",
]
