"""Official files of reference data, opened by the readers of datasets: in a child process, whatever their format.

The composition root joins the two applications, which do not know each other.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile, UnsafeArchive
from datasets.inference.isolation import open_isolated
from datasets.readers.isolation import IsolatedSource
from datasets.readers.source import ReadOptions
from datasets.vocabulary import Severity
from layers.parsing.archives import MAX_ARCHIVE_BYTES, MAX_ARCHIVE_RATIO, RATIO_FLOOR_BYTES
from layers.parsing.official_files import RowProblem
from reference_data.parsing.layouts import SourceRows

_GZIP = b"\x1f\x8b"
_CHUNK = 1024 * 1024
# An official file begins with its titles and ends with a row: nothing of it is a comment, a unit or a total.
_PLAIN = ReadOptions(title_lines=0, header_rows=1, unit_row=False, total_rows=False)


def read_reference_file(path: Path, *, suffix: str = "") -> Iterator[SourceRows]:
    """Yield the rows of a file, compressed by gzip or not; of one with layers whose names end by ``suffix``, each.

    Each is closed when the next one is asked for.

    Raises:
        FileRefused: it cannot be read.
        OSError: it cannot be opened.
    """
    with TemporaryDirectory(prefix="reference-") as folder:
        plain = _expanded(path, Path(folder))
        with open_isolated(plain, options=_PLAIN) as source:
            named = [name for name in source.layers if suffix and name.lower().endswith(suffix)]
            if not named or named == [source.layer]:
                yield _rows_of(source)
                return
        for name in named:
            with open_isolated(plain, options=replace(_PLAIN, layer=name)) as source:
                yield _rows_of(source)


def _rows_of(source: IsolatedSource) -> SourceRows:
    return SourceRows(
        titles=source.titles,
        rows=source.rows(),
        srid=source.srid,
        problems=lambda: _problems(source),
        notices=lambda: [finding.reason for finding in source.findings if not _is_problem(finding.severity)],
    )


def _is_problem(severity: str) -> bool:
    return severity == Severity.ERROR.value


def _problems(source: IsolatedSource) -> list[RowProblem]:
    return [
        RowProblem(finding.line, finding.field, finding.value, finding.reason)
        for finding in source.findings
        if _is_problem(finding.severity)
    ]


def _expanded(path: Path, folder: Path) -> Path:
    """Return the file itself, or what gzip made smaller: measured while it is written.

    Raises:
        UnreadableFile, UnsafeArchive: it is damaged, or expands beyond the bounds of archives.
    """
    with path.open("rb") as file:
        if file.read(2) != _GZIP:
            return path
    plain = folder / path.name.removesuffix(".gz")
    limit = min(MAX_ARCHIVE_BYTES, max(RATIO_FLOOR_BYTES, MAX_ARCHIVE_RATIO * path.stat().st_size))
    size = 0
    try:
        with gzip.open(path) as packed, plain.open("wb") as unpacked:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise UnsafeArchive(_("Le fichier est trop volumineux une fois décompressé."))
                unpacked.write(chunk)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise UnreadableFile(_("Le fichier compressé est endommagé ou incomplet.")) from error
    return plain
