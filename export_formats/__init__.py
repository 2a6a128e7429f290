"""Exports: every row of a selection in a file, in eleven formats."""

from export_formats.columns import heading
from export_formats.registry import (
    CODES,
    FORMATS,
    HEADINGS,
    LABELS,
    NOTICE_EXTENSION,
    NOTICE_TYPE,
    Format,
    WrittenFile,
    check_export,
    crs_of,
    estimate_seconds,
    file_name,
    formats_of,
    notice_name,
    notice_text,
    page_formats,
    write_export,
)
from export_formats.rows import Progress, watching

__all__ = [
    "CODES",
    "FORMATS",
    "HEADINGS",
    "LABELS",
    "NOTICE_EXTENSION",
    "NOTICE_TYPE",
    "Format",
    "Progress",
    "WrittenFile",
    "check_export",
    "crs_of",
    "estimate_seconds",
    "file_name",
    "formats_of",
    "heading",
    "notice_name",
    "notice_text",
    "page_formats",
    "watching",
    "write_export",
]
