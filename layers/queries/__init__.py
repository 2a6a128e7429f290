"""Reads of the kernel: a scope and a question become a selection, counted, paged, listed."""

from layers.queries.combined_layers import LayerMatch, answering_rows, error_field, is_matched_distance
from layers.queries.features import (
    Records,
    feature,
    has_related_rows,
    latest_related_rows,
    photo,
    read_related,
    related,
    related_rows,
    related_version,
    row_version,
    unknown_feature,
    version_text,
)
from layers.queries.history import Change, history, last_author
from layers.queries.integers import Width, integer_widths
from layers.queries.lists import (
    Listing,
    RecordList,
    RecordQuery,
    RelatedRecord,
    entered_records,
    listing,
    record_list,
)
from layers.queries.paging import Page, RowOrder, Window
from layers.queries.search import Synonyms, synonyms
from layers.queries.selection import Selection, ordered, select
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
    "commune_extent",
    "communes",
    "entered_records",
    "error_field",
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
    "ordered",
    "period",
    "photo",
    "read_related",
    "record_list",
    "related",
    "related_rows",
    "related_version",
    "row_version",
    "select",
    "synonyms",
    "territory_extent",
    "unknown_feature",
    "version_text",
]
