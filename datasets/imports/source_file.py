"""The file that an import reads, wherever it comes from: given on a page, named to a command, fetched from a source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from datasets.models import Upload
from datasets.readers.source import ReadOptions


@dataclass(frozen=True, slots=True)
class SourceFile:
    """Where the file is, what its producer calls it, its digest when it is known, and how it is to be read."""

    path: Path
    name: str
    sha256: str = ""
    reading: ReadOptions = field(default_factory=ReadOptions)

    @property
    def digest(self) -> str:
        """The SHA-256 of its bytes."""
        if self.sha256:
            return self.sha256
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()


def source_file_of(upload: Upload) -> SourceFile:
    """Return the file of an upload, to be read the way its owner said."""
    return SourceFile(upload.location, upload.original_name, upload.sha256, reading_of(upload))


def reading_of(upload: Upload) -> ReadOptions:
    """Return how its owner wants the file read."""
    said = upload.options.get("reading") or {}
    part = said.get("part", "")
    return ReadOptions(
        layer=part,
        sheet=part,
        delimiter=said.get("delimiter", ""),
        encoding=said.get("encoding", ""),
        title_lines=said.get("title_lines"),
        header_rows=said.get("header_rows"),
        unit_row=said.get("unit_row"),
        total_rows=said.get("total_rows"),
        file_name=upload.original_name,
    )
