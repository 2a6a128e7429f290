"""What a delivered file may cost at most: beyond, it is refused with a clear word instead of exhausting the machine."""

from __future__ import annotations

MAX_COLUMNS = 500
"""Columns of a table; PostgreSQL stops at 1,600 and a person long before."""

MAX_FIELD_CHARACTERS = 10_000_000
"""Characters of one value: the largest honest surfaces in WKT are of a few megabytes."""

MAX_ARCHIVE_ENTRIES = 10_000
MAX_ARCHIVE_BYTES = 8 * 1024**3
"""Bytes of an archive once expanded."""

MAX_ARCHIVE_RATIO = 200
"""Expansion of an archive; text compresses by 10 to 50, a bomb by 1,000 and more."""

RATIO_FLOOR_BYTES = 32 * 1024**2
"""Expanded size under which the ratio does not matter."""

MAX_SHEET_BYTES = 1024**3
"""Bytes of a workbook once expanded: it is read whole in memory."""

MAX_SHEET_CELLS = 50_000_000
"""Cells between the first and the last one of a sheet, empty ones too: they are held in memory, 32 bytes each."""

MAX_JSON_BYTES = 64 * 1024**2
"""Bytes of a plain JSON table, read whole in memory."""

MAX_ROW_FINDINGS = 200
"""Findings about single rows kept by a reader; the rest is counted."""
