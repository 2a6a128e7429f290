"""Exports: every row of a selection in a file, in eleven formats."""

from layers.formats.exports.definitions import CODES, HEADINGS, LABELS, Format, WrittenFile
from layers.formats.exports.headings import heading
from layers.formats.exports.notice_file import NOTICE_EXTENSION, NOTICE_TYPE, notice_name, notice_text
from layers.formats.exports.progress import Progress, watching
from layers.formats.exports.registry import (
    FORMATS,
    check_export,
    crs_of,
    estimate_seconds,
    file_name,
    formats_of,
    page_formats,
    write_export,
)

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
