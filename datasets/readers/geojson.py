"""GeoJSON and GeoJSON by lines through GDAL, with the checks GDAL does not make: encoding, and features left out."""

from __future__ import annotations

import json
import mmap
import re
from pathlib import Path

from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile
from datasets.readers.encodings import broken_encoding, is_utf8
from datasets.readers.partial_answers import geojson_totals, note_partial
from datasets.readers.source import ReadOptions
from datasets.readers.vectors import VectorSource

_CHUNK = 1024 * 1024
_FEATURE = re.compile(rb'"type"\s*:\s*"Feature"')


class GeoJsonSource(VectorSource):
    """GeoJSON (RFC 7946, and the older ``crs`` member), which is UTF-8."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        with files[0].open("rb") as file:
            if not is_utf8(file):
                raise broken_encoding(file, "utf-8")
        super().__init__(files, kind, name, options)

    def check_count(self, count: int) -> None:
        """Say when the text has more features than GDAL read, as it does of documents put one after another.

        And when it is a page of a longer answer.
        """
        total, is_cut = geojson_totals(self._path)
        note_partial(self, count, total, is_cut=is_cut)
        with self._path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            expected = sum(1 for _match in _FEATURE.finditer(content))
        if expected > count:
            self.note(
                "features_left",
                _("Le fichier semble contenir %(expected)d objets, mais %(count)d seulement sont lisibles.")
                % {"expected": expected, "count": count},
            )


class GeoJsonLinesSource(GeoJsonSource):
    """GeoJSON text sequences (RFC 8142) and one feature a line. GDAL skips what it cannot read: we count."""

    def check_count(self, count: int) -> None:
        """Refuse a file with more records than features, and name the first line that is not JSON."""
        with self._path.open("rb") as file:
            is_sequence = file.read(1) == b"\x1e"
            file.seek(0)
            if is_sequence:
                expected = sum(chunk.count(b"\x1e") for chunk in iter(lambda: file.read(_CHUNK), b""))
            else:
                expected = sum(1 for line in file if line.strip())
        if expected > count:
            line = 0 if is_sequence else self._first_broken_line()
            raise UnreadableFile(
                _("%(count)d objets sur %(expected)d ne sont pas du GeoJSON correct (ligne %(line)d).")
                % {"count": expected - count, "expected": expected, "line": line},
                line=line,
            )

    def _first_broken_line(self) -> int:
        with self._path.open("rb") as file:
            for number, line in enumerate(file, start=1):
                try:
                    json.loads(line or "null")
                except ValueError:
                    if line.strip():
                        return number
        return 0
