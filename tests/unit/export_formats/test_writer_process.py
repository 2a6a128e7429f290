"""The process that writes a file: it ends with what it was started for, and says why it gives up."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from export_formats.rows import RowBlock
from export_formats.tables import Table
from export_formats.writer_process import file_writer
from layers.errors import ExportFailed
from sandbox import supervisor

TABLE = Table("t", (("id", "integer"), ("nom", "string")))
BLOCK = RowBlock(2, b"1,a\n2,b\n")


def children() -> list[int]:
    """Return the processes that the fork server of this one runs."""
    server = supervisor.server.pid
    stats = [path.read_text() for path in Path("/proc").glob("[0-9]*/stat")]
    return [int(stat.split()[0]) for stat in stats if int(stat.rpartition(")")[2].split()[1]) == server]


def test_rows_of_a_writer_that_is_killed_are_a_failure_in_words(tmp_path: Path) -> None:
    def blocks() -> Iterator[RowBlock]:
        yield BLOCK
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        while True:
            yield BLOCK

    with pytest.raises(ExportFailed), file_writer("parquet", tmp_path / "a.parquet") as file:
        file.write(TABLE, blocks())


def test_no_writer_is_left_when_its_rows_fail(tmp_path: Path) -> None:
    with pytest.raises(KeyError), file_writer("gdal", tmp_path / "a.gpkg", driver="GPKG", days=None) as file:
        file.write(TABLE, [BLOCK])
        assert len(children()) == 1
        raise KeyError
    assert children() == []


def test_a_writer_reports_what_a_format_cannot_hold(tmp_path: Path) -> None:
    with (
        pytest.raises(ExportFailed, match="Format"),
        file_writer("gdal", tmp_path / "a.gpkg", driver="Format", days=None) as file,
    ):
        file.write(TABLE, [BLOCK] * 10_000)
